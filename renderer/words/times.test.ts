import { expect, test } from 'vitest'
import { dayKey, formatDay, formatFullTime, formatTime } from './times.ts'

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
