import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NumberedLine } from '../../tools/diff/diff-rows.ts'
import { choiceOf, chosenFile, chosenLines, isChosen, shareOf, withLines, type FileChoice } from './choice.ts'

const file = { path: 'a.ts', version: 'v1', by: 'conversation' as const }

function line(kind: NumberedLine['kind'], number: number): NumberedLine {
  const numbers = { old: kind === 'added' ? null : number, now: kind === 'removed' ? null : number }
  return { kind, text: 'x', ...numbers, hunk: 0, place: number, open: false, mate: null }
}

const all = [line('removed', 2), line('added', 2), line('added', 3), line('removed', 9)]
const difference = { version: 'v1', all }

test('all of a file is chosen, unless others changed it', () => {
  expect(choiceOf(file, new Map())).toBe('all')
  expect(choiceOf({ ...file, by: 'others' }, new Map())).toBe('none')
})

test('lines that were chosen of another version are not taken for those of this one', () => {
  const choice: FileChoice = { version: 'v0', lines: new Set(['o2']) }
  expect(choiceOf(file, new Map([['a.ts', choice]]))).toBe('all')
})

test('a line less, and it again', () => {
  const less = withLines('all', difference, all.slice(1, 2), false)
  expect(shareOf(less, all)).toBe('some')
  expect(chosenFile(file, less)).toEqual({ path: 'a.ts', version: 'v1', lines: { removed: [2, 9], added: [3] } })
  expect(withLines(less, difference, all.slice(1, 2), true)).toBe('all')
  expect(chosenFile(file, 'none')).toBeNull()
  expect(chosenLines([line('same', 1), ...all])).toEqual({ removed: [2, 9], added: [2, 3] })
})

test('whatever is chosen and left out, exactly that is what is handed in', () => {
  const act = fc.record({ at: fc.nat(all.length - 1), on: fc.boolean() })
  fc.assert(
    fc.property(fc.array(act), (acts) => {
      const wanted = all.map(() => true)
      let choice: FileChoice = 'all'
      for (const { at, on } of acts) {
        wanted[at] = on
        choice = withLines(choice, difference, all.slice(at, at + 1), on)
      }
      expect(all.map((one) => isChosen(choice, one))).toEqual(wanted)
      const handed = chosenFile(file, choice)
      const { removed, added } = handed?.lines ?? (handed === null ? { removed: [], added: [] } : chosenLines(all))
      expect(removed.length + added.length).toBe(wanted.filter(Boolean).length)
    }),
  )
})
