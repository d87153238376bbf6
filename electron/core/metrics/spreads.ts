import type { Spread } from '../../../shared/domain/metrics.ts'
import { binCount, msOfBin, unitsPerMs } from './measures.ts'

/** Times of one phase in many slots at once: exact counts and sums, and DDSketch bins for the quantiles. */
export class Spreads {
  readonly #counts: Float64Array
  readonly #sums: Float64Array
  readonly #slots: Int32Array[] = []
  readonly #bins: Uint16Array[] = []
  readonly #weights: (Uint32Array | null)[] = []

  constructor(slots: number) {
    this.#counts = new Float64Array(slots)
    this.#sums = new Float64Array(slots)
  }

  /** Single times: the slot of each (below 0: none), its units (below 0: none) and its bin. */
  addTimes(slots: Int32Array, units: Float64Array, bins: Uint16Array): void {
    const placed = new Int32Array(slots.length)
    for (let row = 0; row < slots.length; row += 1) {
      const slot = slots[row] ?? -1
      const time = units[row] ?? -1
      const counts = slot >= 0 && time >= 0
      placed[row] = counts ? slot : -1
      if (!counts) continue
      this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
      this.#sums[slot] = (this.#sums[slot] ?? 0) + time
    }
    this.#slots.push(placed)
    this.#bins.push(bins)
    this.#weights.push(null)
  }

  /** Times that were added up before: `slots`, `bins` and `weights` go together; `sums` are whole sums of slots. */
  addBins(slots: Int32Array, bins: Uint16Array, weights: Uint32Array, sums: Float64Array): void {
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index] ?? -1
      this.#counts[slot] = (this.#counts[slot] ?? 0) + (weights[index] ?? 0)
    }
    for (let slot = 0; slot < sums.length; slot += 1) this.#sums[slot] = (this.#sums[slot] ?? 0) + (sums[slot] ?? 0)
    this.#slots.push(slots)
    this.#bins.push(bins)
    this.#weights.push(weights)
  }

  /** The spread of every slot. */
  finish(): Spread[] {
    const { ends, bins, weights } = this.#sorted()
    const histogram = new Float64Array(binCount)
    const spreads: Spread[] = []
    let from = 0
    for (let slot = 0; slot < this.#counts.length; slot += 1) {
      const to = ends[slot] ?? from
      const count = this.#counts[slot] ?? 0
      const [p50, p95, p99] = quantiles(histogram, bins, weights, from, to, count)
      spreads.push({ count, sumMs: (this.#sums[slot] ?? 0) / unitsPerMs, p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null })
      from = to
    }
    return spreads
  }

  /** All bins in the order of their slots. */
  #sorted(): { ends: Int32Array; bins: Uint16Array; weights: Uint32Array } {
    const ends = new Int32Array(this.#counts.length)
    for (const slots of this.#slots) {
      for (let index = 0; index < slots.length; index += 1) {
        const slot = slots[index] ?? -1
        if (slot >= 0) ends[slot] = (ends[slot] ?? 0) + 1
      }
    }
    let total = 0
    for (let slot = 0; slot < ends.length; slot += 1) {
      const count = ends[slot] ?? 0
      ends[slot] = total
      total += count
    }
    const bins = new Uint16Array(total)
    const weights = new Uint32Array(this.#weights.some((part) => part !== null) ? total : 0)
    for (const [part, slots] of this.#slots.entries()) this.#place(part, slots, ends, bins, weights)
    return { ends, bins, weights }
  }

  #place(part: number, slots: Int32Array, ends: Int32Array, bins: Uint16Array, weights: Uint32Array): void {
    const partBins = this.#bins[part] ?? new Uint16Array(0)
    const partWeights = this.#weights[part] ?? null
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index] ?? -1
      if (slot < 0) continue
      const place = ends[slot] ?? 0
      bins[place] = partBins[index] ?? 0
      if (weights.length > 0) weights[place] = partWeights === null ? 1 : (partWeights[index] ?? 0)
      ends[slot] = place + 1
    }
  }
}

const shares = [0.5, 0.95, 0.99]

function quantiles(
  histogram: Float64Array,
  bins: Uint16Array,
  weights: Uint32Array,
  from: number,
  to: number,
  count: number,
): (number | undefined)[] {
  if (count === 0) return []
  let low = binCount
  let high = 0
  for (let place = from; place < to; place += 1) {
    const bin = bins[place] ?? 0
    histogram[bin] = (histogram[bin] ?? 0) + (weights.length === 0 ? 1 : (weights[place] ?? 0))
    if (bin < low) low = bin
    if (bin > high) high = bin
  }
  const found: number[] = []
  let passed = 0
  for (let bin = low; bin <= high; bin += 1) {
    passed += histogram[bin] ?? 0
    while (found.length < shares.length && passed > (shares[found.length] ?? 1) * (count - 1)) found.push(msOfBin(bin))
    histogram[bin] = 0
  }
  return found
}
