import type { Spread } from '../../../shared/domain/metrics.ts'
import { binCount, msOfBin, unitsPerMs } from './measures.ts'

const shares = [0.5, 0.95, 0.99]

/** Times of one phase added up: their exact count and sum, and DDSketch bins for the quantiles. Used again and again. */
export class Times {
  readonly bins = new Float64Array(binCount)
  #count = 0
  #sum = 0
  #low = binCount
  #high = -1

  /** Single times: `units` below zero are none. */
  addTurns(rows: Int32Array, from: number, to: number, units: Float64Array, bins: Uint16Array): void {
    const own = this.bins
    let count = 0
    let sum = 0
    let low = this.#low
    let high = this.#high
    for (let index = from; index < to; index += 1) {
      const row = rows[index] ?? 0
      const time = units[row] ?? -1
      if (time < 0) continue
      const bin = bins[row] ?? 0
      own[bin] = (own[bin] ?? 0) + 1
      count += 1
      sum += time
      if (bin < low) low = bin
      if (bin > high) high = bin
    }
    this.#count += count
    this.#sum += sum
    this.#low = low
    this.#high = high
  }

  /** What a cell holds: how often and how long in all, and its bins from `from` to `to`. */
  addCell(count: number, sum: number, bins: Uint16Array, weights: Uint16Array, from: number, to: number): void {
    if (count === 0) return
    this.#count += count
    this.#sum += sum
    this.#low = Math.min(this.#low, bins[from] ?? binCount)
    this.#high = Math.max(this.#high, bins[to - 1] ?? -1)
    for (let place = from; place < to; place += 1) {
      const bin = bins[place] ?? 0
      this.bins[bin] = (this.bins[bin] ?? 0) + (weights[place] ?? 0)
    }
  }

  /** Adds what others hold. */
  join(more: Times): void {
    for (let bin = more.#low; bin <= more.#high; bin += 1) this.bins[bin] = (this.bins[bin] ?? 0) + (more.bins[bin] ?? 0)
    this.#count += more.#count
    this.#sum += more.#sum
    this.#low = Math.min(this.#low, more.#low)
    this.#high = Math.max(this.#high, more.#high)
  }

  spread(): Spread {
    const [p50 = null, p95 = null, p99 = null] = this.#quantiles()
    return { count: this.#count, sumMs: this.#sum / unitsPerMs, p50, p95, p99 }
  }

  clear(): void {
    if (this.#high >= 0) this.bins.fill(0, this.#low, this.#high + 1)
    this.#count = 0
    this.#sum = 0
    this.#low = binCount
    this.#high = -1
  }

  /** The values at the nearest ranks: the smallest ones that are not exceeded by this share of all. */
  #quantiles(): number[] {
    const found: number[] = []
    let passed = 0
    for (let bin = this.#low; bin <= this.#high && found.length < shares.length; bin += 1) {
      passed += this.bins[bin] ?? 0
      while (found.length < shares.length && passed >= Math.ceil((shares[found.length] ?? 1) * this.#count)) found.push(msOfBin(bin))
    }
    return found
  }
}
