/** Gathers the keys that change within a short while and hands each over once: the newest state is read then. */
export class Coalescer {
  readonly #delayMs: number
  readonly #flushed: (key: string) => void
  readonly #keys = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(delayMs: number, flushed: (key: string) => void) {
    this.#delayMs = delayMs
    this.#flushed = flushed
  }

  add(key: string): void {
    if (this.#closed) return
    this.#keys.add(key)
    this.#timer ??= setTimeout(() => this.flush(), this.#delayMs)
  }

  /** Forgets a key that no longer exists. */
  drop(key: string): void {
    this.#keys.delete(key)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const keys = [...this.#keys]
    this.#keys.clear()
    for (const key of keys) this.#flushed(key)
  }

  /** Hands over what it has, and takes nothing more. */
  close(): void {
    this.flush()
    this.#closed = true
  }
}
