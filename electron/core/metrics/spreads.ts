import type { Spread } from '../../../shared/domain/metrics.ts'
import { binCount, msOfBin, unitsPerMs } from './measures.ts'

/** Up to so many slots have a histogram each; more are sorted by slot, which needs less memory. */
const mostDense = 96
const shares = [0.5, 0.95, 0.99]

type Entries = {
  slots: Int32Array
  bins: Uint16Array
  weights: Uint16Array | null
  length: number
  /** The slots ascend. */
  sorted: boolean
}
type Times = { rows: Int32Array; slots: Int32Array; units: Float64Array; bins: Uint16Array }

/** Times of one phase in many slots at once: exact counts and sums, and DDSketch bins for the quantiles. */
export class Spreads {
  readonly #counts: Float64Array
  readonly #sums: Float64Array
  readonly #histograms: Float64Array | null
  readonly #parts: Entries[] = []

  constructor(slots: number) {
    this.#counts = new Float64Array(slots)
    this.#sums = new Float64Array(slots)
    this.#histograms = slots <= mostDense ? new Float64Array(slots * binCount) : null
  }

  /** Single times of rows: units below zero are none. `rows` says which of `units` and `bins` are meant. */
  addTimes(rows: Int32Array, slots: Int32Array, units: Float64Array, bins: Uint16Array): void {
    const times = { rows, slots, units, bins }
    if (this.#histograms) addDense(this.#histograms, this.#counts, this.#sums, times)
    else this.#parts.push(entriesOf(this.#counts, this.#sums, times))
  }

  /** What a cell holds: how often and how long in all, and its bins from `from` to `to`. */
  addCell(slot: number, count: number, sum: number, cell: { bins: Uint16Array; weights: Uint16Array; from: number; to: number }): void {
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count
    this.#sums[slot] = (this.#sums[slot] ?? 0) + sum
    for (let place = cell.from; place < cell.to; place += 1) this.#addBin(slot, cell.bins[place] ?? 0, cell.weights[place] ?? 0)
  }

  /** The spread of every slot. */
  finish(): Spread[] {
    if (this.#histograms) {
      const histograms = this.#histograms
      return this.#spreads((slot) => quantiles(histograms.subarray(slot * binCount, (slot + 1) * binCount), this.#counts[slot] ?? 0))
    }
    const { ends, bins, weights } = sortBySlot(this.#parts, this.#counts.length)
    const histogram = new Float64Array(binCount)
    return this.#spreads((slot) => {
      const from = slot === 0 ? 0 : (ends[slot - 1] ?? 0)
      const to = ends[slot] ?? from
      const own = bins.subarray(from, to)
      if (weights) addWeighted(histogram, own, weights.subarray(from, to))
      else addOnes(histogram, own)
      const found = quantiles(histogram, this.#counts[slot] ?? 0)
      histogram.fill(0)
      return found
    })
  }

  /** The spread of all slots together. */
  whole(): Spread {
    const histogram = new Float64Array(binCount)
    if (this.#histograms) for (let slot = 0; slot < this.#counts.length; slot += 1) addAll(histogram, this.histogram(slot))
    for (const { bins, weights, length } of this.#parts) {
      if (weights) addWeighted(histogram, bins.subarray(0, length), weights.subarray(0, length))
      else addOnes(histogram, bins.subarray(0, length))
    }
    const count = total(this.#counts)
    const [p50 = null, p95 = null, p99 = null] = count === 0 ? [] : quantiles(histogram, count)
    return { count, sumMs: total(this.#sums) / unitsPerMs, p50, p95, p99 }
  }

  /** How many times each bin holds in a slot; none when there are so many slots that they have no histograms. */
  histogram(slot: number): Float64Array {
    return this.#histograms?.subarray(slot * binCount, (slot + 1) * binCount) ?? new Float64Array(binCount)
  }

  #addBin(slot: number, bin: number, weight: number): void {
    if (this.#histograms) {
      const place = slot * binCount + bin
      this.#histograms[place] = (this.#histograms[place] ?? 0) + weight
      return
    }
    let part = this.#parts.at(-1)
    if (!part?.weights || part.length === part.slots.length) {
      part = newEntries(65_536, true)
      this.#parts.push(part)
    }
    part.slots[part.length] = slot
    part.bins[part.length] = bin
    if (part.weights) part.weights[part.length] = weight
    part.length += 1
  }

  #spreads(quantilesOf: (slot: number) => number[]): Spread[] {
    return Array.from(this.#counts, (count, slot) => {
      const [p50 = null, p95 = null, p99 = null] = count === 0 ? [] : quantilesOf(slot)
      return { count, sumMs: (this.#sums[slot] ?? 0) / unitsPerMs, p50, p95, p99 }
    })
  }
}

function addDense(histograms: Float64Array, counts: Float64Array, sums: Float64Array, { rows, slots, units, bins }: Times): void {
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0
    const time = units[row] ?? -1
    if (time < 0) continue
    const slot = slots[index] ?? 0
    const place = slot * binCount + (bins[row] ?? 0)
    counts[slot] = (counts[slot] ?? 0) + 1
    sums[slot] = (sums[slot] ?? 0) + time
    histograms[place] = (histograms[place] ?? 0) + 1
  }
}

function entriesOf(counts: Float64Array, sums: Float64Array, { rows, slots, units, bins }: Times): Entries {
  const part = newEntries(rows.length, false)
  const { slots: ownSlots, bins: ownBins } = part
  let length = 0
  let before = 0
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0
    const time = units[row] ?? -1
    if (time < 0) continue
    const slot = slots[index] ?? 0
    counts[slot] = (counts[slot] ?? 0) + 1
    sums[slot] = (sums[slot] ?? 0) + time
    if (slot < before) part.sorted = false
    before = slot
    ownSlots[length] = slot
    ownBins[length] = bins[row] ?? 0
    length += 1
  }
  part.length = length
  return part
}

function newEntries(capacity: number, weighted: boolean): Entries {
  return {
    slots: new Int32Array(capacity),
    bins: new Uint16Array(capacity),
    weights: weighted ? new Uint16Array(capacity) : null,
    length: 0,
    sorted: !weighted,
  }
}

/** All bins in the order of their slots; slot s ends where `ends[s]` says. */
function sortBySlot(parts: readonly Entries[], slots: number): { ends: Int32Array; bins: Uint16Array; weights: Uint16Array | null } {
  const ends = new Int32Array(slots)
  let total = 0
  for (const part of parts) {
    total += part.length
    for (let index = 0; index < part.length; index += 1) {
      const slot = part.slots[index] ?? 0
      ends[slot] = (ends[slot] ?? 0) + 1
    }
  }
  let before = 0
  for (let slot = 0; slot < slots; slot += 1) {
    const count = ends[slot] ?? 0
    ends[slot] = before
    before += count
  }
  const [only] = parts
  if (parts.length === 1 && only?.sorted) return { ends: endsOf(ends), bins: only.bins, weights: null }
  const bins = new Uint16Array(total)
  const weights = parts.some((part) => part.weights) ? new Uint16Array(total) : null
  for (const part of parts) {
    for (let index = 0; index < part.length; index += 1) {
      const slot = part.slots[index] ?? 0
      const place = ends[slot] ?? 0
      bins[place] = part.bins[index] ?? 0
      if (weights) weights[place] = part.weights ? (part.weights[index] ?? 0) : 1
      ends[slot] = place + 1
    }
  }
  return { ends, bins, weights }
}

function addAll(histogram: Float64Array, more: Float64Array): void {
  for (let bin = 0; bin < more.length; bin += 1) histogram[bin] = (histogram[bin] ?? 0) + (more[bin] ?? 0)
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function addOnes(histogram: Float64Array, bins: Uint16Array): void {
  for (let place = 0; place < bins.length; place += 1) {
    const bin = bins[place] ?? 0
    histogram[bin] = (histogram[bin] ?? 0) + 1
  }
}

function addWeighted(histogram: Float64Array, bins: Uint16Array, weights: Uint16Array): void {
  for (let place = 0; place < bins.length; place += 1) {
    const bin = bins[place] ?? 0
    histogram[bin] = (histogram[bin] ?? 0) + (weights[place] ?? 0)
  }
}

/** Where each slot ends, from how many each has. */
function endsOf(counts: Int32Array): Int32Array {
  let end = 0
  return counts.map((count) => (end += count))
}

/** The values at the nearest ranks: the smallest ones that are not exceeded by this share of all. */
function quantiles(histogram: Float64Array, count: number): number[] {
  const found: number[] = []
  let passed = 0
  for (let bin = 0; bin < binCount && found.length < shares.length; bin += 1) {
    const here = histogram[bin] ?? 0
    if (here === 0) continue
    passed += here
    while (found.length < shares.length && passed >= Math.ceil((shares[found.length] ?? 1) * count)) found.push(msOfBin(bin))
  }
  return found
}
