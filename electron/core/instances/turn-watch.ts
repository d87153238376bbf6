import type { TurnRun } from './turn-run.ts'

export type TurnWatchOptions = {
  run: TurnRun
  /** Silence in seconds after which a turn is called stalled. */
  stallSeconds: () => number
  /** A turn that works longer than this is ended; undefined: never. Waiting for the user does not count. */
  timeoutSeconds: number | undefined
  /** True while the process is frozen: no time passes for it. */
  frozen: () => boolean
  onStalled: (since: string) => void
  onRecovered: () => void
  onTimeout: () => void
}

const tickMs = 1_000

/** Watches a running turn on the monotonic clock: says when nothing comes any more, and ends what takes too long. */
export class TurnWatch {
  readonly #options: TurnWatchOptions
  readonly #timer: NodeJS.Timeout
  #lastTick = performance.now()
  #workedMs = 0
  #frozenMs = 0
  #stalled = false

  constructor(options: TurnWatchOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tick(), tickMs)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const { run, timeoutSeconds, frozen } = this.#options
    const now = performance.now()
    // A tick that comes far too late means that the machine slept: that time is nobody's.
    const passed = Math.min(now - this.#lastTick, tickMs * 5)
    const slept = now - this.#lastTick - passed
    this.#lastTick = now
    this.#frozenMs += slept + (frozen() ? passed : 0)
    if (!frozen() && !run.waitsForUser) this.#workedMs += passed
    this.#silence(now)
    if (timeoutSeconds !== undefined && this.#workedMs > timeoutSeconds * 1_000) this.#options.onTimeout()
  }

  #silence(now: number): void {
    const { run, stallSeconds, onStalled, onRecovered } = this.#options
    const silentMs = now - run.lastEventAt - this.#frozenMs
    if (silentMs <= 0) this.#frozenMs = 0
    const stalled = !run.quietIsFine && silentMs > stallSeconds() * 1_000
    if (stalled === this.#stalled) return
    this.#stalled = stalled
    if (stalled) onStalled(new Date(Date.now() - silentMs).toISOString())
    else onRecovered()
  }
}
