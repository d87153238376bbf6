import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoolRun, until } from '../../../e2e/support/pool-run.ts'
import { AppError } from '../../../shared/app-error.ts'
import { openCounts } from './pool-tasks.ts'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

let run: PoolRun
beforeEach(async () => {
  run = await PoolRun.begin()
})
afterEach(() => run.end())

test('a message behind a full or paused pool waits where it can be seen, edited and withdrawn, and says why', async () => {
  const a = await run.make('a')
  const b = await run.make('b')
  await run.pool.policies.update({ concurrency: 1 })
  await run.send(a.conversationId, 'first')
  const first = await run.runs('first')
  await run.send(b.conversationId, 'second')
  expect(run.waiting()).toMatchObject([{ text: 'second', state: 'waiting', waitingFor: 'No more than one turn at the same time.' }])
  expect(run.pool.instances.get(b.id)).toMatchObject({ state: 'stopped', queued: 1, activity: null })
  const [task] = run.waiting()
  await run.pool.tasks.update(task?.id ?? '', { text: 'changed' })
  await run.pool.policies.update({ paused: true })
  await until('the reason to change', () => run.waiting()[0]?.waitingFor === 'The queue is paused.')
  first.process.end()
  await run.pool.policies.update({ paused: false })
  const changed = await run.runs('changed')
  await run.send(a.conversationId, 'third')
  await run.pool.tasks.cancel(run.waiting()[0]?.id ?? '')
  changed?.process.end()
  await until('all to end', () => run.pool.tasks.list({}).length === 0)
  expect(run.world.sent).toEqual(['first', 'changed'])
})

test('with a limit, tasks say which although instances are free; higher priority goes first, whatever it is', async () => {
  const a = await run.make('a')
  await run.make('b')
  await run.pool.policies.update({ concurrency: 1 })
  await run.send(a.conversationId, 'first')
  const first = await run.runs('first')
  await run.submit('task')
  await until('the reason', () => run.pool.tasks.queue.status().heldBy === 'No more than one turn at the same time')
  expect(run.waiting()).toMatchObject([{ waitingFor: 'No more than one turn at the same time' }])
  const c = await run.make('c')
  await run.pool.send(c.conversationId, { text: 'urgent', priority: 9 })
  first.process.end()
  const urgent = await run.runs('urgent')
  urgent?.process.end()
  await run.runs('task')
  expect(run.pool.tasks.queue.status().heldBy).toBeNull()
})

test('a usage limit holds messages too, until it ends or somebody tries', async () => {
  const a = await run.make('a')
  await run.send(a.conversationId, 'first')
  const first = await run.runs('first')
  first.process.end('limit', new Date(Date.now() + 3_600_000).toISOString())
  await until('it to end', () => run.pool.tasks.list({}).length === 0)
  await run.send(a.conversationId, 'second')
  expect(run.waiting()[0]?.waitingFor).toMatch(/usage limit is reached until/)
  run.pool.tasks.queue.tryNow()
  await run.runs('second')
})

test('two tasks at once and an instance made for one of them: each instance has one', async () => {
  const a = await run.make('a')
  await run.pool.policies.update({ max: 3, strategy: 'least-busy' })
  await run.send(a.conversationId, 'busy')
  await run.runs('busy')
  await Promise.all([run.submit('one'), run.submit('two')])
  await until('both to run', () => run.world.open.length === 3)
  expect(new Set(run.pool.tasks.list({}).map(({ instanceId }) => instanceId)).size).toBe(3)
})

test('without any instance a question waits like a task, and goes when there is one', async () => {
  const answer = run.pool.tasks.ask({ text: 'Anybody?', priority: 5 })
  await until('it to wait', () => run.waiting().length === 1)
  expect(run.waiting()[0]?.waitingFor).toBe('No instances yet: create one')
  await run.make('a')
  const turn = await run.runs('Anybody?')
  turn.process.end()
  expect((await answer).text).toBe('Done: Anybody?')
})

test('when its caller hangs up, a question that has not begun is withdrawn; one that runs says that nobody waits', async () => {
  await run.make('a')
  const [running, queued] = [new AbortController(), new AbortController()]
  const first = run.pool.tasks.ask({ text: 'runs', priority: 5 }, running.signal)
  const turn = await run.runs('runs')
  const second = run.pool.tasks.ask({ text: 'waits', priority: 5 }, queued.signal)
  await until('it to wait', () => run.waiting().length === 1)
  running.abort()
  queued.abort()
  await expect(second).rejects.toThrow('disconnected')
  await until('it to say so', () => run.pool.tasks.list({}).some(({ callerGone }) => callerGone))
  turn.process.end()
  await first
  expect(
    run.pool.tasks
      .ended({})
      .map(({ text, state }) => `${text}: ${state}`)
      .toSorted(),
  ).toEqual(['runs: done', 'waits: cancelled'])
  expect(run.world.sent).toEqual(['runs'])
})

test('an instance that failed for want of claude takes messages again once there is one', async () => {
  const a = await run.make('a')
  run.world.installed = false
  await run.pool.instances.start(a.id)
  await until('it to fail', () => run.pool.instances.get(a.id).state === 'failed')
  await expect(run.send(a.conversationId, 'too early')).rejects.toMatchObject({ code: 'INSTANCE_FAILED' })
  run.world.installed = true
  await run.send(a.conversationId, 'now')
  await run.runs('now')
})

test('a minimum that is set starts instances, and those that wait for nobody stay down without one', async () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    const { id } = await run.make(name)
    await run.pool.instances.start(id)
    await run.pool.instances.pause(id, 'park')
  }
  const up = () => run.pool.instances.list().filter(({ state }) => state === 'idle').length
  expect(up()).toBe(0)
  await run.pool.policies.update({ max: 4, min: 3 })
  await until('three to run', () => up() === 3)
})

test('what is told to run and to wait is what the list shows, sent into conversations or handed to the pool', async () => {
  const [a, b] = [await run.make('a'), await run.make('b')]
  await run.send(a.conversationId, 'first')
  await run.send(b.conversationId, 'second')
  await run.runs('first')
  await run.runs('second')
  for (const place of [1, 2, 3, 4, 5]) await run.submit(`queued ${place}`, { instanceId: a.id })
  const list = run.pool.tasks.list({})
  expect(openCounts(list)).toEqual({ waiting: 5, running: 2 })
  expect(openCounts(run.pool.tasks.list({ instanceId: b.id }))).toEqual({ waiting: 0, running: 1 })
  expect(run.pool.tasks.queue.status()).toMatchObject({ waiting: 5, running: 0 })
})

test('a fault in what is asked before a message stops no line: the message says it and goes once the fault is over, and others go meanwhile', async () => {
  const a = await run.make('a')
  const b = await run.make('b')
  await run.send(a.conversationId, 'long')
  await run.runs('long')
  await run.send(a.conversationId, 'waited')
  run.world.budgetFault = new Error('The ledger is broken.')
  run.world.open.find(({ text }) => text === 'long')?.process.end()
  await until('the reason', () => run.waiting()[0]?.waitingFor?.includes('Bullpen will retry.'))
  await run.send(b.conversationId, 'elsewhere')
  await run.runs('elsewhere')
  expect(run.waiting().map(({ text }) => text)).toEqual(['waited'])
  run.world.budgetFault = null
  await run.runs('waited')
  expect(run.world.sent).toEqual(['long', 'elsewhere', 'waited'])
})

test('work of the queue that was refused before it began is the same turn when it goes', async () => {
  await run.make('a')
  run.world.budget = 'The budget is used up.'
  const { id, turnId } = await run.submit('later')
  await until('the refusal', () => run.pool.tasks.list({})[0]?.error?.message === run.world.budget)
  run.world.budget = null
  run.pool.goOn()
  await run.runs('later')
  expect(run.pool.tasks.list({})).toMatchObject([{ id, turnId, state: 'running' }])
})

test('a start that takes too long ends its own turn alone: the instance is started again by itself, and what waits goes', async () => {
  const { conversationId } = await run.make('a')
  run.world.startFault = new AppError('CLAUDE_START_TIMEOUT', 'It did not answer in time.')
  const { done } = await run.send(conversationId, 'first')
  await run.send(conversationId, 'waited')
  expect(await done).toMatchObject({ outcome: 'failed', error: { code: 'CLAUDE_START_TIMEOUT' } })
  await run.runs('waited')
})

test('work whose turn was lost with its conversation ends too, and is not repeated', async () => {
  await run.make('a')
  const { id } = await run.submit('gone', { retries: 2 })
  const begun = await run.runs('gone')
  const { conversationId } = run.pool.tasks.list({})[0] ?? {}
  await rm(join(run.folder, 'conversations', `${conversationId}.jsonl`))
  begun.process.crash()
  await until('its end', () => run.pool.tasks.ended({}).find((task) => task.id === id)?.state === 'failed')
  expect(run.world.sent).toEqual(['gone'])
})

test('where every instance has failed nobody is made, and the queue says so and rests', async () => {
  const { id } = await run.make('a')
  await run.pool.policies.update({ max: 5 })
  run.world.installed = false
  await run.pool.instances.start(id)
  await until('a to fail', () => run.pool.instances.get(id).state === 'failed')
  await run.submit('task')
  await until('the reason', () => run.waiting()[0]?.waitingFor?.startsWith('All instances have failed'))
  expect(run.pool.instances.list()).toHaveLength(1)
  run.world.installed = true
  await run.pool.instances.restart(id)
  await run.runs('task')
})

test('what waits at a stopped instance goes on when it is resumed as well as when it is started', async () => {
  const { id, conversationId } = await run.make('a')
  await run.send(conversationId, 'first')
  await run.runs('first')
  await run.send(conversationId, 'waited')
  await run.pool.instances.stop(id)
  expect(run.waiting()).toMatchObject([{ text: 'waited', waitingFor: 'a is stopped; press Start.' }])
  await run.pool.instances.resume(id)
  await run.runs('waited')
})
