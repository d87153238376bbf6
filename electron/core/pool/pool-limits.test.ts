import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoolRun, until } from '../../../e2e/support/pool-run.ts'
import { join } from 'node:path'
import { readdir, readlink } from 'node:fs/promises'

let run: PoolRun
beforeEach(async () => {
  run = await PoolRun.begin()
})
afterEach(() => run.end())

const task = (text: string) => run.pool.tasks.list({}).find((one) => one.text === text)

test('memory that one was let in on is not taken by another: whoever is shown as running runs', async () => {
  const [a, b] = [(await run.make('a')).conversationId, (await run.make('b')).conversationId]
  await run.send(a, 'first')
  const first = await run.runs('first')
  await run.pool.policies.update({ memoryLimitMb: 120 })
  await run.submit('task')
  await run.send(b, 'message')
  first.process.end()
  const second = await until('one of them to run', () => run.world.open[0])
  await until('the other to say what it waits for', () => {
    const other = task(second.text === 'task' ? 'message' : 'task')
    return other?.state === 'waiting' && /memory|to be free/.test(other.waitingFor ?? '')
  })
  second.process.end()
  await until('the other to run', () => run.world.sent.length === 3)
  expect(run.world.sent.toSorted()).toEqual(['first', 'message', 'task'])
})

test('no process is promised memory that those at rest could not give back', async () => {
  const [a, b, c] = [(await run.make('a')).conversationId, (await run.make('b')).conversationId, (await run.make('c')).conversationId]
  await run.send(a, 'at work')
  await run.send(b, 'at rest')
  const atRest = await run.runs('at rest')
  const atWork = await run.runs('at work')
  await run.pool.policies.update({ memoryLimitMb: 120 })
  atRest.process.end()
  await until('the turn to end', () => task('at rest') === undefined)
  await run.send(c, 'third')
  expect(task('third')).toMatchObject({ state: 'waiting', waitingFor: 'Not enough memory for another process.' })
  atWork.process.end()
  await run.runs('third')
})

test('a process that is exchanged for another conversation waits for no memory: it takes the place of the one before', async () => {
  const [a, b] = [(await run.make('a')).conversationId, (await run.make('b')).conversationId]
  await run.send(a, 'first')
  await run.send(b, 'at work')
  const first = await run.runs('first')
  await run.runs('at work')
  await run.pool.policies.update({ memoryLimitMb: 120 })
  first.process.end()
  await until('the turn to end', () => task('first') === undefined)
  await run.submit('task')
  expect(await run.runs('task')).toBeDefined()
})

test('a question whose caller has gone is not asked again when its turn meets a usage limit', async () => {
  await run.make('a')
  const caller = new AbortController()
  const answer = run.pool.tasks.ask({ text: 'question', priority: 5 }, caller.signal)
  const turn = await run.runs('question')
  caller.abort()
  await until('the queue to know', () => task('question')?.callerGone)
  turn.process.end('limit', new Date(Date.now() + 60_000).toISOString())
  expect(await answer).toMatchObject({ turn: { outcome: 'failed' } })
  expect(task('question')).toBeUndefined()
})

test('questions that waited when the app ended are not begun by the next one, whatever else of the queue it goes on with', async () => {
  await run.make('a')
  const caller = new AbortController()
  await run.submit('task')
  await run.runs('task')
  const asked = ['one', 'two', 'three'].map((text) => run.pool.tasks.ask({ text, priority: 5 }, caller.signal).catch(() => null))
  await until('all to wait', () => ['one', 'two', 'three'].every((text) => task(text)?.state === 'waiting'))
  run.world.killAll()
  await run.close()
  await run.open()
  expect(asked).toHaveLength(3)
  expect(run.pool.tasks.ended({}).map(({ text, error }) => `${text} ${error?.code}`)).toEqual(
    expect.arrayContaining(['one CALLER_GONE', 'two CALLER_GONE', 'three CALLER_GONE']),
  )
  expect(run.world.sent).toEqual(['task'])
})

test('work of the queue goes on by itself when the usage limit that held all instances is over', async () => {
  const a = (await run.make('a')).conversationId
  await run.send(a, 'first')
  const first = await run.runs('first')
  first.process.end('limit', new Date(Date.now() + 400).toISOString())
  await until('the turn to end', () => task('first') === undefined)
  await run.submit('task')
  expect(task('task')?.waitingFor).toMatch(/usage limit/)
  await run.runs('task')
})

test.runIf(process.platform === 'linux')('closing lets go of every file, also while work is on its way to an instance', async () => {
  await run.make('a')
  await run.make('b')
  await Promise.all([run.submit('one'), run.submit('two')])
  await run.close()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const open = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')))
  expect(open.filter((path) => path.startsWith(run.root))).toEqual([])
})

test('a process that goes to make room for one task takes no other one meanwhile', async () => {
  const a = await run.make('a')
  const b = await run.make('b')
  await run.send(a.conversationId, 'first')
  const first = await run.runs('first')
  first.process.end()
  await until('a to be idle', () => run.pool.instances.get(a.id).state === 'idle')
  await run.pool.policies.update({ paused: true, memoryLimitMb: 120 })
  await run.submit('for b', { instanceId: b.id })
  await run.submit('for anybody')
  await run.pool.policies.update({ paused: false })
  const forB = await run.runs('for b')
  await until('the other to say what it waits for', () => /memory/.test(task('for anybody')?.waitingFor ?? ''))
  forB.process.end()
  await run.runs('for anybody')
  expect(run.world.sent).toEqual(['first', 'for b', 'for anybody'])
})

test('a task that was let in runs, though the memory limit is lowered before its process is there', async () => {
  const a = await run.make('a')
  await run.make('b')
  await run.send(a.conversationId, 'long')
  await run.runs('long')
  const submitted = run.submit('task')
  await until('the task to be let in', () => task('task')?.state === 'running')
  await run.pool.policies.update({ memoryLimitMb: 120 })
  await submitted
  await run.runs('task')
  expect(task('task')).toMatchObject({ state: 'running' })
})

test('instances that the pool makes at the same time have names of their own', async () => {
  await run.make('a')
  await run.pool.policies.update({ max: 4, strategy: 'least-busy' })
  const texts = ['one', 'two', 'three', 'four']
  await Promise.all(texts.map((text) => run.submit(text)))
  for (const text of texts) await run.runs(text)
  expect(
    run.pool.instances
      .list()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['a', 'pool 1', 'pool 2', 'pool 3'])
})
