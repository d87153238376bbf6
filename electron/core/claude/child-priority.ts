import { readFileSync } from 'node:fs'
import { availableParallelism, getPriority, setPriority } from 'node:os'
import { GroupNiceness } from './group-niceness.ts'

/** How far a child steps back, on the system's scale of niceness: 0 is usual, 19 is last. */
const steppedBack = 10
/** How far where it stays there, also while it works: beside one program that never rests it still gets a quarter. */
const forGood = 5

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
 * and comes forward again, which anybody may do with their own. Elsewhere the process does, as far as the system lets it:
 * where it may not come forward again, it steps back once, and less.
 */
function setNiceness(pid: number, niceness: number): void {
  if (hasGroups) return groups.set(pid, niceness)
  const level = levelOf(niceness, { own: getPriority(), comesForward })
  if (level === null) return undefined
  try {
    return setPriority(pid, level)
  } catch {
    // It has ended, or the system does not do this; it then competes as any other.
    return undefined
  }
}

const last = 19

/** The niceness that a process gets, which is never ahead of the app's own; null: it stays as it is. */
export function levelOf(niceness: number, { own, comesForward }: { own: number; comesForward: boolean }): number | null {
  if (niceness === 0 && !comesForward) return null
  return Math.min(last, own + (comesForward ? niceness : forGood))
}

/** CAP_SYS_NICE among the rights of a process (Linux, capabilities(7)). */
const sysNice = 23n
const groups = new GroupNiceness()
const hasGroups = process.platform === 'linux' && systemSays('/proc/sys/kernel/sched_autogroup_enabled').trim() === '1'
const comesForward = mayComeForward(process.platform, systemSays('/proc/self/status'))

/** Whether a process may be given back what it was taken: on Windows always, on Linux with the right to. */
export function mayComeForward(platform: NodeJS.Platform, status: string): boolean {
  if (platform === 'win32') return true
  const [, rights = '0'] = /^CapEff:\s*([\da-f]+)$/m.exec(status) ?? []
  return ((BigInt(`0x${rights}`) >> sysNice) & 1n) === 1n
}

function systemSays(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
