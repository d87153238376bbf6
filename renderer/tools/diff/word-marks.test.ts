import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordMarks, type Range } from './word-marks.ts'

const cut = (text: string, ranges: readonly Range[] = []) => ranges.map(([from, to]) => text.slice(from, to))

test('the words that differ are marked, in both lines', () => {
  const [before, after] = ['const total = price * 2', 'const total = price * count + 2']
  const marks = wordMarks(before, after)
  expect(cut(before, marks?.before)).toEqual([])
  expect(cut(after, marks?.after)).toEqual(['count + '])
})

test('white space between two changed words belongs to one mark', () => {
  const [before, after] = ['return readFile(oldName, later) // as it was said', 'return readFile(newPath, sooner) // as it was said']
  const marks = wordMarks(before, after)
  expect(cut(before, marks?.before)).toEqual(['oldName', 'later'])
  expect(cut('the old plain word stays here', wordMarks('the old plain word stays here', 'the new fancy word stays here')?.before)).toEqual(
    ['old plain'],
  )
})

test('two lines that have little in common are not marked', () => {
  expect(wordMarks('import fs from "node:fs"', 'export function total(items) {')).toBeNull()
  expect(wordMarks('same', 'same')).toBeNull()
})

test('whatever stands outside of the marks is the same in both lines', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '(', 'é', '😀', '\t') })
  const without = (text: string, ranges: readonly Range[]) =>
    ranges.toReversed().reduce((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text)
  fc.assert(
    fc.property(words, words, (before, after) => {
      const marks = wordMarks(before, after) ?? { before: [[0, before.length]], after: [[0, after.length]] }
      if (before === after) return
      // White space that was swallowed between marks may differ.
      const plain = (text: string, ranges: readonly Range[]) => without(text, ranges).replaceAll(/\s/g, '')
      expect(plain(before, marks.before)).toBe(plain(after, marks.after))
    }),
  )
})

test('long lines take no time', () => {
  const line = (word: string) => Array.from({ length: 400 }, (_, place) => (place % 2 === 0 ? word : 'x')).join(' ')
  expect(wordMarks(line('a'), line('b'))).not.toBeUndefined()
  expect(wordMarks('a'.repeat(3_000), 'b'.repeat(3_000))).toBeNull()
})
