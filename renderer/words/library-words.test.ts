import { expect, test } from 'vitest'
import { dayWords, folderName, whenWords } from './library-words.ts'

const now = new Date(2026, 10, 21, 12)

test('days and times are said as people say them', () => {
  expect([dayWords('2026-11-21', now), dayWords('2026-11-20', now)]).toEqual(['Today', 'Yesterday'])
  expect(dayWords('2025-11-21', now)).toContain('2025')
  expect(whenWords(new Date(2026, 10, 21, 10, 42).toISOString(), now)).toMatch(/^today .*10.?42/)
  expect(whenWords(new Date(2026, 10, 20, 23, 59).toISOString(), now)).toBe('yesterday')
  expect(whenWords(new Date(2024, 1, 3).toISOString(), now)).toContain('2024')
})

test('a folder is called by its last part', () => {
  expect(['/home/me/api', 'C:\\work\\web\\', '/', null].map(folderName)).toEqual(['api', 'web', '/', ''])
})
