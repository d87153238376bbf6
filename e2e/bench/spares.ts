import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { poolStatusSchema, type PoolStatus } from '../../shared/domain/pool.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { App } from '../support/app.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { startModel } from './model.ts'

type Case = 'same process' | 'cold, known' | 'cold, unknown' | 'spare, known' | 'spare, unknown'

/** The first token of a brand-new conversation in a brand-new instance, with a spare and without, in folders known and unknown. */
export const spares: Bench = async (note) => {
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  try {
    const times = await measureAll(app, numberFrom('BENCH_STARTS', 15))
    for (const [name, values] of times) note(`${name}: ${spread(values, 'ms')}`)
    const median = (name: Case) => quantile(times.get(name) ?? [], 0.5)
    return [
      sooner('first token with a spare, folder known', median('cold, known') / median('spare, known'), 4),
      sooner('first token in the process that is there', median('cold, known') / median('same process'), 4),
      sooner('first token with a spare, folder unknown', median('cold, unknown') / median('spare, unknown'), 2.3),
      await hitRate(app, note),
    ]
  } finally {
    await app.dispose()
    await model.close()
  }
}

function sooner(name: string, times: number, wanted: number): Figure {
  return { name, measured: `${round(times)} times sooner`, wanted: `${wanted} times`, ok: times >= wanted }
}

async function measureAll(app: App, rounds: number): Promise<Map<Case, number[]>> {
  const times = new Map<Case, number[]>()
  const add = (name: Case, turn: Turn, origin: string): void => {
    if (turn.timing.origin !== origin) throw new Error(`${name}: the process was ${turn.timing.origin}.`)
    times.set(name, [...(times.get(name) ?? []), turn.timing.firstTokenMs ?? Number.NaN])
  }
  // A folder is known while an instance works there.
  const resident = await app.api.spawn({ name: 'resident', cwd: app.folders.work })
  await app.api.instanceWhen(resident.id, 'it to be idle', ({ state }) => state === 'idle')
  await newTalk(app, resident.id)
  for (let index = 0; index < rounds; index += 1) {
    await change(app, { spares: 0 })
    await calm()
    add('same process', await newTalk(app, resident.id), 'warm')
    await calm()
    add('cold, known', await firstTurn(app, app.folders.work), 'cold')
    await calm()
    add('cold, unknown', await firstTurn(app, await newFolder(app, `cold-${index}`)), 'cold')
    await change(app, { spares: 1 })
    await firstTurn(app, app.folders.work)
    await bothReady(app)
    add('spare, known', await firstTurn(app, app.folders.work), 'spare')
    await bothReady(app)
    add('spare, unknown', await firstTurn(app, await newFolder(app, `spare-${index}`)), 'spare')
  }
  return times
}

/** A new instance that has no process yet, a new conversation, its first prompt; gone again afterwards. */
async function firstTurn(app: App, cwd: string): Promise<Turn> {
  const instance = await app.api.spawn({ name: `new ${counter()}`, cwd, start: false })
  const turn = await newTalk(app, instance.id)
  await app.api.raw('DELETE', `/instances/${instance.id}`)
  return turn
}

/** A new conversation and its first prompt. */
async function newTalk(app: App, instanceId: string): Promise<Turn> {
  const conversation = await app.api.createConversation({ instanceId })
  return app.api.ask(conversation.id, 'Hello [rate 0]')
}

/** One spawn every two seconds with one spare: how many find it. */
async function hitRate(app: App, note: (text: string) => void): Promise<Figure> {
  const spawns = numberFrom('BENCH_SPAWNS', 30)
  await change(app, { spares: 1 })
  await firstTurn(app, app.folders.work)
  await bothReady(app)
  const before = (await status(app)).launches
  let old: string | null = null
  for (let index = 0; index < spawns; index += 1) {
    const next = performance.now() + 2_000
    const { id } = await app.api.spawn({ name: `spawned ${counter()}`, cwd: app.folders.work })
    await app.api.instanceWhen(id, 'it to be idle', ({ state }) => state === 'idle', 60_000)
    if (old !== null) await app.api.raw('DELETE', `/instances/${old}`)
    old = id
    await pause(next - performance.now())
  }
  const { launches, hits, misses } = (await status(app)).launches
  const found = hits.folder + hits.anyFolder - before.hits.folder - before.hits.anyFolder
  const share = found / (launches - before.launches)
  note(`${launches - before.launches} spawns, misses ${JSON.stringify(misses)}`)
  return {
    name: 'hit rate, one spare, a spawn every 2 s',
    measured: `${round(share * 100)}%`,
    wanted: '95%',
    ok: share >= 0.95,
  }
}

/** A spare for the known folder and one for any, and the machine at rest behind them. */
async function bothReady(app: App): Promise<void> {
  const kinds = async () => (await status(app)).spares.filter(({ state }) => state === 'ready').map(({ kind }) => kind)
  await until(
    'both spares to be ready',
    async () => {
      const ready = await kinds()
      return ready.includes('folder') && ready.includes('any-folder')
    },
    90_000,
  )
  await calm()
}

const status = (app: App): Promise<PoolStatus> => app.api.call(poolStatusSchema, 'GET', '/pool')
const change = (app: App, policy: Record<string, unknown>) => app.api.call(poolStatusSchema, 'PATCH', '/pool', policy)

let count = 0
function counter(): number {
  count += 1
  return count
}

async function newFolder(app: App, name: string): Promise<string> {
  const folder = path.join(app.folders.root, name)
  await mkdir(folder)
  return folder
}

/** What was started or ended just before must not be measured along. */
function calm(): Promise<void> {
  return pause(700)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}
