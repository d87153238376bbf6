import type { ThreadRow } from './thread-row.ts'

const firstOfAll = 1_000_000
const anchors = 40

/**
 * Numbers rows for the virtual list: rows that come in before the known ones take lower numbers, so that
 * what is in sight keeps its own. Asking twice about the same rows gives the same answer.
 */
export class RowNumbers {
  #generation = -1
  #keys: readonly string[] = []
  #first = firstOfAll

  /** The number of the first row. */
  first(rows: readonly ThreadRow[], generation: number): number {
    this.#first = this.#generation === generation ? this.#first - rowsBefore(rows, this.#keys) : firstOfAll
    this.#generation = generation
    this.#keys = rows.slice(0, anchors).map((row) => row.key)
    return this.#first
  }
}

/** Low guesses, in pixels: too many rows take longer to draw, too few leave a gap for a frame. */
const rowPx = 28
const linePx = 20
const lineCharacters = 110
const mostPx = 600

/** The rows that a list of this height begins with: those at its end, or around the one that was asked for. */
export function rowsAtFirst(rows: readonly ThreadRow[], asked: number, listPx: number): readonly ThreadRow[] {
  const middle = asked < 0 ? rows.length - 1 : asked
  let from = middle
  for (let px = 0; from > 0 && px < listPx; from -= 1) px += guessedPx(rows[from])
  let to = middle + 1
  for (let px = 0; to < rows.length && px < listPx; to += 1) px += guessedPx(rows[to])
  return from <= 0 && to >= rows.length ? rows : rows.slice(Math.max(0, from), to)
}

function guessedPx(row: ThreadRow | undefined): number {
  const text = row?.kind === 'text' || row?.kind === 'user' ? row.text : ''
  return rowPx + Math.min(mostPx, Math.floor(text.length / lineCharacters) * linePx)
}

/** How many rows stand before the first known one now; 0 where none of them is left. */
export function rowsBefore(rows: readonly Pick<ThreadRow, 'key'>[], keys: readonly string[]): number {
  if (keys.length === 0 || rows[0]?.key === keys[0]) return 0
  const places = new Map(rows.map((row, place) => [row.key, place]))
  for (const [offset, key] of keys.entries()) {
    const place = places.get(key)
    if (place !== undefined) return Math.max(0, place - offset)
  }
  return 0
}

/** Counts what has words of its own and came after a row; 0 where that row is gone. */
export function freshSince(rows: readonly ThreadRow[], key: string | null): number {
  if (key === null) return 0
  const place = rows.findLastIndex((row) => row.key === key)
  return place < 0 ? 0 : rows.slice(place + 1).filter(isCounted).length
}

/** The newest row that counts as something new. */
export function newestKey(rows: readonly ThreadRow[]): string | null {
  return rows.findLast(isCounted)?.key ?? null
}

function isCounted(row: ThreadRow): boolean {
  return row.kind === 'text' || row.kind === 'tool' || row.kind === 'approval' || row.kind === 'user'
}
