import type { LibraryItem, LibrarySort } from '../../../shared/domain/library.ts'
import { breathe } from '../storage/breathe.ts'

/** A row with what its order and its groups go by, worked out once. */
export type Row = { item: LibraryItem; updated: number; created: number; title: string; day: string; gone: boolean }

/** More changes than this are sorted in together. */
const fewChanges = 400
const sliceRows = 5_000

/** All rows in one order, ascending; a changed row moves without the others being sorted again. */
export class SortedRows {
  readonly #compare: (a: Row, b: Row) => number
  #rows: Row[] = []

  constructor(sort: LibrarySort) {
    const by = comparators[sort]
    this.#compare = (a, b) => by(a, b) || a.updated - b.updated || (a.item.id < b.item.id ? -1 : a.item.id > b.item.id ? 1 : 0)
  }

  get rows(): readonly Row[] {
    return this.#rows
  }

  /** Takes new rows in and those that are `gone` out. Breathes between slices, so that nobody else waits. */
  async update(added: readonly Row[], someGone: boolean): Promise<void> {
    if (someGone) this.#rows = this.#rows.filter((row) => !row.gone)
    const fresh = added.filter((row) => !row.gone)
    if (fresh.length <= fewChanges) for (const row of fresh) this.#rows.splice(this.#placeOf(row), 0, row)
    else this.#rows = await merge(this.#rows, await sortInSlices(fresh, this.#compare), this.#compare)
  }

  #placeOf(row: Row): number {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#rows[middle]
      if (other && this.#compare(other, row) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

const comparators: Record<LibrarySort, (a: Row, b: Row) => number> = {
  updated: (a, b) => a.updated - b.updated,
  created: (a, b) => a.created - b.created,
  title: (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
  messages: (a, b) => a.item.messageCount - b.item.messageCount,
  size: (a, b) => a.item.bytes - b.item.bytes,
  // What is not known comes before nothing at all.
  cost: (a, b) => (a.item.costUsd ?? -1) - (b.item.costUsd ?? -1),
}

async function sortInSlices(rows: readonly Row[], compare: (a: Row, b: Row) => number): Promise<Row[]> {
  let runs: Row[][] = []
  for (let from = 0; from < rows.length; from += sliceRows) {
    runs.push(rows.slice(from, from + sliceRows).toSorted(compare))
    await breathe()
  }
  while (runs.length > 1) {
    const next: Row[][] = []
    for (let at = 0; at < runs.length; at += 2) next.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], compare))
    runs = next
  }
  return runs[0] ?? []
}

async function merge(a: readonly Row[], b: readonly Row[], compare: (a: Row, b: Row) => number): Promise<Row[]> {
  const merged: Row[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const left = a[i]
    const right = b[j]
    if (left && (!right || compare(left, right) <= 0)) {
      merged.push(left)
      i += 1
    } else if (right) {
      merged.push(right)
      j += 1
    }
    if (merged.length % 20_000 === 0) await breathe()
  }
  return merged
}
