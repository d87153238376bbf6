import type { Clock } from '../clock/awake-clock.ts'

export type RunClocks = {
  /** The system's, in milliseconds since 1970; it may jump. */
  wall: () => number
  /** Never runs backwards. */
  steady: () => number
  /** Stands still while the machine sleeps. */
  awake: Clock
}

/** The clocks of one run: they go on from where its journal ends, whatever was done to the system's clock since. */
export class RunClock {
  readonly #clocks: RunClocks
  readonly #steadyFrom: number
  readonly #awakeFrom: number

  constructor(clocks: RunClocks, last: { atMs: number; awakeMs: number }) {
    this.#clocks = clocks
    this.#steadyFrom = Math.max(last.atMs, clocks.wall()) - clocks.steady()
    this.#awakeFrom = last.awakeMs - clocks.awake.now()
  }

  now(): { atMs: number; wallMs: number; awakeMs: number } {
    const { wall, steady, awake } = this.#clocks
    return { atMs: this.#steadyFrom + steady(), wallMs: wall(), awakeMs: Math.max(0, this.#awakeFrom + awake.now()) }
  }

  stamp(): { at: string; ms: number } {
    const { atMs, awakeMs } = this.now()
    return { at: new Date(atMs).toISOString(), ms: Math.round(awakeMs) }
  }
}
