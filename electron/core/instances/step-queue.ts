type Step = () => void | Promise<void>

/**
 * Runs steps strictly one after another. A step that finishes at once is run at once, without a turn
 * of the event loop. After a step has failed the rest is dropped and nothing more is taken.
 */
export class StepQueue {
  readonly #onError: (thrown: unknown) => void
  #waiting: Step[] = []
  #running = false
  #broken = false

  constructor(onError: (thrown: unknown) => void) {
    this.#onError = onError
  }

  add(step: Step): void {
    if (this.#broken) return
    this.#waiting.push(step)
    if (!this.#running) this.#drain()
  }

  #drain(): void {
    this.#running = true
    try {
      for (let step = this.#waiting.shift(); step; step = this.#waiting.shift()) {
        const pending = step()
        if (!pending) continue
        pending.then(
          () => this.#drain(),
          (thrown: unknown) => this.#fail(thrown),
        )
        return
      }
      this.#running = false
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #fail(thrown: unknown): void {
    this.#broken = true
    this.#waiting = []
    this.#onError(thrown)
  }
}
