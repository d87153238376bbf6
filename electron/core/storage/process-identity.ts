import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readProcFile } from './proc-file.ts'
import { systemCode } from './storage-error.ts'

const run = promisify(execFile)

/**
 * When a process was started, in the system's own form: together with its id it names one process for good, as ids are
 * used again. Null when there is no such process, when it has ended and only waits to be collected, or when the system does not say.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return statFields(await readProcFile(`/proc/${pid}/stat`))?.startedAt ?? null
    const stdout = await (process.platform === 'win32' ? startOnWindows(pid) : runPs(['-o', 'lstart=', '-p', String(pid)]))
    return stdout.trim().replaceAll(/\s+/g, ' ') || null
  } catch {
    return null
  }
}

/** What `ps` says, in words that do not change with the user's language or time zone. */
export async function runPs(args: readonly string[]): Promise<string> {
  const { stdout } = await run('ps', args, { timeout: 5_000, maxBuffer: 16_777_216, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } })
  return stdout
}

/** What PowerShell says. */
export async function runPowerShell(command: string): Promise<string> {
  const options = { timeout: 10_000, maxBuffer: 16_777_216, windowsHide: true }
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command], options)
  return stdout
}

/** Of a line of proc_pid_stat(5); its fields are counted behind the name, which may hold spaces and brackets. Null for one that has ended. */
export function statFields(stat: string): { parent: number; startedAt: string } | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent] = fields
  const startedAt = fields[19]
  return state === 'Z' || parent === undefined || startedAt === undefined ? null : { parent: Number(parent), startedAt }
}

/** Whether the process that was recorded under this id still runs. Without a recorded identity the id alone decides: nobody may be killed by that. */
export async function isSameProcess(pid: number, identity: string | null): Promise<boolean> {
  if (!exists(pid)) return false
  const now = await processIdentity(pid)
  // Only Linux always says; elsewhere, what cannot be told counts as still there.
  if (now === null) return process.platform !== 'linux'
  return identity === null || now === identity
}

/** The same source as that of the whole list, as the others round differently. */
function startOnWindows(pid: number): Promise<string> {
  return runPowerShell(`(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CreationDate.ToFileTimeUtc()`)
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return systemCode(thrown) === 'EPERM'
  }
}
