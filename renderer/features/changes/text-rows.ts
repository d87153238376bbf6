import type { FileDiff } from '../../../shared/domain/changes.ts'
import type { ReviewComment } from '../../state/review-comments.ts'
import { diffRows, linesOfRow, numbered, type DiffLayout, type DiffRow, type NumberedLine } from '../../tools/diff/diff-rows.ts'

/** A row of a file's difference, or a comment below the last line that it is about. */
export type TextRow = DiffRow | { type: 'comment'; key: string; comment: ReviewComment; stale: boolean }

type Input = {
  diff: FileDiff
  layout: DiffLayout
  opened: ReadonlySet<number>
  whole: readonly string[] | null
  comments: readonly ReviewComment[]
}

/** All rows of a file. Comments whose lines are not there any more, or not as they were, stand first. */
export function textRows({ diff, layout, opened, whole, comments }: Input): TextRow[] {
  const hasTail = diff.nextLine === null && (diff.kind === 'changed' || diff.kind === 'renamed' || diff.kind === 'mode')
  const rows = diffRows({ hunks: diff.hunks, layout, opened, whole, hasTail })
  return comments.length === 0 ? rows : withComments(rows, comments)
}

function withComments(rows: readonly DiffRow[], comments: readonly ReviewComment[]): TextRow[] {
  const left = new Map<string, ReviewComment[]>()
  for (const comment of comments) left.set(placeOf(comment), [...(left.get(placeOf(comment)) ?? []), comment])
  const placed: TextRow[] = []
  for (const row of rows) {
    placed.push(row)
    for (const line of linesOfRow(row)) {
      for (const place of [`old ${line.old}`, `now ${line.now}`]) {
        for (const comment of left.get(place) ?? [])
          placed.push({ type: 'comment', key: comment.id, comment, stale: isStale(comment, line) })
        left.delete(place)
      }
    }
  }
  const lost = [...left.values()].flat().map((comment): TextRow => ({ type: 'comment', key: comment.id, comment, stale: true }))
  return [...lost, ...placed]
}

/** None of the lines that it quotes is the one that it stands at. */
function isStale({ quote }: ReviewComment, { text }: NumberedLine): boolean {
  return !quote.split('\n').some((quoted) => quoted.slice(1) === text.slice(0, Math.max(1, quoted.length - 1)))
}

function placeOf({ side, to }: ReviewComment): string {
  return `${side} ${to}`
}

/** Every line that was added or removed. */
export function changedLinesOf({ hunks }: Pick<FileDiff, 'hunks'>): NumberedLine[] {
  return hunks.flatMap((hunk, place) => numbered(hunk, place).filter(({ kind }) => kind !== 'same'))
}

/** The rows at which a run of changed lines begins. */
export function changeStarts(rows: readonly TextRow[]): number[] {
  const isChange = (row: TextRow | undefined) =>
    row !== undefined && row.type !== 'comment' && linesOfRow(row).some(({ kind }) => kind !== 'same')
  return rows.flatMap((row, at) => (isChange(row) && !isChange(rows[at - 1]) ? [at] : []))
}

/** What is said of these lines, before it is written. */
export function commentOn(path: string, lines: readonly NumberedLine[]): Omit<ReviewComment, 'id'> | null {
  const side = lines.some(({ now }) => now !== null) ? 'now' : 'old'
  const numbers = lines.flatMap((line) => line[side] ?? [])
  if (numbers.length === 0) return null
  const signs = { same: ' ', added: '+', removed: '-' }
  const quote = lines.map(({ kind, text }) => `${signs[kind]}${text}`).join('\n')
  return { path, side, from: Math.min(...numbers), to: Math.max(...numbers), quote, text: '' }
}

/** `12`, `12–15`, each once: the lines of rows in order, both sides of a row. */
export function lineWords(lines: readonly NumberedLine[]): string {
  const side = lines.some(({ now }) => now !== null) ? 'now' : 'old'
  const numbers = lines.flatMap((line) => line[side] ?? [])
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)]
  return from === to ? `Line ${from}` : `Lines ${from}–${to}`
}
