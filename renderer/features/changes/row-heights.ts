import { linesOfRow, type DiffLayout } from '../../tools/diff/diff-rows.ts'
import type { TextRow } from './text-rows.ts'

/** As diff-rows.css has them. */
const lineHeight = 20
const letterWidth = 7.2
const leastNumber = 34
const signWidth = 18
const endWidth = 10
/** What stands beside the numbers: a box, and the space around them. */
const besideNumbers: Record<DiffLayout, number> = { unified: 36, split: 30 }

/** So many rows tell of all. */
const mostSampled = 200

/** How many digits the numbers of lines have. */
export function digitsOf(rows: readonly TextRow[]): number {
  const last = rows.findLast((row) => row.type === 'line' || row.type === 'pair')
  const numbers = last === undefined ? [] : linesOfRow(last).flatMap(({ old, now }) => [old ?? 0, now ?? 0])
  return String(Math.max(0, ...numbers)).length
}

/**
 * How high rows usually are in a list so wide, rather too low, so that there are enough to fill it: a list that knows draws not many more rows than it
 * has room for. A guess: words are not measured, and rows that are in sight tell how high they are.
 */
export function usualHeight(rows: readonly TextRow[], layout: DiffLayout, width: number): number {
  const isSplit = layout === 'split'
  const number = Math.max(leastNumber, digitsOf(rows) * letterWidth)
  const room = (isSplit ? width / 2 : width) - besideNumbers[layout] - number * (isSplit ? 1 : 2) - endWidth
  if (room < letterWidth) return lineHeight
  const step = Math.max(1, Math.floor(rows.length / mostSampled))
  const heights: number[] = []
  for (let at = 0; at < rows.length; at += step) {
    const row = rows[at]
    if (row === undefined || (row.type !== 'line' && row.type !== 'pair')) continue
    const longest = Math.max(0, ...linesOfRow(row).map(({ text }) => text.length))
    heights.push(lineHeight * Math.ceil((longest * letterWidth + signWidth) / room))
  }
  return heights.toSorted((a, b) => a - b)[Math.floor(heights.length / 4)] ?? lineHeight
}
