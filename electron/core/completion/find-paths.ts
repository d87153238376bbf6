import { bitOf, lowerByte, type PathTable } from './path-table.ts'

const slash = 47
/** Beyond so many that hold what was typed, further ones are not weighed: nobody would see them. */
const mostWeighed = 60_000

/**
 * The paths that fit `query` best, best first, at most `most`: nothing typed has what lies at the top, `src/` has what lies in it. Else first
 * those whose name is or begins with it, then whose name or path holds it, then those that have its characters one after the other.
 * Upper and lower case are the same.
 */
export function findPaths(table: PathTable, query: string, most: number): string[] {
  const wanted = query.replace(/^\.\//, '')
  if (wanted === '' || wanted.endsWith('/')) {
    const inside = childrenOf(table, wanted, most)
    if (inside.length > 0 || wanted === '') return inside
  }
  const bytes = lowered(wanted.replace(/\s+/g, ' '))
  const best = new Best(most)
  weighHolding(table, bytes, best)
  if (!best.isFull) weighScattered(table, lowered(wanted.replace(/\s+/g, '')), bytes, best)
  return best.rows().map((row) => table.path(row))
}

/** What lies in a folder itself: folders first, each by its name. */
function childrenOf(table: PathTable, folder: string, most: number): string[] {
  const prefix = lowered(folder)
  const rows: number[] = []
  for (let row = 0; row < table.length; row += 1) if (isChild(table, row, prefix)) rows.push(row)
  const paths = rows.slice(0, mostWeighed).map((row) => table.path(row))
  const isHidden = (path: string) => path.slice(folder.length).startsWith('.')
  const order = (path: string) => (isHidden(path) ? 2 : 0) + (path.endsWith('/') ? 0 : 1)
  return paths.toSorted((a, b) => order(a) - order(b) || (a < b ? -1 : 1)).slice(0, most)
}

function isChild({ lower, starts }: PathTable, row: number, prefix: Buffer): boolean {
  const start = starts[row] ?? 0
  const end = (starts[row + 1] ?? 0) - 1
  if (end - start < prefix.length) return false
  for (let at = 0; at < prefix.length; at += 1) if (lower[start + at] !== prefix[at]) return false
  for (let at = start + prefix.length; at < end; at += 1) if (lower[at] === slash) return false
  return true
}

/** Those that hold the query as it is. */
function weighHolding(table: PathTable, wanted: Buffer, best: Best): void {
  const { lower, starts } = table
  let weighed = 0
  let row = 0
  for (let at = lower.indexOf(wanted); at >= 0 && weighed < mostWeighed;) {
    while ((starts[row + 1] ?? 0) <= at) row += 1
    const end = starts[row + 1] ?? 0
    if (at + wanted.length <= end) {
      best.offer(row, weight(table, row, wanted))
      weighed += 1
      at = lower.indexOf(wanted, end)
    } else at = lower.indexOf(wanted, at + 1)
  }
}

/** The higher, the better: in the name before in the path, at its begin before within, short ones first, folders before files. */
function weight({ lower, starts }: PathTable, row: number, wanted: Buffer): number {
  const start = starts[row] ?? 0
  const end = starts[row + 1] ?? 0
  const isFolder = lower[end - 1] === slash
  const last = isFolder ? end - 1 : end
  const nameAt = last === start ? start : lower.lastIndexOf(slash, last - 1) + 1
  const name = nameAt > start && nameAt <= last ? nameAt : start
  const found = indexIn(lower, wanted, name, last)
  const stem = indexIn(lower, dot, name, last)
  const hidden = lower[start] === 46 ? 400 : 0
  const length = Math.min(350, end - start) + hidden
  if (found === name && last - name === wanted.length) return 9_000 + (isFolder ? 5 : 0) - length
  if (found === name && stem === name + wanted.length) return 8_000 - length
  if (found === name) return 7_000 + (isFolder ? 5 : 0) - length
  if (found > name) return (isBorder(lower[found - 1] ?? 0) ? 6_000 : 5_000) - length
  const inPath = indexIn(lower, wanted, start, end)
  return (inPath === start ? 4_500 : isBorder(lower[inPath - 1] ?? 0) ? 4_000 : 3_000) - length
}

/** Those that have the characters in their order; close ones and those at the begin of words before others. */
function weighScattered(table: PathTable, wanted: Buffer, whole: Buffer, best: Best): void {
  if (wanted.length === 0) return
  const { lower, starts, masks } = table
  let mask = 0
  for (const byte of wanted) mask |= bitOf(byte)
  for (let row = 0; row < masks.length; row += 1) {
    if (((masks[row] ?? 0) & mask) !== mask) continue
    const start = starts[row] ?? 0
    const end = starts[row + 1] ?? 0
    const points = scattered(lower, wanted, start, end)
    if (points > 0 && indexIn(lower, whole, start, end) < 0)
      best.offer(row, Math.min(2_900, points * 10 + 500) - Math.min(350, end - start))
  }
}

function scattered(lower: Buffer, wanted: Buffer, start: number, end: number): number {
  let points = 1
  let next = 0
  let before = -2
  for (let at = start; at < end && next < wanted.length; at += 1) {
    if (lower[at] !== wanted[next]) continue
    points += at === before + 1 ? 5 : at === start || isBorder(lower[at - 1] ?? 0) ? 4 : 1
    before = at
    next += 1
  }
  return next === wanted.length ? points : 0
}

function isBorder(byte: number): boolean {
  return byte === slash || byte === 45 || byte === 95 || byte === 46 || byte === 32
}

const dot = Buffer.from('.')

/** As `indexOf`, within one path only. */
function indexIn(bytes: Buffer, wanted: Buffer, start: number, end: number): number {
  const last = end - wanted.length
  for (let at = start; at <= last; at += 1) {
    let same = 0
    while (same < wanted.length && bytes[at + same] === wanted[same]) same += 1
    if (same === wanted.length) return at
  }
  return -1
}

function lowered(text: string): Buffer {
  return Buffer.from(Buffer.from(text).map(lowerByte))
}

/** The best rows so far; those that are alike keep their order. */
class Best {
  readonly #most: number
  readonly #rows: number[] = []
  readonly #weights: number[] = []

  constructor(most: number) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.#rows.length >= this.#most
  }

  offer(row: number, weight: number): void {
    if (this.isFull && weight <= (this.#weights.at(-1) ?? 0)) return
    let at = this.#weights.length
    while (at > 0 && (this.#weights[at - 1] ?? 0) < weight) at -= 1
    this.#rows.splice(at, 0, row)
    this.#weights.splice(at, 0, weight)
    if (this.#rows.length > this.#most) {
      this.#rows.pop()
      this.#weights.pop()
    }
  }

  rows(): readonly number[] {
    return this.#rows
  }
}
