/** The latest few results by their keys; those who ask for the same at once get the same. What fails is forgotten. */
export class Memo<T> {
  readonly #most: number
  readonly #kept = new Map<string, Promise<T>>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key)
    if (known !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known
    }
    const made = make()
    this.#kept.set(key, made)
    made.catch(() => {
      if (this.#kept.get(key) === made) this.#kept.delete(key)
    })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break
      this.#kept.delete(oldest)
    }
    return made
  }

  delete(key: string): void {
    this.#kept.delete(key)
  }
}
