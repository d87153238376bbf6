import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { availableParallelism, constants, setPriority } from 'node:os'

/** How far a child steps back, on the system's scale of niceness: 0 is usual, 19 is last. */
const steppedBack = 10

type Work = 'starting' | 'working'

export type ChildPriorityOptions = {
  /** How many children may go as quickly as any other program; the others step back. */
  most: number
  /** Tells the system; never throws. */
  set: (pid: number, niceness: number) => void
}

/**
 * Who goes first when processors are short. Whoever waits for a first word waits for one child, so as many as there are
 * processors run like any other program while they work or start. All others, and those that only wait, step back: twenty
 * streaming children would otherwise keep the app and whatever else the user works with waiting.
 */
export class ChildPriority {
  readonly #options: ChildPriorityOptions
  readonly #upfront = new Map<number, Work>()

  constructor(options: ChildPriorityOptions = { most: availableParallelism(), set: setNiceness }) {
    this.#options = options
  }

  /** A child starts, or begins a turn. A turn takes the place of one that only starts. */
  begins(pid: number, work: Work): void {
    const { most, set } = this.#options
    if (this.#upfront.has(pid) || this.#upfront.size < most) this.#take(pid, work)
    else if (work === 'starting') set(pid, steppedBack)
    else {
      const starting = [...this.#upfront].find(([, one]) => one === 'starting')
      if (starting) this.ends(starting[0])
      if (starting) this.#take(pid, work)
    }
  }

  /** It waits for its next turn. */
  ends(pid: number): void {
    if (this.#upfront.delete(pid)) this.#options.set(pid, steppedBack)
  }

  /** It is gone: its id may be another program's soon. */
  forget(pid: number): void {
    this.#upfront.delete(pid)
  }

  #take(pid: number, work: Work): void {
    const isNew = !this.#upfront.has(pid)
    this.#upfront.set(pid, work)
    if (isNew) this.#options.set(pid, 0)
  }
}

/**
 * Where the system puts each session of processes into a scheduling group (Linux, sched(7), autogroup), the group steps back
 * and comes forward again, which anybody may do with their own. Elsewhere a program cannot come forward again, so children
 * step back once, and less.
 */
function setNiceness(pid: number, niceness: number): void {
  if (groups) {
    writeFile(`/proc/${pid}/autogroup`, String(niceness)).catch(() => {
      // It has ended, or the system wants it less often (ten times a second); it then stays as it is.
    })
    return
  }
  if (niceness === 0) return
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended, or the system does not do this; it then competes as any other.
  }
}

const groups = hasGroups()

function hasGroups(): boolean {
  try {
    return process.platform === 'linux' && readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').trim() === '1'
  } catch {
    return false
  }
}
