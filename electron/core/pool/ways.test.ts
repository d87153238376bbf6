import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoolRun, until } from '../../../e2e/support/pool-run.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import { newInstanceSchema } from '../../../shared/domain/recipe.ts'
import type { Way } from '../../../shared/domain/way.ts'

let run: PoolRun
beforeEach(async () => {
  run = await PoolRun.begin()
})
afterEach(() => run.end())

const made = (way: Way) => run.pool.instances.create({ ...instanceConfigSchema.parse({ name: way, cwd: run.root, way }), start: false })
const isUp = (id: string) => run.pool.instances.get(id).process !== null

test('each turn of an instance that works afresh has a process of its own, in the same conversation', async () => {
  const { id, conversationId } = await run.make('one')
  await run.pool.instances.update(id, { way: 'fresh' })
  const pids: number[] = []
  for (const text of ['first', 'second']) {
    const said = await run.send(conversationId, text)
    const { process } = await run.runs(text)
    pids.push(process.pid)
    process.end()
    expect(await said.done).toMatchObject({ outcome: 'done', conversationId })
    await until('the process to be gone', () => !isUp(id) || null)
  }
  expect(new Set(pids).size).toBe(2)
})

test('what is kept alive runs without being asked; what is event-driven does not, although more are wanted', async () => {
  await run.pool.policies.update({ min: 2, max: null })
  const kept = await made('kept-alive')
  const driven = await made('event-driven')
  await run.pool.policies.tidy()
  await until('it to run', () => isUp(kept.id) || null)
  expect(isUp(driven.id)).toBe(false)
  await run.kill()
  await run.pool.policies.tidy()
  await until('it to run again', () => isUp(kept.id) || null)
  expect(isUp(driven.id)).toBe(false)
  expect(run.pool.instances.get(driven.id).way).toBe('event-driven')
})

test('what a person stopped or parked stays so, kept alive or not', async () => {
  const { id } = await made('kept-alive')
  await run.pool.policies.tidy()
  await until('it to run', () => isUp(id) || null)
  await run.pool.instances.stop(id)
  await run.pool.policies.tidy()
  expect(run.pool.instances.get(id)).toMatchObject({ state: 'stopped', process: null })
})

test('work says in which way the instance works that is made for it, and what is like it is found again', async () => {
  const launch = newInstanceSchema.parse({ cwd: run.root, way: 'fresh' })
  for (const text of ['first', 'second']) {
    const answer = run.pool.tasks.ask({ text, priority: 5, launch })
    ;(await run.runs(text)).process.end()
    await answer
  }
  expect(run.pool.instances.list()).toMatchObject([{ madeBy: 'pool', way: 'fresh' }])
})
