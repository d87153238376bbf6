import { z } from 'zod'
import { pageOf } from '../../shared/domain/common.ts'
import { topicMessageSchema, topicSchema, type Topic, type TopicMessage } from '../../shared/domain/topic.ts'
import type { App } from '../support/app.ts'
import { until } from '../support/until.ts'
import { numberFrom, round, type Bench } from './figure.ts'
import { withKilledApp, type KilledApp } from './killed-app.ts'

const names = ['bench-1', 'bench-2', 'bench-3'] as const
const [first, second, third] = names
const topicListSchema = z.object({ items: z.array(topicSchema) })
const pageSchema = pageOf(topicMessageSchema)
const effectEvery = 10
const overMs = 4 * 3_600_000

/**
 * Messages through a chain of three workers on the real `claude`, while the app is killed again and again: `BENCH_TOPIC_MESSAGES` of them,
 * 10,000 unless told, and `BENCH_KILLS` kills. One of ten has its first worker run a command that leaves a mark.
 */
export const topics: Bench = async (note) => {
  const count = numberFrom('BENCH_TOPIC_MESSAGES', 10_000)
  const began = performance.now()
  const { target, run: all } = await withKilledApp(note, async (run, kills) => {
    await makeChain(run.app)
    await work(run, count, kills)
    return readAll(run.app)
  })
  const faults = [...target.faults, ...faultsOf(all, count)]
  for (const fault of faults.slice(0, 20)) note(fault)
  const marked = Object.values(all).flatMap((messages) => messages.filter(({ mayBeRepeated }) => mayBeRepeated)).length
  const minutes = round((performance.now() - began) / 60_000)
  return [
    {
      name: `${count} messages through three workers`,
      measured: `${faults.length} faults, ${marked} marked, ${target.kills} kills, ${minutes} min`,
      wanted: '0 lost, each once or marked',
      ok: faults.length === 0,
      grave: faults.length > 0,
    },
  ]
}

async function makeChain({ api, folders }: App): Promise<void> {
  for (const name of names) await api.call(topicSchema, 'POST', '/topics', { name, mostWaiting: 100_000 })
  for (const [index, topic] of names.entries()) {
    const { id: instanceId } = await api.spawn({ name: topic, cwd: folders.work, allowedTools: ['Bash'] })
    const output = names[index + 1]
    const retry = { times: 10, backoffSeconds: 1 }
    await api.call(z.unknown(), 'POST', '/workers', { topic, instanceId, context: 'same', retry, ...(output ? { output } : {}) })
  }
}

async function work(run: KilledApp, count: number, kills: number): Promise<void> {
  let posted = 0
  const share = count / (kills + 1)
  for (let kill = 0; kill <= kills; kill += 1) {
    const upTo = Math.round((kill + 1) * share)
    for (; posted < upTo; posted += 1) await post(run.app, posted)
    if (kill === kills) break
    const wanted = Math.max(1, Math.round(upTo * 0.9 - 5))
    await until('some to be done', async () => (await lengths(run.app))[2] >= Math.min(wanted, upTo - 1), overMs)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000))
    await run.kill()
    await run.start()
    run.note(`kill ${kill + 1}: ${(await lengths(run.app)).join(', ')} done`)
  }
  await until('the chain to be over', async () => (await list(run.app)).every(({ waiting, taken }) => waiting + taken === 0), overMs)
}

/** What the last worker answers is the message itself; one of ten leaves a mark on the way. */
function post({ api }: App, index: number): Promise<unknown> {
  const text =
    index % effectEvery === 0
      ? `[bash: echo m${index} >> marks.txt] [echo: [echo: [echo: m${index}]]] [rate 0]`
      : `[echo: [echo: [echo: m${index}]]] [rate 0]`
  return api.call(topicMessageSchema, 'POST', `/topics/${first}/messages`, { text, key: `m${index}` })
}

async function list({ api }: App): Promise<Topic[]> {
  return (await api.call(topicListSchema, 'GET', '/topics')).items
}

/** How many messages of each topic are over. */
async function lengths(app: App): Promise<[number, number, number]> {
  const all = await list(app)
  const over = (name: string) => {
    const topic = all.find((one) => one.name === name)
    return topic ? topic.done + topic.dead : 0
  }
  return [over(first), over(second), over(third)]
}

async function readAll(app: App): Promise<Record<(typeof names)[number], TopicMessage[]>> {
  return { [first]: await read(app, first), [second]: await read(app, second), [third]: await read(app, third) }
}

async function read({ api }: App, name: string): Promise<TopicMessage[]> {
  const messages: TopicMessage[] = []
  for (let cursor: string | null = '0'; cursor !== null;) {
    const page: z.infer<typeof pageSchema> = await api.call(pageSchema, 'GET', `/topics/${name}/messages?limit=500&cursor=${cursor}`)
    messages.push(...page.items)
    cursor = page.nextCursor
  }
  return messages
}

function faultsOf(all: Record<(typeof names)[number], TopicMessage[]>, count: number): string[] {
  const faults: string[] = []
  const inputs = all[first]
  if (inputs.length !== count) faults.push(`${inputs.length} messages are in ${first}, not ${count}`)
  for (const [index, name] of names.entries()) {
    const next = names[index + 1]
    for (const { id, state, mayBeRepeated, error } of all[name]) {
      if (state === 'dead' && !mayBeRepeated)
        faults.push(`${id} of ${name} is dead and may not have been repeated: ${error?.message ?? ''}`)
      if (state !== 'dead' && state !== 'done') faults.push(`${id} of ${name} is ${state}`)
    }
    if (next === undefined) continue
    const answered = new Map<string, number>()
    for (const { from } of all[next]) if (from) answered.set(from.id, (answered.get(from.id) ?? 0) + 1)
    for (const { id, state } of all[name]) {
      const wanted = state === 'done' ? 1 : 0
      if ((answered.get(id) ?? 0) !== wanted) faults.push(`the answer of ${id} of ${name} is ${answered.get(id) ?? 0} times in ${next}`)
    }
  }
  return faults
}
