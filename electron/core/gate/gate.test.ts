import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { begunTurn, type Turn } from '../../../shared/domain/turn.ts'
import { isPlace, type Hindrance, type Place } from './place.ts'
import { Gate, type GateLimits } from './gate.ts'

const open: GateLimits = { paused: false, concurrency: null, rateLimit: null }
const minute = 60_000

type Made = { gate: Gate; limits: GateLimits; now: { ms: number }; memory: { free: number } }

let made: Made | undefined
afterEach(() => made?.gate.close())

function gateWith(change: Partial<GateLimits>): Made {
  const limits = { ...open, ...change }
  const now = { ms: 0 }
  const memory = { free: Number.POSITIVE_INFINITY }
  const gate = new Gate({
    limits: () => limits,
    mayStart: (promised) => promised < memory.free,
    makeRoom: () => {},
    account: (id) => (id.startsWith('other') ? 'other' : 'usual'),
    now: () => now.ms,
  })
  return (made = { gate, limits, now, memory })
}

/** Somebody with a line of its own, which asks again whenever it is told to. */
function asker(gate: Gate, key: string, { priority = 5, since = 0, starts = false } = {}) {
  const seen: { place: Place | null; hindrance: Hindrance | null } = { place: null, hindrance: null }
  const again = (): void => {
    if (seen.place !== null) return
    const answer = gate.ask({ key, instanceId: key, priority, since, starts, again })
    if (isPlace(answer)) Object.assign(seen, { place: answer, hindrance: null })
    else seen.hindrance = answer
  }
  again()
  return seen
}

const soon = () => new Promise((resolve) => setImmediate(resolve))

function turnOf(instanceId: string, change: Partial<Turn>): Turn {
  const begun = begunTurn({ id: 'turn_000000000001', conversationId: 'conv_000000000001', instanceId, startedAt: new Date().toISOString() })
  return { ...begun, ...change }
}

test('no more at the same time than the limit; higher priority first, then who came first', async () => {
  const { gate } = gateWith({ concurrency: 1 })
  const first = asker(gate, 'first')
  const waiting = [
    ['low', 1, 1],
    ['usual', 5, 2],
    ['second', 5, 3],
    ['high', 9, 4],
  ] as const
  const all = waiting.map(([key, priority, since]) => [key, asker(gate, key, { priority, since })] as const)
  expect(all.map(([, { hindrance }]) => hindrance?.code)).toEqual(Array(4).fill('concurrency'))
  let holder: Place | null = first.place
  const order: string[] = []
  for (const _ of all) {
    holder?.leave()
    holder?.leave()
    await soon()
    const [key, next] = all.find(([name, { place }]) => place !== null && !order.includes(name)) ?? []
    order.push(key ?? 'nobody')
    holder = next?.place ?? null
  }
  expect(order).toEqual(['high', 'usual', 'second', 'low'])
})

test('who is forgotten stands in nobody’s way', async () => {
  const { gate } = gateWith({ concurrency: 1 })
  const first = asker(gate, 'first')
  asker(gate, 'gone', { priority: 9 })
  const next = asker(gate, 'next')
  gate.forget('gone')
  first.place?.leave()
  await soon()
  expect(next.place).not.toBeNull()
})

test('a limit that is lifted and a pause that ends act at once', async () => {
  const { gate, limits } = gateWith({ concurrency: 1 })
  asker(gate, 'first')
  const second = asker(gate, 'second')
  limits.concurrency = null
  limits.paused = true
  gate.changed()
  await soon()
  expect(second.hindrance?.code).toBe('paused')
  limits.paused = false
  gate.changed()
  await soon()
  expect(second.place).not.toBeNull()
})

test('no more begin within a minute than the rate allows; a place that was not used does not count', async () => {
  const { gate, now } = gateWith({ rateLimit: 2 })
  asker(gate, 'first').place?.leave()
  asker(gate, 'unused').place?.giveBack()
  asker(gate, 'second').place?.leave()
  const third = asker(gate, 'third')
  expect(third.hindrance).toMatchObject({ code: 'rate' })
  now.ms = minute + 1
  gate.changed()
  await soon()
  expect(third.place).not.toBeNull()
})

test('time alone lets in who waits for the rate', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
  try {
    const limits = { ...open, rateLimit: 1 }
    const gate = new Gate({ limits: () => limits, mayStart: () => true, makeRoom: () => {}, account: () => '' })
    asker(gate, 'first', {}).place?.leave()
    const second = asker(gate, 'second')
    vi.advanceTimersByTime(minute + 10)
    await soon()
    expect(second.place).not.toBeNull()
    gate.close()
  } finally {
    vi.useRealTimers()
  }
})

test('who waits for memory keeps nobody who has a process; two are not promised the same memory', async () => {
  const { gate, memory } = gateWith({ concurrency: 3 })
  memory.free = 1
  const starting = asker(gate, 'starting', { starts: true })
  const second = asker(gate, 'second', { starts: true, priority: 9 })
  expect(second.hindrance?.code).toBe('memory')
  const running = asker(gate, 'running')
  expect(running.place).not.toBeNull()
  running.place?.started()
  starting.place?.started()
  await soon()
  expect(second.place).not.toBeNull()
})

test('a usage limit holds those who share the account, until its end, and one turn that goes well ends it', async () => {
  const { gate, now } = gateWith({})
  const resetsAt = new Date(Date.now() + 3_600_000).toISOString()
  gate.learn(turnOf('a', { outcome: 'failed', error: { code: 'RATE_LIMITED', message: 'Limit', data: { retryAt: resetsAt } } }))
  const held = asker(gate, 'b')
  expect(held.hindrance).toMatchObject({ code: 'limit', until: resetsAt })
  expect(asker(gate, 'other').place).not.toBeNull()
  expect(gate.limitedUntil).toBe(resetsAt)
  now.ms = 3_600_001
  gate.changed()
  await soon()
  expect(held.place).not.toBeNull()
  gate.learn(turnOf('a', { outcome: 'failed', error: { code: 'RATE_LIMITED', message: 'Limit', data: { retryAt: resetsAt } } }))
  gate.learn(turnOf('b', { outcome: 'done' }))
  expect(gate.limitedUntil).toBeNull()
})

test('a turn that Claude begins by itself takes its place, whatever the limit', () => {
  const { gate } = gateWith({ concurrency: 1 })
  const own = gate.enter()
  expect(asker(gate, 'first').hindrance?.code).toBe('concurrency')
  own.leave()
  expect(asker(gate, 'second').place).not.toBeNull()
})

test('whatever happens: never more inside than allowed, and nobody waits while there is room', async () => {
  const step = fc.record({
    act: fc.constantFrom('ask', 'leave', 'giveBack', 'forget', 'limit', 'pause'),
    who: fc.nat(5),
    priority: fc.nat(9),
    limit: fc.option(fc.integer({ min: 1, max: 4 })),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { gate, limits } = gateWith({ concurrency: 2 })
      const askers = new Map<string, ReturnType<typeof asker>>()
      const inside = () => [...askers.values()].filter(({ place }) => place !== null).length
      for (const [since, { act, who, priority, limit }] of steps.entries()) {
        const key = `i${who}`
        const one = askers.get(key)
        const before = inside()
        if (act === 'ask' && !one) askers.set(key, asker(gate, key, { priority, since }))
        if (act === 'leave') one?.place?.leave()
        if (act === 'giveBack') one?.place?.giveBack()
        if (act === 'forget' && one?.place === null) gate.forget(key)
        const isOver = act === 'forget' ? one?.place === null : one?.place !== null && (act === 'leave' || act === 'giveBack')
        if (isOver) askers.delete(key)
        if (act === 'limit') limits.concurrency = limit
        if (act === 'pause') limits.paused = limit !== null && limit > 2
        gate.changed()
        await soon()
        const most = Math.max(before, limits.concurrency ?? Number.POSITIVE_INFINITY)
        expect(inside()).toBeLessThanOrEqual(most)
        const room = !limits.paused && inside() < (limits.concurrency ?? Number.POSITIVE_INFINITY)
        expect(room ? [...askers.values()].filter(({ place }) => place === null) : []).toEqual([])
      }
      gate.close()
    }),
    { numRuns: 100 },
  )
})

test('while a place is free, who stands behind somebody that waits for the rate waits for the rate too', async () => {
  const { gate } = gateWith({ concurrency: 2, rateLimit: 1 })
  asker(gate, 'runs')
  const ahead = asker(gate, 'ahead', { priority: 9 })
  const behind = asker(gate, 'behind')
  expect([ahead, behind].map(({ hindrance }) => hindrance?.code)).toEqual(['rate', 'rate'])
})

test('after a usage limit those who waited begin one after the other, also when a turn that went well ended it', async () => {
  for (const how of ['time', 'success'] as const) {
    const { gate, now } = gateWith({})
    const resetsAt = new Date(Date.now() + 60_000).toISOString()
    gate.learn(turnOf('a', { outcome: 'failed', error: { code: 'RATE_LIMITED', message: 'Limit', data: { retryAt: resetsAt } } }))
    const all = Array.from({ length: 40 }, (_, index) => asker(gate, `b${index}`, { since: index }))
    const begun = () => all.filter(({ place }) => place !== null).length
    now.ms = 60_001
    if (how === 'success') gate.learn(turnOf('a', { outcome: 'done' }))
    gate.changed()
    await soon()
    expect(begun()).toBe(1)
    expect(all[1]?.hindrance).toMatchObject({ code: 'limit', words: 'The usage limit has reset; others continue first' })
    for (let step = 0; step < 200; step += 1) {
      const before = begun()
      now.ms += 750
      gate.changed()
      await soon()
      expect(begun() - before).toBeLessThanOrEqual(1)
    }
    expect(begun()).toBe(40)
    expect(asker(gate, 'later').place).not.toBeNull()
    gate.close()
  }
})
