import { expect, it } from 'vitest'
import { formatMoment, withOwnTimes } from './moment.ts'

const now = new Date(2026, 10, 27, 20, 30)

it('says a time as the reader has it, by the day', () => {
  expect(formatMoment(new Date(2026, 10, 27, 23, 5), now)).toMatch(/^at 11:05.PM$/)
  expect(formatMoment(new Date(2026, 10, 28, 9, 0), now)).toMatch(/^tomorrow at 9:00.AM$/)
  expect(formatMoment(new Date(2026, 10, 30, 9, 0), now)).toMatch(/Nov 30 at 9:00.AM$/)
})

it('puts the times of a text into the reader’s own, and leaves everything else as it is', () => {
  const time = new Date(2026, 10, 28, 0, 0)
  const written = time.toISOString().slice(0, 16).replace('T', ' ')
  expect(withOwnTimes(`Raise it, or wait until ${written} UTC.`, now)).toBe(`Raise it, or wait until ${formatMoment(time, now)}.`)
  for (const text of ['No time in it', '2026-99-99 00:00 UTC', '2026-11-28 00:00']) expect(withOwnTimes(text, now)).toBe(text)
})
