import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InstanceSummary } from '../instances/instance-summary.ts'
import { betweenTurns, housekeeping, type Act } from './housekeeping.ts'

const kept = (id: string, change: Partial<InstanceSummary> = {}): InstanceSummary => ({
  id,
  name: id,
  isIdle: true,
  isRunning: true,
  hasBackground: false,
  idleMs: 0,
  processAgeMs: 0,
  memoryMb: 100,
  pinned: false,
  ...change,
})
const policy = { min: 0, idleTimeoutSeconds: null, ttlSeconds: null }
const none = { idle: [], busyMb: 0 }
const base = { policy, spares: [], asides: none, memoryLimitMb: null }
const idOf = (act: Act) => ('id' in act ? act.id : act.act === 'spare-ended' ? 'spare' : 'aside')

test('over the limit the idle ones that were used longest ago are parked, until it fits', () => {
  const instances = [
    kept('new', { idleMs: 1 }),
    kept('old', { idleMs: 9 }),
    kept('busy', { isIdle: false, idleMs: 99 }),
    kept('pinned', { pinned: true, idleMs: 99 }),
  ]
  expect(housekeeping({ ...base, instances, memoryLimitMb: 350 }).map(idOf)).toEqual(['old'])
  expect(housekeeping({ ...base, instances, memoryLimitMb: 200 }).map(idOf)).toEqual(['old', 'new'])
  expect(housekeeping({ ...base, instances, memoryLimitMb: 400 })).toEqual([])
})

test('spares count into the memory, and go before anybody is parked', () => {
  const instances = [kept('a', { idleMs: 1 }), kept('b', { idleMs: 2 })]
  const input = { ...base, instances, spares: [80, null, 80] }
  expect(housekeeping({ ...input, memoryLimitMb: 360 })).toEqual([])
  expect(housekeeping({ ...input, memoryLimitMb: 300 }).map(idOf)).toEqual(['spare'])
  expect(housekeeping({ ...input, memoryLimitMb: 150 }).map(idOf)).toEqual(['spare', 'spare', 'spare', 'b'])
})

test('side questions count into the memory, and idle ones go before spares', () => {
  const input = { ...base, instances: [kept('a')], spares: [80], asides: { idle: [100, null], busyMb: 120 } }
  expect(housekeeping({ ...input, memoryLimitMb: 400 })).toEqual([])
  expect(housekeeping({ ...input, memoryLimitMb: 390 }).map(idOf)).toEqual(['aside'])
  expect(housekeeping({ ...input, memoryLimitMb: 290 }).map(idOf)).toEqual(['aside', 'aside', 'spare'])
  expect(housekeeping({ ...input, memoryLimitMb: 100 }).map(idOf)).toEqual(['aside', 'aside', 'spare', 'a'])
})

test('an instance is parked after its idle time and renewed after its time to live, but not both', () => {
  const instances = [kept('a', { idleMs: 60_000, processAgeMs: 200_000 }), kept('b', { idleMs: 59_999, processAgeMs: 200_000 })]
  const acts = housekeeping({ ...base, instances, policy: { min: 0, idleTimeoutSeconds: 60, ttlSeconds: 120 } })
  expect(acts.map((act) => `${idOf(act)} ${act.act}`)).toEqual(['a parked', 'b renewed'])
})

test('one that runs for work alone is parked as soon as there is none, whatever the minimum is', () => {
  const instances = [kept('a', { endsWhenIdle: true, idleMs: 2_000 }), kept('b', { endsWhenIdle: true, idleMs: 1_999 }), kept('c')]
  expect(housekeeping({ ...base, instances, policy: { min: 3, idleTimeoutSeconds: null, ttlSeconds: null } }).map(idOf)).toEqual(['a'])
})

test('one that never rests is seen to between its turns; a pinned one is left as it is', () => {
  const busy = kept('busy', { isIdle: false, processAgeMs: 200_000 })
  const short = { policy: { ttlSeconds: 120 }, usedMb: 900, memoryLimitMb: 1_000 }
  expect(betweenTurns(busy, short)).toMatchObject({ id: 'busy', act: 'renewed' })
  expect(betweenTurns(busy, { ...short, memoryLimitMb: 800 })).toMatchObject({ id: 'busy', act: 'parked' })
  expect(betweenTurns(busy, { ...short, policy: { ttlSeconds: 300 } })).toBeNull()
  expect(betweenTurns({ ...busy, pinned: true }, { ...short, memoryLimitMb: 800 })).toBeNull()
  expect(housekeeping({ ...base, instances: [{ ...busy, isIdle: true, pinned: true }], policy: { ...policy, ttlSeconds: 120 } })).toEqual(
    [],
  )
})

const anyKept = fc.record({
  isIdle: fc.boolean(),
  idleMs: fc.nat(1e6),
  processAgeMs: fc.nat(1e6),
  memoryMb: fc.option(fc.nat(500)),
  pinned: fc.boolean(),
})
const anyPolicy = fc.record({
  min: fc.nat(5),
  idleTimeoutSeconds: fc.option(fc.integer({ min: 10, max: 900 })),
  ttlSeconds: fc.option(fc.integer({ min: 60, max: 900 })),
})
const anyHouse = fc.record({
  some: fc.array(anyKept, { maxLength: 12 }),
  spares: fc.array(fc.option(fc.nat(300)), { maxLength: 4 }),
  policy: anyPolicy,
  asides: fc.record({ idle: fc.array(fc.option(fc.nat(300)), { maxLength: 3 }), busyMb: fc.nat(600) }),
  memoryLimitMb: fc.option(fc.nat(3_000)),
})
const forAnyHouse = (check: (input: Parameters<typeof housekeeping>[0], acts: Act[]) => void) =>
  fc.assert(
    fc.property(anyHouse, ({ some, ...rest }) => {
      const instances = some.map((one, at) => kept(String(at), one))
      check({ ...rest, instances }, housekeeping({ ...rest, instances }))
    }),
  )

test('a busy one is left alone, a pinned one is never parked, and never so many that fewer than the minimum run', () => {
  forAnyHouse(({ instances, policy: { min } }, acts) => {
    const touched = acts.flatMap((act) => ('id' in act ? [act] : []))
    for (const { id } of touched) expect(instances[Number(id)]?.isIdle).toBe(true)
    const parked = touched.filter(({ act }) => act === 'parked')
    for (const { id } of parked) expect(instances[Number(id)]?.pinned).toBe(false)
    expect(new Set(touched.map(({ id }) => id)).size).toBe(touched.length)
    expect(parked.length).toBeLessThanOrEqual(Math.max(0, instances.length - min))
  })
})

test('for the budget nobody is parked while a spare or an idle side question is left, nor anybody who need not be', () => {
  forAnyHouse(({ instances, spares, asides, policy: { idleTimeoutSeconds: seconds }, memoryLimitMb }, acts) => {
    const timedOut = new Set(instances.flatMap((one) => (one.isIdle && !one.pinned && isOver(one.idleMs, seconds) ? [one.id] : [])))
    const forBudget = acts.flatMap((act) => (act.act === 'parked' && !timedOut.has(act.id) ? [act.id] : []))
    const ended = acts.filter((act) => !('id' in act)).length
    const gone = new Set([...timedOut, ...forBudget.slice(0, -1)])
    // What would be held if the last of them had stayed.
    const heldMb = instances.reduce((sum, { id, memoryMb }) => sum + (gone.has(id) ? 0 : (memoryMb ?? 0)), asides.busyMb)
    expect(ended).toBeGreaterThanOrEqual(forBudget.length === 0 ? 0 : spares.length + asides.idle.length)
    expect(forBudget.length === 0 || heldMb > (memoryLimitMb ?? Infinity)).toBe(true)
  })
})

test('nothing expires early: parked for idleness after that time alone, renewed after the time to live alone', () => {
  forAnyHouse(({ instances, policy: { idleTimeoutSeconds, ttlSeconds }, memoryLimitMb }, acts) => {
    const early = acts.filter((act) => {
      if (!('id' in act)) return false
      const { idleMs, processAgeMs } = instances[Number(act.id)] ?? kept('none')
      return act.act === 'renewed' ? !isOver(processAgeMs, ttlSeconds) : memoryLimitMb === null && !isOver(idleMs, idleTimeoutSeconds)
    })
    expect(early).toEqual([])
  })
})

const isOver = (ms: number, seconds: number | null) => seconds !== null && ms >= seconds * 1_000
