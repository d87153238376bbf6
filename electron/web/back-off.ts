/** So many wrong tokens are answered at once: a page that still has an old one, a script with a typing error. */
const free = 20
/** How many more may be wrong in a second, over all callers: they all come from this machine. */
const perSecond = 5
/** So many refusals may wait; whoever is beyond that is cut off. */
const mostWaiting = 200

/**
 * Slows down those who guess tokens. A refusal waits until it is its turn; whoever has the right token never comes here, so that nobody
 * can lock the user out.
 */
export class BackOff {
  readonly #waiting = new Set<{ timer: NodeJS.Timeout; go: () => void }>()
  #next = 0
  #closed = false

  /** Resolves when a refusal may be sent; false when too many wait for that, and it is not to be sent at all. */
  turn(): Promise<boolean> {
    // What still comes in while all is closed is cut off.
    if (this.#closed) return Promise.resolve(false)
    const now = performance.now()
    this.#next = Math.max(this.#next, now - (free * 1_000) / perSecond) + 1_000 / perSecond
    const delayMs = this.#next - now
    if (delayMs <= 0) return Promise.resolve(true)
    if (this.#waiting.size >= mostWaiting) {
      this.#next -= 1_000 / perSecond
      return Promise.resolve(false)
    }
    return new Promise((resolve) => {
      const go = () => {
        this.#waiting.delete(entry)
        resolve(true)
      }
      const entry = { timer: setTimeout(go, delayMs), go }
      this.#waiting.add(entry)
    })
  }

  close(): void {
    this.#closed = true
    for (const { timer, go } of this.#waiting) {
      clearTimeout(timer)
      go()
    }
  }
}
