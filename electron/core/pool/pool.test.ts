import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PoolHistory } from '../../../e2e/support/pool-history.ts'
import { act, stepArbitrary, type Step } from '../../../e2e/support/pool-steps.ts'

/** So many histories, always the same ones; the bench asks for more, and for others. */
const histories = Number(process.env['POOL_HISTORIES'] ?? 40)
const seed = Number(process.env['POOL_SEED'] ?? 9_001)

/** A pool that does nothing rests: so many timers for a step are more than any has to set, however much time goes by in it. */
const mostTimers = 200

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bullpen-pool-'))))
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

/** Who set each timer of the false clock. */
let setters = new Map<unknown, string>()
/** How many were set. */
let timersSet = 0

/** A history has a clock of its own, with nothing of another one on it. */
function newClock(): void {
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] })
  setters = new Map()
  timersSet = 0
  const { setTimeout: start, clearTimeout: clear } = globalThis
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((act, ms) => {
    timersSet += 1
    const timer = start(() => {
      setters.delete(timer)
      act()
    }, ms)
    setters.set(timer, new Error(`${ms} ms`).stack ?? '')
    return timer
  })
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    setters.delete(timer)
    clear(timer)
  })
}

async function live(history: PoolHistory, steps: readonly Step[]): Promise<void> {
  await history.open(3)
  for (const step of steps) {
    await act(history, step)
    await history.settled(`“${step.kind}” to settle`, () => history.faults())
  }
  await history.finish()
  expect(await history.lost()).toEqual([])
}

test(
  'whatever happens: what can run runs, nothing runs twice, what is shown is so, who asked is told, and nothing is lost',
  async () => {
    let count = 0
    await fc.assert(
      fc
        .asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 30, size: 'max' }), async (steps) => {
          const history = new PoolHistory(join(folder, String((count += 1))))
          try {
            await live(history, steps)
          } finally {
            await history.close()
          }
          expect(timersSet).toBeLessThan(mostTimers * steps.length)
          // What was to be told in a moment is told; what lasts was forgotten.
          vi.advanceTimersByTime(1_000)
          expect({ timers: vi.getTimerCount(), setBy: [...setters.values()] }).toEqual({ timers: 0, setBy: [] })
        })
        .beforeEach(newClock),
      // A long run tells the first counter-example as it is: its seed and path lead back to it.
      { numRuns: histories, seed, endOnFailure: histories > 100 },
    )
  },
  histories * 6_000,
)
