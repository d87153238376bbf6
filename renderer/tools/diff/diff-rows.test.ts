import fc from 'fast-check'
import { expect, test } from 'vitest'
import { structuredPatch } from 'diff'
import type { DiffHunk } from '../../../shared/domain/changes.ts'
import { diffRows, linesOfRow, type DiffLayout, type NumberedLine } from './diff-rows.ts'

const base = { opened: new Set<number>(), whole: null, hasTail: true }

/** As the core answers it. */
function hunksOf(before: readonly string[], after: readonly string[], context = 1): DiffHunk[] {
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
  const { hunks } = structuredPatch('', '', text(before), text(after), '', '', { context })
  const kinds = { ' ': ' ', '+': '+', '-': '-' } as const
  return hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    // git names the line before where a side is empty; this library names the line itself.
    oldStart: oldLines === 0 ? oldStart - 1 : oldStart,
    oldLines,
    newStart: newLines === 0 ? newStart - 1 : newStart,
    newLines,
    section: '',
    lines: lines.flatMap((line) => {
      const kind = line[0] === '+' || line[0] === '-' || line[0] === ' ' ? kinds[line[0]] : null
      return kind === null ? [] : [{ kind, text: line.slice(1) }]
    }),
  }))
}

const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
const after = ['a', 'B', 'c', 'd', 'e', 'f', 'g', 'H', 'i', 'j']

test('hunks have heads that count what is folded before them, and lines have their numbers', () => {
  const rows = diffRows({ ...base, hunks: hunksOf(before, after), layout: 'unified' })
  const heads = rows.flatMap((row) => (row.type === 'hunk' ? [row.hidden] : []))
  expect(heads).toEqual([0, 3])
  const line = rows.flatMap(linesOfRow).find(({ text }) => text === 'H')
  expect(line).toMatchObject({ kind: 'added', old: null, now: 8, hunk: 1, mate: 'h' })
  expect(rows.at(-1)).toEqual({ type: 'tail', key: 'tail', hidden: null })
})

test('side by side, a changed line stands beside the one it was', () => {
  const rows = diffRows({ ...base, hunks: hunksOf(before, after), layout: 'split' })
  const pairs = rows.flatMap((row) => (row.type === 'pair' ? [[row.left?.text, row.right?.text]] : []))
  expect(pairs).toContainEqual(['b', 'B'])
  expect(pairs).toContainEqual([undefined, 'j'])
})

test('whatever is unfolded, both sides are the files, in order, each line once, each row with a key of its own', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })
  fc.assert(
    fc.property(lines, lines, fc.constantFrom<DiffLayout>('unified', 'split'), (old, now, layout) => {
      const hunks = hunksOf(old, now)
      if (hunks.length === 0) return
      const opened = new Set(Array.from({ length: hunks.length + 1 }, (_, place) => place))
      const rows = diffRows({ hunks, layout, opened, whole: now, hasTail: true })
      const side = (of: (row: NumberedLine) => number | null, wanted: 'left' | 'right') =>
        rows
          .flatMap((row) => (row.type === 'pair' ? [row[wanted]] : linesOfRow(row)))
          .flatMap((line) => (line === null || of(line) === null ? [] : [[of(line), line.text]]))
      expect(side((line) => line.old, 'left')).toEqual(old.map((text, place) => [place + 1, text]))
      expect(side((line) => line.now, 'right')).toEqual(now.map((text, place) => [place + 1, text]))
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
    }),
  )
})
