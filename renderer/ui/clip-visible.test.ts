import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipVisible } from './clip-visible.ts'

const limit = { lines: 16, characters: 1_200 }

test('blank lines do not push the next command out of what is shown', () => {
  const { segments, rest } = clipVisible(`touch hello${'\n'.repeat(301)}touch hidden`, limit)
  expect(segments.map(({ text }) => text).join('')).toBe('touch hello\n⟨300 blank lines⟩\ntouch hidden')
  expect(rest).toBeNull()
})

test('lines that are not shown are counted', () => {
  const { rest } = clipVisible(Array.from({ length: 328 }, (_, place) => `echo ${place}`).join('\n'), limit)
  expect(rest).toMatchObject({ lines: 312, allLines: 328 })
})

test('neither spaces nor one long line hide what comes behind', () => {
  expect(clipVisible(`touch a${' '.repeat(100_000)}b`, limit).rest).toBeNull()
  expect(clipVisible(`echo ${'x'.repeat(5_000_000)}; rm -rf /`, limit).rest).toMatchObject({ lines: 0, characters: 5_000_015 - 1_200 })
})

test('a text of which much cannot be seen says how much of it is left', () => {
  const family = '👨\u200d👩\u200d👧'
  const { segments, rest } = clipVisible(family.repeat(100_000), limit)
  const taken = segments.map((segment) => (segment.hidden ? segment.original : segment.text)).join('')
  expect(segments.map((segment) => segment.text).join('').length).toBeLessThanOrEqual(limit.characters)
  expect(rest).toMatchObject({ lines: 0, characters: family.length * 100_000 - taken.length })
})

test('what is shown and what is said to be left are the whole', () => {
  const piece = fc.constantFrom('a', '\n', 'word ', '\u202e', ' '.repeat(70), '\n'.repeat(9), '👍')
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 80 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 2, max: 60 }),
      (pieces, lines, characters) => {
        const text = pieces.join('')
        const whole = clipVisible(text, { lines: 1_000, characters: 100_000 }).segments.map((segment) => segment.text)
        const { segments, rest } = clipVisible(text, { lines, characters })
        const shown = segments.map((segment) => segment.text).join('')
        expect(whole.join('').startsWith(shown)).toBe(true)
        const taken = segments.map((segment) => (segment.hidden ? segment.original : segment.text)).join('')
        expect(text.startsWith(taken)).toBe(true)
        expect(taken.length + (rest?.characters ?? 0)).toBe(text.length)
      },
    ),
  )
})
