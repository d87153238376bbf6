import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import { MemoryRoom } from './memory-room.ts'

/** Processes of 100 MB each: some at work, some at rest, some that nobody may end. */
let working: number
let resting: number
let fixed: number
let limit: number | null
let freed: number
let room: MemoryRoom
beforeEach(() => open())

function open(): void {
  working = 0
  resting = 0
  fixed = 0
  freed = 0
  limit = 350
  room = new MemoryRoom({
    limitMb: () => limit,
    processes: () => Array.from({ length: working + resting + fixed }, () => 100),
    freeable: () => Array.from({ length: resting }, () => 100),
    free: async () => {
      await Promise.resolve()
      if (resting === 0) return false
      resting -= 1
      freed += 1
      return true
    },
    mayBecomeFree: () => working > 0,
    mostStarting: 2,
  })
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
function enter(signal?: AbortSignal, granted = false) {
  const one = { leave: null as (() => void) | null, waited: false, error: null as unknown }
  room.enter({ signal, granted, onWait: () => (one.waited = true) }).then(
    (leave) => (one.leave = leave),
    (thrown: unknown) => (one.error = thrown),
  )
  return one
}

test('what fits starts at once; else what rests goes first, and then what works is waited for', async () => {
  working = 3
  resting = 0
  const first = enter()
  await settled()
  expect(first).toMatchObject({ leave: null, waited: true })
  expect(room.waiting).toBe(1)
  working = 2
  resting = 1
  room.pump()
  await settled()
  expect(first.leave).not.toBeNull()
  expect(freed).toBe(1)
})

test('one may always run: where nothing can ever be freed, the limit does not keep the first one out', async () => {
  fixed = 5
  const [first, second] = [enter(), enter()]
  await settled()
  expect(room.waiting).toBe(1)
  expect(first.leave).not.toBeNull()
  expect(second.leave).toBeNull()
  first.leave?.()
  await settled()
  expect(second.leave).not.toBeNull()
})

test('one more may start where all that rests would be enough, and what it takes is given back at once, no more', async () => {
  working = 4
  resting = 1
  expect(room.mayStart()).toBe(false)
  working = 1
  resting = 4
  expect(room.mayStart()).toBe(true)
  room.make(0)
  await settled()
  expect(freed).toBe(3)
  room.make(0)
  await settled()
  expect(freed).toBe(3)
})

test('a start that is stopped while it waits leaves the line and says so; without a limit nobody waits', async () => {
  working = 3
  const abort = new AbortController()
  const [stopped, other] = [enter(abort.signal), enter()]
  abort.abort()
  await settled()
  expect(stopped.error).toMatchObject({ code: 'STATE_CONFLICT' })
  expect(room.waiting).toBe(1)
  limit = null
  room.pump()
  await settled()
  expect(other.leave).not.toBeNull()
})

test('only a few start at the same time, whatever fits; one that hangs does not keep the others waiting for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  limit = null
  const [first, second, third, fourth] = [enter(), enter(), enter(), enter()]
  await settled()
  expect([first, second, third].map(({ leave }) => leave !== null)).toEqual([true, true, false])
  expect(room.waiting).toBe(0)
  first.leave?.()
  await settled()
  expect(third.leave).not.toBeNull()
  vi.advanceTimersByTime(10_000)
  await settled()
  expect(fourth.leave).not.toBeNull()
  vi.useRealTimers()
})

const step = fc.constantFrom('enter', 'leave', 'turn ends', 'turn begins', 'process ends')

test('whatever happens, no more are let in than fit, in their order, and nobody waits for ever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 100, max: 900 }), async (steps, limitMb) => {
      open()
      limit = limitMb
      const fits = Math.max(1, Math.floor(limitMb / 100))
      const entered: ReturnType<typeof enter>[] = []
      const starting = () => entered.filter(({ leave }) => leave !== null)
      const act = {
        enter: () => void entered.push(enter()),
        leave: () => {
          const [first] = starting()
          if (!first) return
          entered.splice(entered.indexOf(first), 1)
          working += 1
          first.leave?.()
        },
        'turn ends': () => void (working > 0 && ((working -= 1), (resting += 1))),
        'turn begins': () => void (resting > 0 && ((resting -= 1), (working += 1))),
        'process ends': () => void (working > 0 && (working -= 1)),
      }
      for (const one of steps) {
        act[one]()
        room.pump()
        await settled()
        expect(working + resting + starting().length).toBeLessThanOrEqual(fits)
        expect(entered.slice(0, starting().length)).toEqual(starting())
      }
      for (let left = 2 * entered.length; left > 0; left -= 1) {
        act.leave()
        act['turn ends']()
        room.pump()
        await settled()
      }
      expect(entered).toEqual([])
    }),
    { numRuns: 50 },
  )
})

test('what was granted its memory waits for slots alone, and goes before what waits for memory', async () => {
  working = 3
  resting = 0
  const waits = enter()
  const [one, two, three] = [enter(undefined, true), enter(undefined, true), enter(undefined, true)]
  await settled()
  expect([waits, one, two, three].map(({ leave }) => leave !== null)).toEqual([false, true, true, false])
  one.leave?.()
  await settled()
  expect([waits, three].map(({ leave, waited }) => ({ in: leave !== null, waited }))).toEqual([
    { in: false, waited: true },
    { in: true, waited: false },
  ])
})
