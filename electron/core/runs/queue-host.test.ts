import { afterEach, expect, test } from 'vitest'
import { RunLab } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

async function begun(count: number): Promise<void> {
  while (lab.pool.running.size < count) await new Promise((resolve) => setImmediate(resolve))
}

test('what the queue has forgotten is found by its turn', async () => {
  lab = await RunLab.make(() => null)
  await lab.start('recipe: r\nsteps: [{ id: a, ask: a }]')
  await begun(1)
  const { id: taskId, turnId } = [...lab.pool.records.values()][0] ?? { id: '', turnId: '' }
  expect(await lab.host.find({ taskId, turnId })).toBe('open')
  const forgotten = { taskId: 'task_000000000001', turnId }
  expect(await lab.host.find(forgotten)).toBeNull()
  lab.pool.say(taskId, { text: 'said' })
  expect(await lab.host.find(forgotten)).toMatchObject({ state: 'done', text: 'said', turns: [{ id: turnId, costUsd: 0.01 }] })
})

test('a task that a person cancels in the queue is a step that failed, and can be retried', async () => {
  lab = await RunLab.make(() => null)
  const id = await lab.start('recipe: r\nsteps: [{ id: a, ask: a }]')
  await begun(1)
  await lab.queue.cancel([...lab.pool.records.keys()][0] ?? '')
  expect(await lab.until(id)).toMatchObject({ state: 'failed', error: { code: 'WITHDRAWN' } })
  lab.pool.script = (text) => ({ text })
  await lab.store.control(id, 'retry')
  expect(await lab.until(id)).toMatchObject({ state: 'done', turns: 2 })
})

test('every turn of a task counts, also those that the queue repeated', async () => {
  let said = 0
  lab = await RunLab.make((text) => ((said += 1) === 1 ? limited() : { text }))
  const id = await lab.start('recipe: r\nsteps: [{ id: a, ask: a }]')
  expect(await lab.until(id)).toMatchObject({ state: 'done', turns: 2, costUsd: 0.02 })
  expect((await lab.store.get(id)).steps[0]).toMatchObject({ attempts: 1, turnIds: [...lab.pool.turns.keys()] })
})

test('the way of a recipe is that of its voters and its judge too', async () => {
  lab = await RunLab.make((text) => ({ text: text.includes('Rank') || text.includes('JSON') ? '{"ranking":[1,2]}' : 'tabs' }))
  const id = await lab.start(`
recipe: r
with: { way: fresh }
steps:
  - id: c
    consensus: { ask: Which?, voters: [{ labels: [a] }, { labels: [b], way: pool }], decide: judge, judge: { labels: [j] } }`)
  await lab.until(id)
  const ways = [...lab.pool.records.values()].map(({ fresh = false, labels }) => `${labels?.[0]} ${fresh}`)
  expect([...new Set(ways)].toSorted()).toEqual(['a true', 'b false', 'j true'])
})

test('the way of a recipe is that of each step that has none of its own', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const id = await lab.start(`
recipe: r
with: { way: fresh }
steps:
  - { id: a, ask: a }
  - { id: b, ask: b, with: { labels: [docs] } }
  - { id: c, ask: c, with: { way: pool } }
  - { id: d, ask: d, with: { new: { cwd: /tmp }, way: kept-alive } }`)
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  const works = [...lab.pool.records.values()].map(({ fresh = false, launch, labels }) => ({ fresh, way: launch?.way, labels }))
  expect(works).toEqual([
    { fresh: true, way: undefined, labels: undefined },
    { fresh: true, way: undefined, labels: ['docs'] },
    { fresh: false, way: undefined, labels: undefined },
    { fresh: false, way: 'kept-alive', labels: undefined },
  ])
})

test('what running turns have cost counts before they have ended: one that passes the limit is interrupted', async () => {
  lab = await RunLab.make(() => null)
  const id = await lab.start('recipe: r\nlimits: { costUsd: 1 }\nsteps: [{ id: a, ask: a }]')
  await begun(1)
  const [{ turnId } = { turnId: '' }] = lab.pool.records.values()
  lab.host.spends('turn_0000000000ff', () => 5)
  lab.host.spends(turnId, () => 0.5)
  expect(lab.store.summary(id).state).toBe('running')
  lab.host.spends(turnId, () => 1.5)
  expect(await lab.until(id)).toMatchObject({ state: 'failed', error: { code: 'LIMIT_REACHED' } })
})

/** Claude's usage limit, which is over in a moment. */
function limited() {
  const retryAt = new Date(Date.now() + 200).toISOString()
  return { outcome: 'failed' as const, error: { code: 'RATE_LIMITED', message: 'Later.', data: { retryAt } } }
}
