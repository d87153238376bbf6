import { z } from 'zod'
import { runSchema, type Run } from '../../shared/domain/run.ts'
import type { App } from '../support/app.ts'
import { memoryMb } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { heldMemory } from './held-memory.ts'
import { numberFrom, round, type Bench } from './figure.ts'
import { instancesOf, startScripted } from './scripted.ts'

const early = 1_000
const instances = 4
const patienceMs = 1_800_000

/** A fan-out of ten thousand items whose turns take no time: are all done, and what does the core keep of them? */
export const runsMany: Bench = async (note) => {
  const count = numberFrom('BENCH_ITEMS', 10_000)
  const app = await startScripted()
  try {
    await app.api.raw('PATCH', '/pool', { max: instances, spares: 0 })
    await instancesOf(
      app,
      Array.from({ length: instances }, () => 0),
    )
    const began = performance.now()
    const each = Array.from({ length: count }, (_, index) => `item ${index}`)
    const definition = { recipe: 'many', steps: [{ id: 'many', each, ask: 'Look at {{ item }}', concurrency: instances * 2 }] }
    const { id } = await app.api.call(z.object({ id: z.string() }), 'POST', '/runs', { definition })
    await doneItems(app, id, early)
    note(`${early} done after ${round((performance.now() - began) / 1_000)} s, ${round(memoryMb(app.pid) ?? Number.NaN)} MB at work`)
    const before = await heldMemory(app.pid)
    const run = await doneItems(app, id, count)
    note(`all after ${round((performance.now() - began) / 1_000)} s, ${round(memoryMb(app.pid) ?? Number.NaN)} MB at work`)
    const after = await heldMemory(app.pid)
    const words = ({ heapMb, systemMb }: typeof after) => `${round(heapMb)} MB (${round(systemMb)} of the system)`
    const done = run.steps[0]?.items?.done ?? 0
    return [
      { name: `fan-out of ${count} items`, measured: `${done} done`, wanted: `${count} done`, ok: done === count, grave: done !== count },
      {
        name: `held by the core since ${early} items`,
        measured: `${words(before)}, then ${words(after)}`,
        wanted: 'within 50 MB',
        ok: after.heapMb - before.heapMb <= 50,
      },
    ]
  } finally {
    await app.dispose()
  }
}

/** The run once so many items are done, or once it has ended. Its outputs are read only then. */
async function doneItems(app: App, id: string, count: number): Promise<Run> {
  await until(
    `${count} items to be done`,
    async () => {
      const { items, state } = await progress(app, id)
      return items >= count || state !== 'running'
    },
    patienceMs,
  )
  return app.api.call(runSchema, 'GET', `/runs/${id}`)
}

const pageSchema = z.object({ items: z.array(z.object({ id: z.string(), turns: z.int(), state: z.string() })) })

async function progress(app: App, id: string): Promise<{ items: number; state: string }> {
  const { items } = await app.api.call(pageSchema, 'GET', '/runs?limit=1')
  const found = items.find((run) => run.id === id)
  if (!found) throw new Error('The run is not in the list.')
  return { items: found.turns, state: found.state }
}
