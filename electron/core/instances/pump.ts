const firstAgainMs = 500
const longestAgainMs = 30_000

export type PumpDeps = {
  mayBegin: () => boolean
  /** Whether there is anything left that might be begun. */
  hasMore: () => boolean
  /** Does one piece of work; false when nothing could be begun. */
  work: () => Promise<boolean>
  /** Nothing is done any more, until somebody asks again. */
  onRest: () => void
  /** Work went wrong in a way that nobody foresaw; `again`: it went wrong the last time already. It is tried again, less and less often. */
  onStumble: (thrown: unknown, again: boolean) => void
}

/** Does one piece of work after another, whenever somebody asks. */
export class Pump {
  readonly #deps: PumpDeps
  #running: Promise<void> | null = null
  /** Somebody asked for the next piece to be looked for. */
  #wanted = false
  /** So often in a row that failed. */
  #stumbles = 0
  #again: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: PumpDeps) {
    this.#deps = deps
  }

  /** Settles when the work under way has ended. */
  get idle(): Promise<void> {
    return this.#running ?? Promise.resolve()
  }

  /** Begins with the next piece if there is one and nothing stands against it. */
  ask(): void {
    this.#wanted = true
    this.#running ??= this.#work().then(
      () => this.#worked(),
      (thrown: unknown) => this.#stumbled(thrown),
    )
  }

  /** Nothing is tried again any more. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#again)
  }

  async #work(): Promise<void> {
    while (this.#wanted && this.#deps.mayBegin()) {
      this.#wanted = false
      if (await this.#deps.work()) this.#wanted = true
    }
  }

  #worked(): void {
    this.#running = null
    this.#stumbles = 0
    if (this.#wanted && this.#deps.mayBegin() && this.#deps.hasMore()) return this.ask()
    this.#deps.onRest()
  }

  #stumbled(thrown: unknown): void {
    this.#running = null
    this.#deps.onStumble(thrown, this.#stumbles > 0)
    this.#deps.onRest()
    clearTimeout(this.#again)
    if (!this.#closed) this.#again = setTimeout(() => this.ask(), Math.min(longestAgainMs, firstAgainMs * 2 ** this.#stumbles))
    this.#stumbles += 1
  }
}
