import { readFileSync } from 'node:fs'
import { availableParallelism, getPriority, setPriority } from 'node:os'
import { GroupNiceness } from './group-niceness.ts'

/** How far a child steps back, on the system's scale of niceness: 0 is usual, 19 is last. */
const steppedBack = 10
/** How far where it stays there, also while it works: beside one program that never rests it still gets a quarter. */
const forGood = 5

type Work = 'starting' | 'working'

/** So long a start may stand back: at a time of many programs it would get next to nothing, and it is given up after half a minute. */
const usualPatienceMs = 2_000

export type ChildPriorityOptions = {
  /** How many children may go as quickly as any other program; the others step back. */
  most: number
  /** Tells the system; never throws. */
  set: (pid: number, niceness: number) => void
  patienceMs?: number | undefined
}

/**
 * Who goes first when processors are short. Whoever waits for a first word waits for one child, so as many as there are
 * processors run like any other program while they work or start. All others, and those that only wait, step back: twenty
 * streaming children would otherwise keep the app and whatever else the user works with waiting. A place that becomes free goes to the
 * next one; a start that has stood back for a while comes forward without one, as it takes a second of one processor and is over then.
 */
export class ChildPriority {
  readonly #options: ChildPriorityOptions
  readonly #upfront = new Map<number, Work>()
  /** Those that stepped back although they have something to do, the one that did first of all first. */
  readonly #behind = new Map<number, Work>()
  readonly #timers = new Map<number, NodeJS.Timeout>()

  constructor(options: ChildPriorityOptions = { most: availableParallelism(), set: setNiceness }) {
    this.#options = options
  }

  /** A child starts, or begins a turn. A turn takes the place of one that only starts. */
  begins(pid: number, work: Work): void {
    if (this.#upfront.has(pid) || this.#upfront.size < this.#options.most) return this.#take(pid, work)
    const starting = work === 'working' ? [...this.#upfront].find(([, one]) => one === 'starting') : undefined
    if (!starting) return this.#stepBack(pid, work)
    this.#upfront.delete(starting[0])
    this.#stepBack(...starting)
    this.#take(pid, work)
  }

  /** It waits for its next turn. */
  ends(pid: number): void {
    const wasAhead = this.#upfront.has(pid) || this.#hasComeForward(pid)
    this.forget(pid)
    if (wasAhead) this.#options.set(pid, steppedBack)
  }

  /** It is gone: its id may be another program's soon. */
  forget(pid: number): void {
    this.#leaveBehind(pid)
    if (this.#upfront.delete(pid)) this.#bringForward()
  }

  #take(pid: number, work: Work): void {
    const isNew = !this.#upfront.has(pid)
    this.#leaveBehind(pid)
    this.#upfront.set(pid, work)
    if (isNew) this.#options.set(pid, 0)
  }

  #stepBack(pid: number, work: Work): void {
    const wasStarting = this.#behind.get(pid) === 'starting'
    if (work === 'starting' && wasStarting) return
    this.#leaveBehind(pid)
    this.#behind.set(pid, work)
    this.#options.set(pid, steppedBack)
    if (work === 'starting') this.#timers.set(pid, this.#timerFor(pid))
  }

  #timerFor(pid: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(pid)
      this.#options.set(pid, 0)
    }, this.#options.patienceMs ?? usualPatienceMs)
    return timer.unref()
  }

  /** A start that has stood back for long enough. */
  #hasComeForward(pid: number): boolean {
    return this.#behind.get(pid) === 'starting' && !this.#timers.has(pid)
  }

  #leaveBehind(pid: number): void {
    this.#behind.delete(pid)
    clearTimeout(this.#timers.get(pid))
    this.#timers.delete(pid)
  }

  /** Turns before starts. */
  #bringForward(): void {
    const next = [...this.#behind].find(([, work]) => work === 'working') ?? [...this.#behind][0]
    if (next) this.#take(...next)
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
