import { expect, test } from 'vitest'
import type { ThreadRow } from './thread-row.ts'
import { freshSince, newestKey, RowNumbers, rowsBefore } from './row-window.ts'

function rows(...keys: string[]): ThreadRow[] {
  return keys.map((key) => ({ kind: 'text', key, text: key, live: false, partial: false, turnId: null, messageId: null }))
}

test('rows that come in before keep the numbers of those in sight', () => {
  const numbers = new RowNumbers()
  const first = numbers.first(rows('c', 'd'), 0)
  expect(numbers.first(rows('c', 'd', 'e'), 0)).toBe(first)
  expect(numbers.first(rows('a', 'b', 'c', 'd', 'e'), 0)).toBe(first - 2)
  expect(numbers.first(rows('a', 'b', 'c', 'd', 'e'), 0)).toBe(first - 2)
  expect(numbers.first(rows('x'), 1)).toBe(first)
})

test('a first row that is gone is no harm', () => {
  expect(rowsBefore(rows('a', 'b', 'd'), ['c', 'd'])).toBe(1)
  expect(rowsBefore(rows('x', 'y'), ['c', 'd'])).toBe(0)
})

test('what came since is counted', () => {
  const list: ThreadRow[] = [...rows('a', 'b'), { kind: 'thinking', key: 't', text: '', live: true, durationMs: null }, ...rows('c')]
  expect(newestKey(list.slice(0, 3))).toBe('b')
  expect(freshSince(list, 'b')).toBe(1)
  expect(freshSince(list, 'gone')).toBe(0)
  expect(freshSince(list, null)).toBe(0)
})
