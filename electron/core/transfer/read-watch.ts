/** A read that the system may hold for ever is open while the count is odd. */
const place = 0

/**
 * Tells the core how long a thread of its has been waiting for a file. The thread itself stands still meanwhile, so that it is told through
 * memory that both have.
 */
export class ReadWatch {
  readonly shared: SharedArrayBuffer
  readonly #count: Int32Array
  #seen = 0
  #since = performance.now()

  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared
    this.#count = new Int32Array(shared)
  }

  /** In the thread: waits for the system. */
  during<T>(read: () => T): T {
    Atomics.add(this.#count, place, 1)
    try {
      return read()
    } finally {
      Atomics.add(this.#count, place, 1)
    }
  }

  /** In the core, to be called again and again: for how many milliseconds the thread has been waiting for one read, as far as was seen. */
  waitingMs(): number {
    const count = Atomics.load(this.#count, place)
    if (count !== this.#seen || count % 2 === 0) {
      this.#seen = count
      this.#since = performance.now()
    }
    return performance.now() - this.#since
  }
}
