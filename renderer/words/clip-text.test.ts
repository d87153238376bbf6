import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipText, lineCount, restWords, sizeWords } from './clip-text.ts'

test('a text within its limits is shown whole', () => {
  expect(clipText('a\nb', { lines: 2, characters: 10 })).toEqual({ shown: 'a\nb', rest: null })
})

test('what is left out is counted', () => {
  const { shown, rest } = clipText(`first${'\n'.repeat(300)}last`, { lines: 20, characters: 5_000 })
  expect(shown).toBe(`first${'\n'.repeat(19)}`)
  expect(rest && restWords(rest)).toBe('281 more lines')
})

test('one long line is cut by its length', () => {
  const { shown, rest } = clipText('x'.repeat(4_800_000), { lines: 20, characters: 8_000 })
  expect(shown).toHaveLength(8_000)
  expect(rest && restWords(rest)).toBe('4.8 MB more')
  expect([sizeWords(1), sizeWords(640), sizeWords(64_000)]).toEqual(['1 character', '640 characters', '64 KB'])
})

test('nothing is lost or cut in two, and the counts add up', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '\n', '👍', 'é'), maxLength: 60 })
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }), (text, lines, characters) => {
      const { shown, rest } = clipText(text, { lines, characters })
      expect(text.startsWith(shown)).toBe(true)
      expect(shown.isWellFormed()).toBe(true)
      expect(lineCount(shown)).toBeLessThanOrEqual(lines)
      expect(shown.length + (rest?.characters ?? 0)).toBe(text.length)
      expect(lineCount(shown) + (rest?.lines ?? 0)).toBe(lineCount(text))
    }),
  )
})
