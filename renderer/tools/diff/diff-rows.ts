import type { DiffHunk } from '../../../shared/domain/changes.ts'

export type LineKind = 'same' | 'added' | 'removed'

/** `mate`: the line that took its place, or whose place it took. */
export type MatedLine = { kind: LineKind; text: string; mate: string | null }

/** A line of a difference, with its numbers in the file as it was and as it is. */
export type NumberedLine = {
  kind: LineKind
  text: string
  old: number | null
  now: number | null
  /** Where it stands: the hunk's place, and its own within the hunk; -1 for one between two hunks. */
  hunk: number
  place: number
  /** The last line of its side, and no line end follows. */
  open: boolean
  /** The line that took its place, or whose place it took. */
  mate: string | null
}

export type DiffRow =
  /** A hunk begins; `hidden`: so many lines before it are folded. */
  | { type: 'hunk'; key: string; hunk: number; hidden: number }
  | { type: 'line'; key: string; line: NumberedLine }
  /** Both sides in one row. */
  | { type: 'pair'; key: string; left: NumberedLine | null; right: NumberedLine | null }
  /** Behind the last hunk; null: nobody has counted them. */
  | { type: 'tail'; key: string; hidden: number | null }

export type DiffLayout = 'unified' | 'split'

type RowsInput = {
  hunks: readonly DiffHunk[]
  layout: DiffLayout
  /** Gaps that are open: before the hunk of that place, or behind all. */
  opened: ReadonlySet<number>
  /** All lines of the file as it is now; null while they are not known. */
  whole: readonly string[] | null
  /** There may be lines behind the last hunk. */
  hasTail: boolean
}

/** What a view of a difference shows, row by row: hunks with their heads, and what lies between them where it was unfolded. */
export function diffRows({ hunks, layout, opened, whole, hasTail }: RowsInput): DiffRow[] {
  const rows: DiffRow[] = []
  let [old, now] = [1, 1]
  hunks.forEach((hunk, place) => {
    const [oldFirst, nowFirst] = firstLines(hunk)
    const isOpen = opened.has(place) && whole !== null
    if (isOpen) rows.push(...between({ whole, old, now, until: nowFirst, layout, gap: place }))
    rows.push({ type: 'hunk', key: `hunk ${place}`, hunk: place, hidden: isOpen ? 0 : Math.max(0, nowFirst - now) })
    const lines = numbered(hunk, place)
    const shown = layout === 'unified' ? lines.map(lineRow) : pairsOf(lines)
    // Not spread: a hunk may have more lines than a call takes arguments.
    for (const row of shown) rows.push(row)
    old = oldFirst + hunk.oldLines
    now = nowFirst + hunk.newLines
  })
  if (!hasTail || hunks.length === 0) return rows
  const end = hunks.length
  if (opened.has(end) && whole !== null) rows.push(...between({ whole, old, now, until: whole.length + 1, layout, gap: end }))
  else if (whole === null || whole.length >= now)
    rows.push({ type: 'tail', key: 'tail', hidden: whole === null ? null : whole.length + 1 - now })
  return rows
}

const numberedOnce = new WeakMap<DiffHunk, readonly NumberedLine[]>()

/** The lines of a hunk, numbered, each changed one with its counterpart; the same list for the same hunk. `place`: of the hunk. */
export function numbered(hunk: DiffHunk, place: number): readonly NumberedLine[] {
  const known = numberedOnce.get(hunk) ?? numberedNow(hunk, place)
  numberedOnce.set(hunk, known)
  return known
}

function numberedNow(hunk: DiffHunk, place: number): NumberedLine[] {
  let [old, now] = firstLines(hunk)
  const lines = hunk.lines.map(({ kind, text, open }, at): NumberedLine => {
    const isOld = kind !== '+'
    const isNow = kind !== '-'
    const line = { text, old: isOld ? old : null, now: isNow ? now : null, hunk: place, place: at, open: open === true, mate: null }
    if (isOld) old += 1
    if (isNow) now += 1
    return { ...line, kind: kind === '+' ? 'added' : kind === '-' ? 'removed' : 'same' }
  })
  withMates(lines)
  return lines
}

/** A run of removed lines and the run of added ones behind it: the first took the place of the first, and so on. */
export function withMates(lines: readonly MatedLine[]): void {
  for (let at = 0; at < lines.length;) {
    const removed = runOf(lines, at, 'removed')
    const added = runOf(lines, at + removed, 'added')
    for (let pair = 0; pair < Math.min(removed, added); pair += 1) {
      const [gone, come] = [lines[at + pair], lines[at + removed + pair]]
      if (gone === undefined || come === undefined) continue
      gone.mate = come.text
      come.mate = gone.text
    }
    at += Math.max(1, removed + added)
  }
}

/** The first line of each side. git names the line before where a side has none. */
export function firstLines({ oldStart, oldLines, newStart, newLines }: DiffHunk): [old: number, now: number] {
  return [oldLines === 0 ? oldStart + 1 : oldStart, newLines === 0 ? newStart + 1 : newStart]
}

/** The lines of a row: two of them where both sides stand in one. */
export function linesOfRow(row: DiffRow): NumberedLine[] {
  if (row.type === 'line') return [row.line]
  if (row.type !== 'pair') return []
  return [...new Set([row.left, row.right])].filter((line) => line !== null)
}

/** What a line is known by, however it is drawn. */
export function lineKey({ kind, old, now }: NumberedLine): string {
  return kind === 'removed' ? `o${old}` : `n${now}`
}

function runOf(lines: readonly { kind: LineKind }[], from: number, kind: LineKind): number {
  let count = 0
  while (lines[from + count]?.kind === kind) count += 1
  return count
}

function lineRow(line: NumberedLine): DiffRow {
  return { type: 'line', key: lineKey(line), line }
}

function pairRow(left: NumberedLine | null, right: NumberedLine | null): DiffRow {
  const key = [left, right].map((line) => (line === null ? '' : lineKey(line))).join(' ')
  return { type: 'pair', key, left, right }
}

function pairsOf(lines: readonly NumberedLine[]): DiffRow[] {
  const rows: DiffRow[] = []
  for (let at = 0; at < lines.length;) {
    const removed = runOf(lines, at, 'removed')
    const added = runOf(lines, at + removed, 'added')
    for (let pair = 0; pair < Math.max(removed, added); pair += 1)
      rows.push(pairRow(pair < removed ? (lines[at + pair] ?? null) : null, pair < added ? (lines[at + removed + pair] ?? null) : null))
    at += removed + added
    const same = lines[at]
    if (same?.kind !== 'same') continue
    rows.push(pairRow(same, same))
    at += 1
  }
  return rows
}

type Between = { whole: readonly string[]; old: number; now: number; until: number; layout: DiffLayout; gap: number }

function* between({ whole, old, now, until, layout }: Between): Generator<DiffRow> {
  for (let at = 0; now + at < until; at += 1) {
    const text = whole[now + at - 1]
    if (text === undefined) return
    const line: NumberedLine = { kind: 'same', text, old: old + at, now: now + at, hunk: -1, place: -1, open: false, mate: null }
    yield layout === 'unified' ? lineRow(line) : pairRow(line, line)
  }
}
