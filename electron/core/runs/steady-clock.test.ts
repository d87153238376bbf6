import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RunClock } from './steady-clock.ts'

test('a run’s time runs on evenly, however the system’s clock jumps, also from one start of the app to the next', () => {
  const passing = fc.record({ ms: fc.nat(100_000), jump: fc.integer({ min: -1e10, max: 1e10 }), restarts: fc.boolean() })
  fc.assert(
    fc.property(fc.array(passing, { maxLength: 20 }), (all) => {
      let steady = 0
      let wall = 1e12
      const clocks = { wall: () => wall, steady: () => steady, awake: { now: () => steady } }
      let clock = new RunClock(clocks, { atMs: wall, awakeMs: 0 })
      for (const { ms, jump, restarts } of all) {
        const before = clock.now()
        steady += ms
        wall += ms + jump
        const { atMs, awakeMs } = clock.now()
        expect([atMs - before.atMs, awakeMs - before.awakeMs]).toEqual([ms, ms])
        if (restarts) clock = new RunClock(clocks, { atMs, awakeMs })
        expect(clock.now().atMs).toBeGreaterThanOrEqual(atMs)
        expect(clock.now().awakeMs).toBe(awakeMs)
      }
    }),
  )
})
