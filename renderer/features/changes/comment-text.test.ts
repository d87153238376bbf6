import { expect, test } from 'vitest'
import { commentsMessage, placeWords } from './comment-text.ts'
import { commentOn, textRows } from './text-rows.ts'
import type { ReviewComment } from '../../state/review-comments.ts'
import type { NumberedLine } from '../../tools/diff/diff-rows.ts'
import type { FileDiff } from '../../../shared/domain/changes.ts'

const diff: FileDiff = {
  path: 'src/a.ts',
  kind: 'changed',
  content: 'text',
  added: 1,
  removed: 1,
  oldSize: 1,
  newSize: 1,
  by: 'conversation',
  version: 'v1',
  encoding: 'utf-8',
  nextLine: null,
  hunks: [
    {
      oldStart: 4,
      oldLines: 3,
      newStart: 4,
      newLines: 3,
      section: '',
      lines: [
        { kind: ' ', text: 'before' },
        { kind: '-', text: 'old' },
        { kind: '+', text: 'new' },
        { kind: ' ', text: 'after' },
      ],
    },
  ],
}
const open = { diff, layout: 'unified' as const, opened: new Set<number>(), whole: null }
function written(about: readonly NumberedLine[]): ReviewComment {
  const draft = commentOn('src/a.ts', about)
  if (draft === null) throw new Error('There is nothing to comment on.')
  return { ...draft, id: '1' }
}

const lines = textRows({ ...open, comments: [] }).flatMap((row) => (row.type === 'line' ? [row.line] : []))

test('a comment goes to Claude with its place, the lines and what is said of them', () => {
  const draft = written(lines.slice(1, 3))
  expect(draft).toMatchObject({ side: 'now', from: 5, to: 5, quote: '-old\n+new' })
  const message = commentsMessage([
    { ...draft, text: 'Why? ' },
    { ...draft, id: '2', text: '  ' },
  ])
  expect(message).toBe('Please address this review comment:\n\n`src/a.ts`, line 5\n\n```diff\n-old\n+new\n```\n\nWhy?')
})

test('several are numbered, a fence within the lines does not end theirs', () => {
  const one = { id: '1', path: 'a.md', side: 'old' as const, from: 1, to: 3, quote: ' ```', text: 'Keep it' }
  const message = commentsMessage([one, { ...one, id: '2', text: 'And this' }])
  expect(message).toContain('1. `a.md`, lines 1–3 of the previous version')
  expect(message).toContain('2. ')
  expect(message).toContain('````diff\n ```\n````')
  expect(placeWords({ ...one, side: 'now', to: 1 })).toBe('`a.md`, line 1')
})

test('a comment stands below its last line; one whose line is another now says so', () => {
  const draft = written(lines.slice(2, 4))
  const keys = (comments: readonly (typeof draft)[]) =>
    textRows({ ...open, comments }).map(({ type, key }) => (type === 'comment' ? `${type}` : key))
  expect(keys([draft])).toEqual(['hunk 0', 'n4', 'o5', 'n5', 'n6', 'comment', 'tail'])
  const gone = textRows({ ...open, comments: [{ ...draft, to: 60 }] })
  expect(gone[0]).toMatchObject({ type: 'comment', stale: true })
  const changed = textRows({ ...open, comments: [{ ...draft, quote: '+other' }] })
  expect(changed.find(({ type }) => type === 'comment')).toMatchObject({ stale: true })
})
