/** Lets a few through at once; the others wait in the order they came. */
export class Turnstile {
  readonly #most: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(most: number, mostWaiting: number) {
    this.#most = most
    this.#mostWaiting = mostWaiting
  }

  /** True when nobody more should be let wait. */
  get full(): boolean {
    return this.#waiting.length >= this.#mostWaiting
  }

  async pass<T>(run: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#inside += 1
    try {
      return await run()
    } finally {
      const next = this.#waiting.shift()
      // Who waits takes the place over.
      if (next) next()
      else this.#inside -= 1
    }
  }
}
