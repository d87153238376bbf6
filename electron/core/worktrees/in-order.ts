/** Does what concerns the same thing one after the other. */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs `work` once all that was asked for the same key before is over. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}
