import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foundIn, linePieces } from './line-pieces.ts'

test('a line is cut where its colours and marks change', () => {
  const pieces = linePieces(
    'const a = 1',
    [
      [5, 4],
      [4, 0],
      [2, 1],
    ],
    [[6, 7]],
    [[6, 9]],
  )
  expect(pieces).toEqual([
    { text: 'const', kind: 4, word: false, found: false },
    { text: ' ', kind: 0, word: false, found: false },
    { text: 'a', kind: 0, word: true, found: true },
    { text: ' =', kind: 0, word: false, found: true },
    { text: ' 1', kind: 1, word: false, found: false },
  ])
})

test('whatever the colours and marks are, the pieces joined are the line', () => {
  const range = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 25 }),
      fc.array(fc.tuple(fc.nat(12), fc.nat(12))),
      fc.array(range),
      fc.array(range),
      (text, spans, words, found) => {
        const pieces = linePieces(text, spans, words, found)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
      },
    ),
  )
})

test('what is searched for is found whatever its case, and as it is written', () => {
  expect(foundIn('Total(total) + TOTAL', 'total')).toEqual([
    [0, 5],
    [6, 11],
    [15, 20],
  ])
  expect(foundIn('a.b a+b', 'a+b')).toEqual([[4, 7]])
  expect(foundIn('anything', '')).toEqual([])
})
