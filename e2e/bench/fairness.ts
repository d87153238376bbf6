import type { Task } from '../../shared/domain/task.ts'
import { batchSchema } from '../../shared/domain/task.ts'
import { rankOf } from '../../electron/core/queue/ranks.ts'
import type { App } from '../support/app.ts'
import { numberFrom, round, type Bench, type Figure } from './figure.ts'
import { endedTasks, instancesOf, queueEmpty, startScripted } from './scripted.ts'

/** Milliseconds that a turn takes on each of eight instances: the slowest is eight times as slow as the quickest. */
const turnMs = [100, 150, 200, 300, 400, 500, 600, 800]
const minuteMs = 60_000

/** A thousand tasks of mixed priority over instances of unequal speed: how soon all are done, and whether anybody waits for ever. */
export const fairness: Bench = async (note) => {
  const count = numberFrom('BENCH_TASKS', 1_000)
  const app = await startScripted()
  try {
    await app.api.raw('PATCH', '/pool', { strategy: 'least-busy', max: turnMs.length })
    await instancesOf(app, turnMs)
    const began = performance.now()
    await handIn(app, count)
    await queueEmpty(app, 600_000)
    const took = performance.now() - began
    const best = bestMakespan(count)
    const ended = (await endedTasks(app)).slice(0, count)
    const done = ended.filter(({ state }) => state === 'done').length
    note(`${round(took / 1_000)} s, at best ${round(best / 1_000)} s; each took ${sharesOf(ended)}`)
    return [
      {
        name: `${count} tasks over 8 of unequal speed, least busy`,
        measured: `${round((took / best - 1) * 100)}% over the best possible, ${done} done`,
        wanted: 'within 10%, all done',
        ok: took <= best * 1.1 && done === count,
        grave: done !== count,
      },
      starvation(),
    ]
  } finally {
    await app.dispose()
  }
}

async function handIn(app: App, count: number): Promise<void> {
  const priorities = 10
  for (let priority = 0; priority < priorities; priority += 1) {
    const texts = Array.from({ length: count / priorities }, (_, index) => `Task ${priority}-${index}`)
    await app.api.call(batchSchema, 'POST', '/tasks/batch', { texts, priority })
  }
}

/** The shortest time in which instances of these speeds can do so many tasks, if nothing but the turns took time. */
function bestMakespan(count: number): number {
  const doneBy = (ms: number) => turnMs.reduce((sum, one) => sum + Math.floor(ms / one), 0)
  let ms = 0
  while (doneBy(ms) < count) ms += 10
  return ms
}

function sharesOf(tasks: readonly Task[]): string {
  const counts = Map.groupBy(tasks, ({ instanceId }) => instanceId)
  return [...counts.values()]
    .map(({ length }) => length)
    .toSorted((a, b) => b - a)
    .join(', ')
}

/**
 * One task of the lowest priority while more work of the highest comes than can be done: in made-up time, as the order decides and
 * nothing else.
 */
function starvation(): Figure {
  const low = rankOf(0, 0)
  let waited = 0
  // Each minute one more of the highest priority is there; the lower rank goes first.
  while (rankOf(waited, 9) < low) waited += minuteMs
  return {
    name: 'priority 0 under an endless stream of priority 9',
    measured: `begins after ${round(waited / minuteMs)} minutes`,
    wanted: 'begins',
    ok: Number.isFinite(waited),
  }
}
