import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Kept } from '../instances/kept.ts'
import { housekeeping } from './housekeeping.ts'

const kept = (id: string, change: Partial<Kept> = {}): Kept => ({
  id,
  name: id,
  isIdle: true,
  isRunning: true,
  idleMs: 0,
  processAgeMs: 0,
  memoryMb: 100,
  pinned: false,
  ...change,
})
const policy = { min: 0, idleTimeoutSeconds: null, ttlSeconds: null }

test('over the limit the idle ones that were used longest ago are parked, until it fits', () => {
  const instances = [
    kept('new', { idleMs: 1 }),
    kept('old', { idleMs: 9 }),
    kept('busy', { isIdle: false, idleMs: 99 }),
    kept('pinned', { pinned: true, idleMs: 99 }),
  ]
  expect(housekeeping({ instances, policy, memoryLimitMb: 350 }).map(({ id }) => id)).toEqual(['old'])
  expect(housekeeping({ instances, policy, memoryLimitMb: 200 }).map(({ id }) => id)).toEqual(['old', 'new'])
  expect(housekeeping({ instances, policy, memoryLimitMb: 400 })).toEqual([])
})

test('an instance is parked after its idle time and renewed after its time to live, but not both', () => {
  const instances = [kept('a', { idleMs: 60_000, processAgeMs: 200_000 }), kept('b', { idleMs: 59_999, processAgeMs: 200_000 })]
  const acts = housekeeping({ instances, policy: { min: 0, idleTimeoutSeconds: 60, ttlSeconds: 120 }, memoryLimitMb: null })
  expect(acts.map(({ id, act }) => `${id} ${act}`)).toEqual(['a parked', 'b renewed'])
})

test('a busy or pinned one is never parked, and never so many that fewer than the minimum run', () => {
  const any = fc.record({
    isIdle: fc.boolean(),
    idleMs: fc.nat(1e6),
    processAgeMs: fc.nat(1e6),
    memoryMb: fc.option(fc.nat(500)),
    pinned: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), fc.nat(5), fc.nat(3_000), (some, min, limit) => {
      const instances = some.map((one, at) => kept(String(at), one))
      const acts = housekeeping({ instances, policy: { min, idleTimeoutSeconds: 10, ttlSeconds: null }, memoryLimitMb: limit })
      for (const { id } of acts) expect(instances[Number(id)]).toMatchObject({ isIdle: true, pinned: false })
      expect(new Set(acts.map(({ id }) => id)).size).toBe(acts.length)
      expect(acts.length).toBeLessThanOrEqual(Math.max(0, instances.length - min))
    }),
  )
})
