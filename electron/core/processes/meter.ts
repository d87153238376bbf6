import type { MemoryState } from '../../../shared/domain/pool.ts'
import type { Measured } from '../claude/usage-track.ts'

/** Something with a process tree: an instance or a spare. */
export type Metered = {
  id: string
  /** Null while it has no process. */
  pid: number | null
  /** It is doing something now. */
  working: boolean
  measure: () => Promise<Measured>
  /** Looks at what costs next to nothing to know: whether it is suspended. */
  look?: () => Promise<void>
}

/** What was last measured: which process, how often, and whether it was working then. */
type Seen = { pid: number; readings: number; working: boolean }

export type MeterDeps = {
  all: () => Metered[]
  /** True near the memory limit: everything is measured, and more often. */
  tight: () => boolean
  /** Something was measured, or it turned out that nothing can be. */
  onRound: () => void
  /** What the app has spent so far, in milliseconds; only differences are looked at. */
  spentMs?: () => number
}

const tickMs = 1_000
const usualRounds = 5
/** Where a program has to be asked, looking is as dear as measuring. */
const lookRounds = process.platform === 'linux' ? 5 : 60
const idleRounds = 60
/** The use of a processor is a difference of two readings. */
const firstReadings = 2
/** Measuring may take no more than this share of the time. */
const mostShare = 0.04

/**
 * Measures process trees one after another: working ones every 5 s, idle ones every minute, all of them every second near the
 * memory limit, new ones and those that began or ended their work soon, and less often where a round takes long.
 */
export class Meter {
  readonly #deps: MeterDeps
  readonly #timer: NodeJS.Timeout
  readonly #seen = new Map<string, Seen>()
  #tick = 0
  #notBefore = 0
  #state: MemoryState = 'unknown'
  #measuring: Promise<void> | null = null

  constructor(deps: MeterDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => void this.#round(), tickMs)
    this.#timer.unref()
  }

  /** Unreadable once a round could measure none of the processes that ran. */
  get state(): MemoryState {
    return this.#state
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Measures what is due; joins a round that is under way. */
  #round(): Promise<void> {
    this.#measuring ??= this.#measureDue().finally(() => (this.#measuring = null))
    return this.#measuring
  }

  async #measureDue(): Promise<void> {
    this.#tick += 1
    const all = this.#deps.all()
    if (this.#tick % lookRounds === 0) for (const one of all) await one.look?.()
    if (performance.now() < this.#notBefore) return
    for (const id of this.#seen.keys()) if (!all.some((one) => one.id === id)) this.#seen.delete(id)
    const tight = this.#deps.tight()
    const due = all.filter((one) => this.#isDue(one, tight))
    if (due.length === 0) return
    const spent = this.#deps.spentMs ?? spentMs
    const before = spent()
    const results: Measured[] = []
    for (const one of due) results.push(await one.measure())
    if (results.includes('measured')) this.#state = 'measured'
    else if (results.includes('unreadable')) this.#state = 'unreadable'
    this.#notBefore = performance.now() + (spent() - before) / mostShare
    this.#deps.onRound()
  }

  /** A new process is measured at the next two ticks, whatever it does; one that began or ended its work at the next. */
  #isDue({ id, pid, working }: Metered, tight: boolean): boolean {
    if (pid === null) return false
    const before = this.#seen.get(id)
    const readings = before?.pid === pid ? before.readings : 0
    const changed = readings < firstReadings || before?.working !== working
    const due = changed || tight || this.#tick % (working ? usualRounds : idleRounds) === 0
    if (due) this.#seen.set(id, { pid, readings: readings + 1, working })
    return due
  }
}

/** Reading files costs the app's own processor time, however long it waits for it; a program that is asked spends its own. */
function spentMs(): number {
  if (process.platform !== 'linux') return performance.now()
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
