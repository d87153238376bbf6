import { writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'

/** About a third of what others get where processors are short: what works beside also has to come to an end. */
const niceness = 5

/** Lets a process that works beside step back behind whatever the user waits for. Never throws. */
export function stepBack(pid: number): void {
  try {
    setPriority(pid, niceness)
  } catch {
    // It has ended, or the system does not do this; it then competes as any other.
  }
  // Linux shares out by sessions of processes, and each of ours has its own: the session has to step back too (sched(7), autogroup).
  if (process.platform === 'linux') writeFile(`/proc/${pid}/autogroup`, String(niceness)).catch(() => {})
}
