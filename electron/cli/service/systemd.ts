import { join } from 'node:path'
import { mustRun, runProgram } from './run-program.ts'
import { hasServiceFile, orNothing, removeServiceFile } from './service-file.ts'
import type { ServiceManager, ServiceSpec } from './service-spec.ts'

const unit = 'bullpen.service'

/** A user unit of systemd. */
export function systemd({ env, userHome }: { env: NodeJS.ProcessEnv; userHome: string }): ServiceManager {
  const file = join(env['XDG_CONFIG_HOME'] ?? join(userHome, '.config'), 'systemd', 'user', unit)
  const systemctl = (...args: string[]) => mustRun('systemctl', ['--user', ...args], env)
  return {
    name: 'systemd user unit',
    file,
    install: async (spec) => {
      await orNothing(file, unitText(spec), async () => {
        await systemctl('daemon-reload')
        await systemctl('enable', unit)
        await systemctl('restart', unit)
      })
      return lingerNotes(env)
    },
    uninstall: async () => {
      if (!(await hasServiceFile(file))) return false
      // Where nobody manages units any more, the file goes all the same.
      await runProgram('systemctl', ['--user', 'disable', '--now', unit], env)
      await removeServiceFile(file)
      await runProgram('systemctl', ['--user', 'daemon-reload'], env)
      return true
    },
    status: async () => {
      const isInstalled = await hasServiceFile(file)
      return { isInstalled, isRunning: isInstalled && (await runProgram('systemctl', ['--user', 'is-active', '--quiet', unit], env)).ok }
    },
  }
}

/** Without lingering a user's units end when the user signs out, as at the end of an SSH session. */
async function lingerNotes(env: NodeJS.ProcessEnv): Promise<string[]> {
  const isOn = await runProgram('loginctl', ['enable-linger'], env).then(
    ({ ok }) => ok,
    () => false,
  )
  return isOn ? [] : ['It ends when you sign out. To keep it running then: sudo loginctl enable-linger "$USER"']
}

/** The text of the unit. It starts again after a crash, also while a window has the data folder, until that is closed. */
export function unitText({ command, home, env, logFile }: ServiceSpec): string {
  return `[Unit]
Description=Bullpen: Claude Code instances, kept ready
StartLimitIntervalSec=0

[Service]
ExecStart=${command.map(quoted).join(' ')}
WorkingDirectory=${escaped(home)}
${Object.entries(env)
  .map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`)
  .join('\n')}
# The first line says the token.
StandardOutput=null
StandardError=append:${escaped(logFile)}
Restart=on-failure
RestartSec=10
KillMode=mixed
TimeoutStopSec=40

[Install]
WantedBy=default.target
`
}

/** systemd's own quoting: `%` and `$` have a meaning of their own. */
function quoted(text: string): string {
  return `"${escaped(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$')}"`
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%')
}
