import fc from 'fast-check'
import { expect, test } from 'vitest'
import { around, before, clamped, moved, presets, spanOf, zoomed } from './range.ts'

const now = Date.parse('2026-11-21T14:23:45.678Z')
const day = 86_400_000
const time = fc.integer({ min: Date.parse('2016-01-01'), max: now })

test.each(presets)('$words ends now and begins before', ({ name }) => {
  const { from, to } = spanOf({ type: 'preset', name }, now, now - 100 * day)
  expect(from).toBeLessThan(now)
  expect(to).toBeGreaterThan(now)
  expect(to - now).toBeLessThanOrEqual(60_000)
})

test('all time begins with the oldest record, and with today when there is none', () => {
  expect(spanOf({ type: 'preset', name: 'all' }, now, now - 3650 * day).from).toBeLessThanOrEqual(now - 3650 * day)
  expect(spanOf({ type: 'preset', name: 'all' }, now, null).from).toBe(new Date(now).setHours(0, 0, 0, 0))
})

test('what lies around a span holds it', () => {
  fc.assert(
    fc.property(time, fc.integer({ min: 60_000, max: 3650 * day }), fc.option(time), (from, length, oldest) => {
      const span = { from, to: from + length }
      const outer = around(span, now, oldest)
      expect(outer.from).toBeLessThanOrEqual(span.from)
      expect(outer.to).toBeGreaterThanOrEqual(span.to)
    }),
  )
})

test('moving keeps the length and stays within the limits; zooming and choosing stay within them', () => {
  const limits = { from: 0, to: 100 * day }
  const inside = fc.tuple(fc.integer({ min: 0, max: 50 * day }), fc.integer({ min: day, max: 50 * day }))
  fc.assert(
    fc.property(inside, fc.integer({ min: -200 * day, max: 200 * day }), ([from, length], by) => {
      const span = { from, to: from + length }
      const after = moved(span, by, limits)
      expect(after.to - after.from).toBe(length)
      for (const one of [after, zoomed(span, 1 + Math.abs(by) / day, limits), clamped({ from: from + by, to: from }, limits)]) {
        expect(one.from).toBeGreaterThanOrEqual(limits.from)
        expect(one.to).toBeLessThanOrEqual(limits.to)
        expect(one.to - one.from).toBeGreaterThanOrEqual(60_000)
      }
    }),
  )
})

test('the span before is as long and ends where the other begins', () => {
  expect(before({ from: 10, to: 15 })).toEqual({ from: 5, to: 10 })
})
