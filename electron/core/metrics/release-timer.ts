/** Even when nothing is due: a clock that was set, or a machine that slept, must not hold a message back for long. */
const longestMs = 60_000

/** Says when what is held back should be looked at again: when the period of a budget ends, and at least every minute. */
export class ReleaseTimer {
  readonly #onRelease: () => void
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(onRelease: () => void) {
    this.#onRelease = onRelease
  }

  /** Something is held back until this time; null: nobody knows. Once it has been said, it has to be asked for again. */
  at(until: string | null, now: number): void {
    if (this.#closed || this.#timer) return
    const ms = until === null ? longestMs : Math.min(longestMs, Math.max(50, Date.parse(until) - now))
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#onRelease()
    }, ms)
    this.#timer.unref()
  }

  close(): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
  }
}
