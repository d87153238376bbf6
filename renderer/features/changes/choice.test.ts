import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DiffHunk } from '../../../shared/domain/changes.ts'
import { changedLines, choiceOf, chosenFile, isChosen, shareOf, withLines, type FileChoice } from './choice.ts'

const file = { path: 'a.ts', version: 'v1', by: 'conversation' as const }

function hunk(kinds: string): DiffHunk {
  const lines = [...kinds].map((kind) => ({ kind: kind === '+' ? ('+' as const) : kind === '-' ? ('-' as const) : (' ' as const), text: 'x' }))
  return { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, section: '', lines }
}

const hunks = [hunk(' -+ '), hunk('++')]

test('all of a file is chosen, unless others changed it', () => {
  expect(choiceOf(file, new Map())).toBe('all')
  expect(choiceOf({ ...file, by: 'others' }, new Map())).toBe('none')
})

test('lines that were chosen of another version are not taken for those of this one', () => {
  const choice: FileChoice = { version: 'v0', lines: new Set(['0:1']) }
  expect(choiceOf(file, new Map([['a.ts', choice]]))).toBe('all')
})

test('a line less, and it again', () => {
  const less = withLines('all', { version: 'v1', hunks }, [{ hunk: 1, place: 0 }], false)
  expect(isChosen(less, 1, 0)).toBe(false)
  expect(shareOf(less, changedLines(hunks))).toBe('some')
  expect(chosenFile(file, less)).toEqual({
    path: 'a.ts',
    version: 'v1',
    hunks: [
      { hunk: 0, lines: [1, 2] },
      { hunk: 1, lines: [1] },
    ],
  })
  expect(withLines(less, { version: 'v1', hunks }, [{ hunk: 1, place: 0 }], true)).toBe('all')
  expect(chosenFile(file, 'none')).toBeNull()
})

test('whatever is chosen and left out, exactly that is what is handed in', () => {
  const act = fc.record({ at: fc.nat(3), on: fc.boolean() })
  fc.assert(
    fc.property(fc.array(act), (acts) => {
      const all = changedLines(hunks)
      const wanted = all.map(() => true)
      let choice: FileChoice = 'all'
      for (const { at, on } of acts) {
        wanted[at] = on
        choice = withLines(choice, { version: 'v1', hunks }, all.slice(at, at + 1), on)
      }
      expect(all.map(({ hunk: one, place }) => isChosen(choice, one, place))).toEqual(wanted)
      const handed = chosenFile(file, choice)
      const count = handed === null ? 0 : (handed.hunks?.reduce((sum, { lines }) => sum + (lines?.length ?? 0), 0) ?? all.length)
      expect(count).toBe(wanted.filter(Boolean).length)
    }),
  )
})
