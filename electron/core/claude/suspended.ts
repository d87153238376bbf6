import { readProcFile } from '../storage/proc-file.ts'
import { runPs } from '../storage/process-identity.ts'

/** Whether a process is stopped by a signal (SIGSTOP, Ctrl-Z), so that it does nothing until it gets SIGCONT. False where the system does not say. */
export async function isSuspended(pid: number): Promise<boolean> {
  try {
    if (process.platform === 'win32') return false
    if (process.platform !== 'linux') return (await runPs(['-o', 'state=', '-p', String(pid)])).trim().startsWith('T')
    return isStopped(await readProcFile(`/proc/${pid}/stat`))
  } catch {
    return false
  }
}

/** By the text of a `stat`; a process that a debugger has stopped (`t`) is none of these. */
export function isStopped(stat: string): boolean {
  // The name before may hold spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
}
