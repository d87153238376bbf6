import { expect, test } from 'vitest'
import type { ThreadRow } from './thread-row.ts'
import { freshSince, newestKey, RowNumbers, rowsAtFirst, rowsBefore } from './row-window.ts'

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

test('a list begins with the rows that fill it, at its end or around the one that was asked for', () => {
  const all = rows(...Array.from({ length: 100 }, (_, index) => `row${index}`))
  const last = rowsAtFirst(all, -1, 560)
  expect(last.at(-1)).toBe(all[99])
  expect(last.length).toBeGreaterThanOrEqual(20)
  expect(last.length).toBeLessThan(30)
  const around = rowsAtFirst(all, 50, 560)
  expect(around).toEqual(expect.arrayContaining(all.slice(40, 61)))
  expect(rowsAtFirst(all, 99, 560).at(-1)).toBe(all[99])
  expect(rowsAtFirst(all, 0, 560)[0]).toBe(all[0])
  expect(rowsAtFirst(all.slice(0, 5), -1, 560)).toHaveLength(5)
  expect(rowsAtFirst([], -1, 560)).toEqual([])
})
