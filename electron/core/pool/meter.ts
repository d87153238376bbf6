import type { MemoryState } from '../../../shared/domain/pool.ts'
import type { Measured } from '../instances/usage-track.ts'

/** Something with a process tree: an instance or a spare. */
export type Metered = {
  id: string
  /** Null while it has no process. */
  pid: number | null
  /** It is doing something now. */
  working: boolean
  measure: () => Promise<Measured>
}

export type MeterDeps = {
  all: () => Metered[]
  /** True near the memory limit: everything is measured, and more often. */
  tight: () => boolean
  /** Something was measured, or it turned out that nothing can be. */
  onRound: () => void
}

const tickMs = 1_000
const usualRounds = 5
const idleRounds = 60
/** Measuring may take no more than this share of the time. */
const mostShare = 0.04

/**
 * Measures process trees one after another: working ones every 5 s, idle ones every minute, all of them every second near the
 * memory limit, and less often where a round takes long.
 */
export class Meter {
  readonly #deps: MeterDeps
  readonly #timer: NodeJS.Timeout
  readonly #seen = new Map<string, number>()
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
    const began = performance.now()
    if (began < this.#notBefore) return
    const all = this.#deps.all()
    for (const id of this.#seen.keys()) if (!all.some((one) => one.id === id)) this.#seen.delete(id)
    const tight = this.#deps.tight()
    const due = all.filter((one) => this.#isDue(one, tight))
    if (due.length === 0) return
    const results: Measured[] = []
    for (const one of due) results.push(await one.measure())
    if (results.includes('measured')) this.#state = 'measured'
    else if (results.includes('unreadable')) this.#state = 'unreadable'
    const ended = performance.now()
    this.#notBefore = ended + (ended - began) / mostShare
    this.#deps.onRound()
  }

  /** A new process is measured at the next tick, whatever it does. */
  #isDue({ id, pid, working }: Metered, tight: boolean): boolean {
    if (pid === null) return false
    const fresh = this.#seen.get(id) !== pid
    this.#seen.set(id, pid)
    return fresh || tight || this.#tick % (working ? usualRounds : idleRounds) === 0
  }
}
