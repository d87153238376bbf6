import { expect, test } from 'vitest'
import { dayKey, formatAge, formatDay, formatFullTime, formatTime } from './times.ts'

const now = new Date(2026, 10, 28, 9, 30)
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString()

test.each([
  [at(2026, 10, 28, 0, 0), 'Today'],
  [at(2026, 10, 27, 23, 59), 'Yesterday'],
  [at(2026, 10, 22, 12, 0), 'Sunday'],
  [at(2026, 10, 21, 12, 0), 'Sat, November 21'],
  [at(2025, 10, 28, 12, 0), 'November 28, 2025'],
  ['no time', ''],
])('%s is %s', (time, words) => expect(formatDay(time, now)).toBe(words))

test('a day is one of the reader’s, from midnight to midnight', () => {
  expect(dayKey(at(2026, 10, 28, 0, 0))).toBe(dayKey(at(2026, 10, 28, 23, 59)))
  expect(dayKey(at(2026, 10, 28, 0, 0))).not.toBe(dayKey(at(2026, 10, 27, 23, 59)))
})

test('the clock is short, and a title says all of it', () => {
  const time = at(2026, 10, 28, 14, 5)
  expect(formatTime(time).replaceAll(/\s/g, ' ')).toBe('2:05 PM')
  expect(formatFullTime(time)).toContain('Saturday, November 28, 2026')
})

test.each([
  ['2026-01-01T00:00:30.000Z', 'now'],
  ['2025-12-31T23:55:00.000Z', '6m'],
  ['2025-12-31T20:00:00.000Z', '4h'],
  ['2025-12-29T00:00:00.000Z', '3d'],
  ['2025-11-30T00:00:00.000Z', '4w'],
  ['2023-06-01T00:00:00.000Z', '2y'],
  // Another machine's clock may be ahead.
  ['2026-01-01T09:00:00.000Z', 'now'],
])('%s is %s ago', (time, words) => expect(formatAge(time, Date.parse('2026-01-01T00:01:00.000Z'))).toBe(words))
