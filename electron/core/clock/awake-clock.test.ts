import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AwakeClock } from './awake-clock.ts'

function clockAt(start: number) {
  let source = start
  const clock = new AwakeClock(() => source)
  clock.close()
  return { now: clock.now, pass: (ms: number) => (source += ms) }
}

test('a night with the lid closed counts as one tick', () => {
  const { now, pass } = clockAt(1_000)
  pass(3_000)
  expect(now()).toBe(4_000)
  pass(8 * 3_600_000)
  expect(now()).toBe(9_000)
  pass(2_000)
  expect(now()).toBe(11_000)
})

test('it never runs backwards nor faster than its source, and loses nothing while it is awake', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(15_000), fc.integer({ min: 20_001, max: 1e8 }))), (steps) => {
      const { now, pass } = clockAt(0)
      let awake = 0
      for (const step of steps) {
        const before = now()
        pass(step)
        const passed = now() - before
        expect(passed).toBeGreaterThanOrEqual(0)
        expect(passed).toBeLessThanOrEqual(step)
        awake += step <= 15_000 ? step : 5_000
      }
      expect(now()).toBe(awake)
    }),
  )
})
