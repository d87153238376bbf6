import { writeFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'

/** How far a child steps back, on the system's scale of niceness: 0 is usual, 19 is last. */
const niceness = 10

/**
 * Lets the app and whatever the user works with go before a child when processors are short: twenty streaming children on
 * two cores would otherwise keep everything else waiting. On an idle machine nothing changes. Where the system puts each
 * session of processes into a scheduling group (Linux, sched(7), autogroup) the group has to step back too.
 */
export async function giveWay(pid: number): Promise<void> {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
    if (process.platform === 'linux') await writeFile(`/proc/${pid}/autogroup`, String(niceness))
  } catch {
    // It has ended, or the system does not do this; it then competes as any other.
  }
}
