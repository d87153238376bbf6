import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoolRun, until } from '../../../e2e/support/pool-run.ts'

let run: PoolRun
beforeEach(async () => {
  run = await PoolRun.begin()
})
afterEach(() => run.end())

const submit = (text: string, more: object = {}) => run.pool.tasks.submit({ text, priority: 5, retries: 0, retryDelaySeconds: 1, ...more })
const pidOf = (id: string) => run.pool.instances.get(id).process?.pid ?? null

test('fresh work has a process of its own, and it is gone whatever became of the work', async () => {
  const { id, conversationId } = await run.make('one')
  const said = await run.send(conversationId, 'warm')
  const usual = (await run.runs('warm')).process
  usual.end()
  await said.done
  for (const how of ['done', 'refused', 'interrupted'] as const) {
    await submit(how, { fresh: true })
    const { process } = await run.runs(how)
    expect(run.world.processes.has(usual)).toBe(false)
    process.end(how)
    await until('the process to be gone', () => !run.world.processes.has(process) || null)
    expect(pidOf(id)).toBeNull()
  }
  await submit('crash', { fresh: true })
  const crashed = await run.runs('crash')
  crashed.process.crash()
  await until('the crash to be noticed', () => run.pool.tasks.ended({}).find(({ text }) => text === 'crash'))
  // It takes usual work again, in a process that stays.
  await submit('after')
  const after = await run.runs('after')
  after.process.end()
  await until('the end', () => run.pool.tasks.ended({}).find(({ text }) => text === 'after'))
  expect(run.world.processes.has(after.process)).toBe(true)
})

test('two pieces of fresh work, one behind the other: neither finds the process of the other', async () => {
  await run.make('one')
  await submit('first', { fresh: true })
  await submit('second', { fresh: true })
  const { process } = await run.runs('first')
  process.end()
  const next = await run.runs('second')
  expect(next.process).not.toBe(process)
  expect(run.world.processes.has(process)).toBe(false)
  next.process.end()
  await until('both to end', () => run.pool.tasks.ended({}).length === 2 || null)
})
