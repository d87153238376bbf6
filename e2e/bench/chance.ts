/** Chance that is the same for the same seed (xorshift32). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2_654_435_761) >>> 0 || 1
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state >>> 0
    return this.#state / 4_294_967_296
  }

  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  pick<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)]
    if (one === undefined) throw new Error('Nothing can be picked from nothing.')
    return one
  }

  /** Lognormal: half of all are below `median`, a few are far above it. */
  skewed(median: number, sigma: number, most: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return Math.min(most, Math.max(1, Math.round(median * Math.exp(sigma * normal))))
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length) text += this.below(65_536).toString(16).padStart(4, '0')
    return text.slice(0, length)
  }
}
