import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { systemCode } from './storage-error.ts'

const run = promisify(execFile)

/**
 * When a process was started, in the system's own form: together with its id it names one process for good, as ids are
 * used again. Null when there is no such process, when it has ended and only waits to be collected, or when the system does not say.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return startTicks(await readFile(`/proc/${pid}/stat`, 'utf8'))
    const command =
      process.platform === 'win32'
        ? run('powershell.exe', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`], {
            timeout: 5_000,
            windowsHide: true,
          })
        : run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 5_000 })
    const { stdout } = await command
    return stdout.trim() || null
  } catch {
    return null
  }
}

/** Field 22 of proc_pid_stat(5); fields are counted behind the name, which may hold spaces and brackets. */
function startTicks(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? null : (fields[19] ?? null)
}

/** Whether the process that was recorded under this id still runs. Without a recorded identity the id alone decides. */
export async function isSameProcess(pid: number, identity: string | null): Promise<boolean> {
  if (!exists(pid)) return false
  const now = await processIdentity(pid)
  // Only Linux always says; elsewhere, what cannot be told counts as still there.
  if (now === null) return process.platform !== 'linux'
  return identity === null || now === identity
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return systemCode(thrown) === 'EPERM'
  }
}
