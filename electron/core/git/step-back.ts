import { writeFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'

/** Lets a process that works beside step back behind whatever the user waits for. Never throws. */
export function stepBack(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended, or the system does not do this; it then competes as any other.
  }
  // Linux shares out by sessions of processes, and each of ours has its own: the session has to step back too (sched(7), autogroup).
  if (process.platform === 'linux') writeFile(`/proc/${pid}/autogroup`, '10').catch(() => {})
}
