/** Does one piece of work soon: once, however often it is asked for until then. */
export class Soon {
  readonly #work: () => void
  #asked = false
  #closed = false

  constructor(work: () => void) {
    this.#work = work
  }

  ask(): void {
    if (this.#asked || this.#closed) return
    this.#asked = true
    setImmediate(() => {
      this.#asked = false
      if (!this.#closed) this.#work()
    })
  }

  /** From now on nothing is done. */
  close(): void {
    this.#closed = true
  }
}
