export type AdmissionLimits = { concurrency: number | null; rateLimit: number | null }

type Waiting = { priority: number; order: number; enter: () => void }

const minuteMs = 60_000

/**
 * The one door that turns of all instances go through: at most so many at the same time, and so many begun within a minute.
 * Higher priority goes first, then who came first. Limits are read anew each time, so a changed policy acts at once.
 */
export class Admission {
  readonly #limits: () => AdmissionLimits
  readonly #now: () => number
  #waiting: Waiting[] = []
  /** Monotonic times of the turns that began within the last minute. */
  #begun: number[] = []
  #inside = 0
  #order = 0
  #timer: NodeJS.Timeout | undefined

  constructor(limits: () => AdmissionLimits, now: () => number = () => performance.now()) {
    this.#limits = limits
    this.#now = now
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** So many turns more would be let in now; what the queue gives out goes by it. */
  get room(): number {
    const { concurrency, rateLimit } = this.#limits()
    const now = this.#now()
    const begun = this.#begun.filter((time) => now - time < minuteMs).length
    const places = concurrency === null ? Number.POSITIVE_INFINITY : concurrency - this.#inside
    const starts = rateLimit === null ? Number.POSITIVE_INFINITY : rateLimit - begun
    return Math.max(0, Math.min(places, starts) - this.#waiting.length)
  }

  /** Resolves when a turn may begin, with what is to be called when it has ended. Rejects when `signal` aborts first. */
  enter(priority: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      this.#order += 1
      const waiting: Waiting = { priority, order: this.#order, enter: () => resolve(this.#leaver()) }
      this.#waiting.push(waiting)
      this.#waiting.sort((a, b) => b.priority - a.priority || a.order - b.order)
      signal.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting)
        reject(signal.reason instanceof Error ? signal.reason : new Error('The turn was ended before it began.'))
      })
      this.pump()
    })
  }

  /** Lets in who may; to be called when the limits have changed. */
  pump(): void {
    clearTimeout(this.#timer)
    while (this.#waiting.length > 0) {
      const wait = this.#waitMs()
      if (wait > 0) {
        if (Number.isFinite(wait)) this.#timer = setTimeout(() => this.pump(), wait)
        return
      }
      this.#inside += 1
      this.#begun.push(this.#now())
      this.#waiting.shift()?.enter()
    }
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** How long the next one has to wait; infinite until somebody leaves. */
  #waitMs(): number {
    const { concurrency, rateLimit } = this.#limits()
    if (concurrency !== null && this.#inside >= concurrency) return Number.POSITIVE_INFINITY
    const now = this.#now()
    this.#begun = this.#begun.filter((time) => now - time < minuteMs)
    if (rateLimit === null || this.#begun.length < rateLimit) return 0
    const oldest = this.#begun[this.#begun.length - rateLimit] ?? now
    return Math.max(1, oldest + minuteMs - now)
  }

  #leaver(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      this.#inside -= 1
      this.pump()
    }
  }
}
