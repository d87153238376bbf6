import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipDiff } from './clip-diff.ts'
import type { DiffLine, Hunk } from './edit-diff.ts'

test('a change is cut by its lines and by its length, and the rest is counted', () => {
  const lines = Array.from({ length: 100 }, (_, place) => ({ kind: 'added' as const, text: `line ${place}` }))
  expect(clipDiff([{ lines }], { lines: 60, characters: 10_000 }).rest).toMatchObject({ lines: 40, allLines: 100 })
  const long = [{ kind: 'added' as const, text: 'x'.repeat(1_000_000) }]
  expect(clipDiff([{ lines: long }], { lines: 60, characters: 1_000 }).rest).toMatchObject({ lines: 0, characters: 999_000 })
})

test('what is shown is a beginning of it', () => {
  const line: fc.Arbitrary<DiffLine> = fc.record({
    kind: fc.constantFrom<DiffLine['kind']>('same', 'added'),
    text: fc.string({ maxLength: 12 }),
  })
  const text = fc.array(fc.constantFrom('a', 'bc', ''), { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n'))
  const beyond = fc.array(fc.record({ kind: fc.constantFrom<DiffLine['kind']>('added', 'removed'), text }), { maxLength: 2 })
  const hunks = fc.array(fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 6 }), beyond }), { maxLength: 5 })
  fc.assert(
    fc.property(hunks, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 80 }), (all, count, characters) => {
      const linesOf = ({ lines, beyond: left = [] }: Hunk) => [
        ...lines.map((one) => one.text),
        ...left.flatMap((one) => one.text.split('\n')),
      ]
      const text = (of: readonly Hunk[]) => of.flatMap(linesOf).join('')
      const { hunks: shown, rest } = clipDiff(all, { lines: count, characters })
      expect(text(all).startsWith(text(shown))).toBe(true)
      expect(text(shown).length + (rest?.characters ?? 0)).toBe(text(all).length)
      expect(shown.flatMap(linesOf).length + (rest?.lines ?? 0)).toBe(all.flatMap(linesOf).length)
    }),
  )
})
