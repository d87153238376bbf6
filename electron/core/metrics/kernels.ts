import { binCount } from './measures.ts'
import type { Pick } from './rows.ts'

/** The loops over a million rows. Rows lie in the order of their slots, so that each slot is added up in a variable. */

/** Rows in the order of their slots. Most are so already, as turns are kept in the order in which they came. */
export function pickOf(rows: Int32Array, slots: Int32Array, count: number): Pick {
  const starts = new Int32Array(count + 1)
  let sorted = true
  let last = 0
  for (let index = 0; index < slots.length; index += 1) {
    const slot = slots[index] ?? 0
    if (slot < last) sorted = false
    last = slot
    starts[slot + 1] = (starts[slot + 1] ?? 0) + 1
  }
  for (let slot = 0; slot < count; slot += 1) starts[slot + 1] = (starts[slot + 1] ?? 0) + (starts[slot] ?? 0)
  return { rows: sorted ? rows : inOrder(rows, slots, starts), starts }
}

function inOrder(rows: Int32Array, slots: Int32Array, starts: Int32Array): Int32Array {
  const next = starts.slice()
  const ordered = new Int32Array(rows.length)
  for (let index = 0; index < rows.length; index += 1) {
    const slot = slots[index] ?? 0
    const place = next[slot] ?? 0
    ordered[place] = rows[index] ?? 0
    next[slot] = place + 1
  }
  return ordered
}

/** The rows whose code is marked. */
export function marked(rows: Int32Array, codes: Uint32Array, mask: Uint8Array): Int32Array<ArrayBuffer> {
  const kept = new Int32Array(rows.length)
  let count = 0
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0
    if (mask[codes[row] ?? 0] !== 1) continue
    kept[count] = row
    count += 1
  }
  return kept.subarray(0, count)
}

/** Gives each row the bucket of its time; what lies outside goes to the nearest one. */
export function placeByTime(
  slots: Int32Array,
  at: Float64Array,
  rows: Int32Array,
  { first, bucketMs, count, edges }: { first: number; bucketMs: number; count: number; edges?: readonly number[] },
): void {
  let bucket = 0
  let begin = edges?.[0] ?? first
  let end = edges?.[1] ?? first + bucketMs
  for (let index = 0; index < rows.length; index += 1) {
    const time = at[rows[index] ?? 0] ?? 0
    // Most rows lie in the bucket of the one before, which is cheaper to see than to look for.
    if (time < begin || time >= end) {
      const found = edges ? lastBefore(edges, time) : Math.floor((time - first) / bucketMs)
      bucket = found < 0 ? 0 : found >= count ? count - 1 : found
      begin = edges?.[bucket] ?? first + bucket * bucketMs
      end = edges?.[bucket + 1] ?? begin + bucketMs
    }
    slots[index] = bucket
  }
}

/** The place of the last edge that is not after a time; -1: none. */
export function lastBefore(edges: readonly number[], time: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Moves each row to its group's buckets. */
export function placeByGroup(
  slots: Int32Array,
  { codes, groupOf, buckets }: { codes: Uint32Array; groupOf: Int32Array; buckets: number },
  rows: Int32Array,
): void {
  for (let index = 0; index < rows.length; index += 1)
    slots[index] = (slots[index] ?? 0) + (groupOf[codes[rows[index] ?? 0] ?? 0] ?? 0) * buckets
}

/** Adds a column to its slots. */
export function addColumn(sums: Float64Array, values: Float64Array, { rows, starts }: Pick): void {
  for (let slot = 0; slot < sums.length; slot += 1) {
    const to = starts[slot + 1] ?? 0
    let sum = 0
    for (let index = starts[slot] ?? 0; index < to; index += 1) sum += values[rows[index] ?? 0] ?? 0
    sums[slot] = (sums[slot] ?? 0) + sum
  }
}

/** Adds up how many turns each code has. */
export function addByCode(turnsOf: Float64Array, codes: Uint32Array, turns: Float64Array, rows: Int32Array): void {
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0
    const code = codes[row] ?? 0
    turnsOf[code] = (turnsOf[code] ?? 0) + (turns[row] ?? 0)
  }
}

export const absent = 0
/** Only rows that are hollow have the code. */
export const hollowOnly = 1
const there = 2

/** Notes which codes there are. `hollow`: above zero in rows that are no turns; null when none is. */
export function markPresence(
  presence: Uint8Array,
  { codes, hollow }: { codes: Uint32Array; hollow: Float64Array | null },
  rows: Int32Array,
): void {
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0
    const code = codes[row] ?? 0
    if (hollow === null || (hollow[row] ?? 0) === 0) presence[code] = there
    else if (presence[code] === absent) presence[code] = hollowOnly
  }
}

/** Adds turns to the slots of the code that they have. `placeOf` says which place a code has; -1: none. */
export function addByPlace(sums: Float64Array, placeOf: Int32Array, column: { codes: Uint32Array; turns: Float64Array }, pick: Pick): void {
  const { rows, starts } = pick
  const { codes, turns } = column
  const slots = starts.length - 1
  for (let slot = 0; slot < slots; slot += 1) {
    const to = starts[slot + 1] ?? 0
    for (let index = starts[slot] ?? 0; index < to; index += 1) {
      const row = rows[index] ?? 0
      const place = placeOf[codes[row] ?? 0] ?? -1
      if (place >= 0) sums[place * slots + slot] = (sums[place * slots + slot] ?? 0) + (turns[row] ?? 0)
    }
  }
}

/** The rows of a pick whose code is marked, in the same slots. */
export function narrowed({ rows, starts }: Pick, codes: Uint32Array, mask: Uint8Array): Pick {
  const kept = new Int32Array(rows.length)
  const from = new Int32Array(starts.length)
  let count = 0
  for (let slot = 0; slot < starts.length - 1; slot += 1) {
    const to = starts[slot + 1] ?? 0
    for (let index = starts[slot] ?? 0; index < to; index += 1) {
      const row = rows[index] ?? 0
      if (mask[codes[row] ?? 0] !== 1) continue
      kept[count] = row
      count += 1
    }
    from[slot + 1] = count
  }
  return { rows: kept.subarray(0, count), starts: from }
}

/** The edges of at most `points` bins that cover all that is there, as places in the fine ones; each joins as many of them. */
export function edgesOf(histograms: readonly Float64Array[], points: number): number[] {
  let low = binCount
  let high = -1
  for (const counts of histograms) {
    for (let bin = 0; bin < binCount; bin += 1) {
      if ((counts[bin] ?? 0) === 0) continue
      low = Math.min(low, bin)
      high = Math.max(high, bin)
    }
  }
  if (high < 0) return []
  const step = Math.max(1, Math.ceil((high + 1 - low) / points))
  const edges: number[] = []
  for (let bin = low; bin < high + 1 + step; bin += step) edges.push(Math.min(bin, binCount))
  return edges
}

export function countsBetween(counts: Float64Array, edges: readonly number[]): number[] {
  return edges.slice(0, -1).map((from, index) => {
    let sum = 0
    for (let bin = from; bin < (edges[index + 1] ?? from); bin += 1) sum += counts[bin] ?? 0
    return sum
  })
}
