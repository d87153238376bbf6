/** Asks about one text at a time, and of those that came meanwhile only about the newest. */
export class NewestCheck<T> {
  readonly #check: (text: string) => Promise<T>
  readonly #onAnswer: (answer: T, text: string) => void
  #waiting: string | null = null
  #asking = false
  #closed = false

  constructor(check: (text: string) => Promise<T>, onAnswer: (answer: T, text: string) => void) {
    this.#check = check
    this.#onAnswer = onAnswer
  }

  ask(text: string): void {
    this.#waiting = text
    if (!this.#asking) void this.#work()
  }

  /** No answer comes any more. */
  close(): void {
    this.#closed = true
    this.#waiting = null
  }

  async #work(): Promise<void> {
    this.#asking = true
    while (this.#waiting !== null) {
      const text = this.#waiting
      this.#waiting = null
      // One that fails says nothing; the next change asks again.
      const answer = await this.#check(text).catch(() => null)
      if (answer !== null && !this.#closed) this.#onAnswer(answer, text)
    }
    this.#asking = false
  }
}
