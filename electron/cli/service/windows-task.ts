import { join } from 'node:path'
import { mustRun, runProgram } from './run-program.ts'
import { orNothing, removeServiceFile, xmlText } from './service-file.ts'
import type { ServiceManager, ServiceSpec } from './service-spec.ts'

const task = 'Bullpen'

/** A task of Windows that begins when the user signs in. */
export function windowsTask({ env, home }: { env: NodeJS.ProcessEnv; home: string }): ServiceManager {
  const file = join(home, 'bullpen-task.xml')
  const isThere = async () => (await runProgram('schtasks', ['/Query', '/TN', task], env)).ok
  return {
    name: 'scheduled task',
    file,
    install: async (spec) => {
      // schtasks reads UTF-16 alone where there is more than ASCII.
      await orNothing(file, Buffer.from(`\uFEFF${taskText(spec)}`, 'utf16le'), async () => {
        await mustRun('schtasks', ['/Create', '/TN', task, '/XML', file, '/F'], env)
        await mustRun('schtasks', ['/Run', '/TN', task], env)
      })
      return []
    },
    uninstall: async () => {
      const wasThere = await isThere()
      if (wasThere) {
        await runProgram('schtasks', ['/End', '/TN', task], env)
        await mustRun('schtasks', ['/Delete', '/TN', task, '/F'], env)
      }
      await removeServiceFile(file)
      return wasThere
    },
    status: async () => {
      const { ok, output } = await runProgram('schtasks', ['/Query', '/TN', task, '/FO', 'CSV', '/NH'], env)
      return { isInstalled: ok, isRunning: ok && /"Running"\s*$/m.test(output) }
    },
  }
}

/** The task's text. It starts again after a failure, and shows no console. */
export function taskText({ command, home }: ServiceSpec): string {
  const args = ['--headless', ...command]
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Bullpen: Claude Code instances, kept ready</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions>
    <Exec>
      <Command>conhost.exe</Command>
      <Arguments>${xmlText(args.map(windowsQuoted).join(' '))}</Arguments>
      <WorkingDirectory>${xmlText(home)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`
}

/** As the C runtime takes arguments apart: backslashes count only before a quote. */
function windowsQuoted(text: string): string {
  if (text !== '' && !/[\s"]/.test(text)) return text
  return `"${text.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`
}
