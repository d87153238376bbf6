/** A monotonic clock in milliseconds that stands still while the machine, or this program, sleeps. */
export type Clock = { now: () => number }

const tickMs = 5_000
/** A tick that is later than this means sleep: nothing that runs keeps a program waiting so long. */
const sleepMs = 4 * tickMs

/**
 * Time that something could have happened in. Idle times and times to live are counted on it, so that neither a changed system
 * clock nor a night with the lid closed lets anything expire early.
 */
export class AwakeClock implements Clock {
  readonly #source: () => number
  readonly #timer: NodeJS.Timeout
  #lastSeen: number
  #slept = 0

  /** `source` must never run backwards. */
  constructor(source: () => number = () => performance.now()) {
    this.#source = source
    this.#lastSeen = source()
    this.#timer = setInterval(() => this.now(), tickMs)
    this.#timer.unref()
  }

  readonly now = (): number => {
    const seen = this.#source()
    const passed = seen - this.#lastSeen
    if (passed > sleepMs) this.#slept += passed - tickMs
    this.#lastSeen = seen
    return seen - this.#slept
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
