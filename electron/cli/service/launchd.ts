import { join } from 'node:path'
import { mustRun, runProgram } from './run-program.ts'
import { hasServiceFile, orNothing, removeServiceFile, xmlText } from './service-file.ts'
import type { ServiceManager, ServiceSpec } from './service-spec.ts'

const label = 'dev.bullpen.service'

/** A launch agent of macOS. */
export function launchd({ env, userHome, uid }: { env: NodeJS.ProcessEnv; userHome: string; uid: number }): ServiceManager {
  const file = join(userHome, 'Library', 'LaunchAgents', `${label}.plist`)
  const target = `gui/${uid}/${label}`
  return {
    name: 'launch agent',
    file,
    install: async (spec) => {
      await orNothing(file, plistText(spec), async () => {
        // One that is loaded already would stay as it was.
        await runProgram('launchctl', ['bootout', target], env)
        await mustRun('launchctl', ['bootstrap', `gui/${uid}`, file], env)
      })
      return []
    },
    uninstall: async () => {
      if (!(await hasServiceFile(file))) return false
      await runProgram('launchctl', ['bootout', target], env)
      return removeServiceFile(file)
    },
    status: async () => {
      const isInstalled = await hasServiceFile(file)
      const { output } = await runProgram('launchctl', ['print', target], env)
      return { isInstalled, isRunning: isInstalled && /\bstate = running\b/.test(output) }
    },
  }
}

/** The text of the agent. It starts again after a crash. */
export function plistText({ command, home, env, logFile }: ServiceSpec): string {
  const text = (value: string) => `<string>${xmlText(value)}</string>`
  const variables = Object.entries(env).map(([name, value]) => `    <key>${xmlText(name)}</key>${text(value)}`)
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${text(label)}
  <key>ProgramArguments</key>
  <array>
${command.map((part) => `    ${text(part)}`).join('\n')}
  </array>
  <key>WorkingDirectory</key>${text(home)}
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('\n')}
  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key>
  <dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>ExitTimeOut</key><integer>40</integer>
  <key>StandardErrorPath</key>${text(logFile)}
</dict>
</plist>
`
}
