/** Does one piece of work after another, in the order in which they came. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve()
  #count = 0

  /** True while something is done or waits. */
  get busy(): boolean {
    return this.#count > 0
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1
    const done = this.#last.then(work).finally(() => {
      this.#count -= 1
    })
    this.#last = done.catch(() => {})
    return done
  }
}
