import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ScriptedWorld } from '../../../e2e/support/scripted-claude.ts'
import { copyFolder, openScriptedPool, type ScriptedPool } from '../../../e2e/support/scripted-pool.ts'
import { AppError } from '../../../shared/app-error.ts'
import { TaskLog } from '../queue/task-log.ts'
import { openCounts } from './pool-tasks.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'

let root: string
let run: ScriptedPool
let world: ScriptedWorld
let life = 0
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-waiting-'))
  world = new ScriptedWorld()
  life = 0
  run = await openScriptedPool(join(root, '0'), world)
})
afterEach(async () => {
  await run.close()
  await rm(root, { recursive: true, force: true })
})

const until = <T>(what: string, check: () => T) =>
  vi.waitUntil(check, { timeout: 10_000, interval: 2 }).catch(() => Promise.reject(new Error(`Waited in vain for ${what}.`)))

async function make(name: string): Promise<{ id: string; conversationId: string }> {
  const { id } = await run.pool.instances.create({ ...instanceConfigSchema.parse({ name, cwd: root }), start: false })
  const conversation = await run.conversations.create({ instanceId: id })
  return { id, conversationId: conversation.id }
}

const send = (conversationId: string, text: string) => run.pool.send(conversationId, { text, priority: 5 })
const submit = (text: string, change: { instanceId?: string; retries?: number } = {}) =>
  run.pool.tasks.submit({ text, priority: 5, retries: 0, retryDelaySeconds: 1, ...change })
const runs = (text: string) => until(`“${text}” to run`, () => world.open.find((turn) => turn.text === text))
const waiting = () => run.pool.tasks.list({}).filter(({ state }) => state === 'waiting')

/** Killed, the app leaves its files as they are at that moment. */
async function kill(): Promise<void> {
  copyFolder(join(root, String(life)), join(root, String(life + 1)))
  life += 1
  world.killAll()
  await run.close()
  run = await openScriptedPool(join(root, String(life)), world)
}

async function quit(): Promise<void> {
  await run.close()
  run = await openScriptedPool(join(root, String(life)), world)
}

for (const [name, end] of [
  ['killed', kill],
  ['closed', quit],
] as const) {
  test(`what waited at instances that ran goes on by itself after the app was ${name}, and so does work tied to them`, async () => {
    const a = await make('a')
    const b = await make('b')
    await send(a.conversationId, 'long')
    await runs('long')
    await send(a.conversationId, 'waited')
    const task = await submit('tied', { instanceId: a.id })
    await end()
    const open = await runs('waited')
    expect(run.pool.instances.get(b.id).state).toBe('stopped')
    expect(run.pool.tasks.list({}).find(({ id }) => id === task.id)).toMatchObject({ state: 'waiting', waitingFor: 'a to be free' })
    open?.process.end()
    const tied = await runs('tied')
    tied?.process.end()
    await until('all to end', () => run.pool.tasks.list({}).length === 0)
    expect(world.sent).toEqual(['long', 'waited', 'tied'])
  })

  test(`an instance on hold is on hold after the app was ${name}: it takes no work, and says so`, async () => {
    const { id, conversationId } = await make('a')
    await run.pool.instances.start(id)
    await run.pool.instances.pause(id, 'hold')
    await send(conversationId, 'waits')
    await end()
    expect(run.pool.instances.get(id)).toMatchObject({ state: 'paused', pause: 'hold', queued: 1 })
    expect(waiting()).toMatchObject([{ text: 'waits', waitingFor: 'a is held; press Resume.' }])
    await submit('task')
    expect(world.sent).toEqual([])
    await run.pool.instances.resume(id)
    const turn = await runs('waits')
    turn?.process.end()
    await runs('task')
  })

  test(`what waited at an instance that the user parked stays there after the app was ${name}, and keeps nobody else`, async () => {
    const a = await make('a')
    await make('b')
    await send(a.conversationId, 'long')
    await runs('long')
    await send(a.conversationId, 'waits')
    await run.pool.instances.pause(a.id, 'park')
    await end()
    await submit('task')
    await runs('task')
    expect(waiting()).toMatchObject([{ text: 'waits', waitingFor: 'a is parked; press Resume.' }])
    await submit('for it', { instanceId: a.id })
    await runs('waits')
  })
}

test('a message behind a full or paused pool waits where it can be seen, edited and withdrawn, and says why', async () => {
  const a = await make('a')
  const b = await make('b')
  await run.pool.policies.update({ concurrency: 1 })
  await send(a.conversationId, 'first')
  const first = await runs('first')
  await send(b.conversationId, 'second')
  expect(waiting()).toMatchObject([{ text: 'second', state: 'waiting', waitingFor: 'No more than one turn at the same time.' }])
  expect(run.pool.instances.get(b.id)).toMatchObject({ state: 'stopped', queued: 1, activity: null })
  const [task] = waiting()
  await run.pool.tasks.update(task?.id ?? '', { text: 'changed' })
  await run.pool.policies.update({ paused: true })
  await until('the reason to change', () => waiting()[0]?.waitingFor === 'The queue is paused.')
  first?.process.end()
  await run.pool.policies.update({ paused: false })
  const changed = await runs('changed')
  await send(a.conversationId, 'third')
  await run.pool.tasks.cancel(waiting()[0]?.id ?? '')
  changed?.process.end()
  await until('all to end', () => run.pool.tasks.list({}).length === 0)
  expect(world.sent).toEqual(['first', 'changed'])
})

test('with a limit, tasks say which although instances are free; higher priority goes first, whatever it is', async () => {
  const a = await make('a')
  await make('b')
  await run.pool.policies.update({ concurrency: 1 })
  await send(a.conversationId, 'first')
  const first = await runs('first')
  await submit('task')
  await until('the reason', () => run.pool.tasks.queue.status().heldBy === 'No more than one turn at the same time')
  expect(waiting()).toMatchObject([{ waitingFor: 'No more than one turn at the same time' }])
  const c = await make('c')
  await run.pool.send(c.conversationId, { text: 'urgent', priority: 9 })
  first?.process.end()
  const urgent = await runs('urgent')
  urgent?.process.end()
  await runs('task')
  expect(run.pool.tasks.queue.status().heldBy).toBeNull()
})

test('a usage limit holds messages too, until it ends or somebody tries', async () => {
  const a = await make('a')
  await send(a.conversationId, 'first')
  const first = await runs('first')
  first?.process.end('limit', new Date(Date.now() + 3_600_000).toISOString())
  await until('it to end', () => run.pool.tasks.list({}).length === 0)
  await send(a.conversationId, 'second')
  expect(waiting()[0]?.waitingFor).toMatch(/usage limit is reached until/)
  run.pool.tasks.queue.tryNow()
  await runs('second')
})

test('two tasks at once and an instance made for one of them: each instance has one', async () => {
  const a = await make('a')
  await run.pool.policies.update({ max: 3, strategy: 'least-busy' })
  await send(a.conversationId, 'busy')
  await runs('busy')
  await Promise.all([submit('one'), submit('two')])
  await until('both to run', () => world.open.length === 3)
  expect(new Set(run.pool.tasks.list({}).map(({ instanceId }) => instanceId)).size).toBe(3)
})

test('without any instance a question waits like a task, and goes when there is one', async () => {
  const answer = run.pool.tasks.ask({ text: 'Anybody?', priority: 5 })
  await until('it to wait', () => waiting().length === 1)
  expect(waiting()[0]?.waitingFor).toBe('There is no instance yet: create one')
  await make('a')
  const turn = await runs('Anybody?')
  turn?.process.end()
  expect((await answer).text).toBe('Done: Anybody?')
})

test('when its caller hangs up, a question that has not begun is withdrawn; one that runs says that nobody waits', async () => {
  await make('a')
  const [running, queued] = [new AbortController(), new AbortController()]
  const first = run.pool.tasks.ask({ text: 'runs', priority: 5 }, running.signal)
  const turn = await runs('runs')
  const second = run.pool.tasks.ask({ text: 'waits', priority: 5 }, queued.signal)
  await until('it to wait', () => waiting().length === 1)
  running.abort()
  queued.abort()
  await expect(second).rejects.toThrow('hung up')
  await until('it to say so', () => run.pool.tasks.list({}).some(({ callerGone }) => callerGone))
  turn?.process.end()
  await first
  expect(
    run.pool.tasks
      .ended({})
      .map(({ text, state }) => `${text}: ${state}`)
      .toSorted(),
  ).toEqual(['runs: done', 'waits: cancelled'])
  expect(world.sent).toEqual(['runs'])
})

test('an instance that failed for want of claude takes messages again once there is one', async () => {
  const a = await make('a')
  world.installed = false
  await run.pool.instances.start(a.id)
  await until('it to fail', () => run.pool.instances.get(a.id).state === 'failed')
  await expect(send(a.conversationId, 'too early')).rejects.toMatchObject({ code: 'INSTANCE_FAILED' })
  world.installed = true
  await send(a.conversationId, 'now')
  await runs('now')
})

test('a minimum that is set starts instances, and those that wait for nobody stay down without one', async () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    const { id } = await make(name)
    await run.pool.instances.start(id)
    await run.pool.instances.pause(id, 'park')
  }
  const up = () => run.pool.instances.list().filter(({ state }) => state === 'idle').length
  expect(up()).toBe(0)
  await run.pool.policies.update({ max: 4, min: 3 })
  await until('three to run', () => up() === 3)
})

test('what is told to run and to wait is what the list shows, sent into conversations or handed to the pool', async () => {
  const [a, b] = [await make('a'), await make('b')]
  await send(a.conversationId, 'first')
  await send(b.conversationId, 'second')
  await runs('first')
  await runs('second')
  for (const place of [1, 2, 3, 4, 5]) await submit(`queued ${place}`, { instanceId: a.id })
  const list = run.pool.tasks.list({})
  expect(openCounts(list)).toEqual({ waiting: 5, running: 2 })
  expect(openCounts(run.pool.tasks.list({ instanceId: b.id }))).toEqual({ waiting: 0, running: 1 })
  expect(run.pool.tasks.queue.status()).toMatchObject({ waiting: 5, running: 0 })
})

test('a fault in what is asked before a message stops no line: the message says it and goes once the fault is over, and others go meanwhile', async () => {
  const a = await make('a')
  const b = await make('b')
  await send(a.conversationId, 'long')
  await runs('long')
  await send(a.conversationId, 'waited')
  world.budgetFault = new Error('The ledger is broken.')
  world.open.find(({ text }) => text === 'long')?.process.end()
  await until('the reason', () => waiting()[0]?.waitingFor?.includes('Bullpen tries again by itself.'))
  await send(b.conversationId, 'elsewhere')
  await runs('elsewhere')
  expect(waiting().map(({ text }) => text)).toEqual(['waited'])
  world.budgetFault = null
  await runs('waited')
  expect(world.sent).toEqual(['long', 'elsewhere', 'waited'])
})

test('work of the queue that an instance had taken and not begun when the app was killed goes to whoever is free', async () => {
  const a = await make('a')
  const b = await make('b')
  await send(a.conversationId, 'long')
  await runs('long')
  await send(b.conversationId, 'other')
  await runs('other')
  await send(a.conversationId, 'waited')
  const task = await submit('taken')
  // As the end finds it: taken by a, with a conversation that was made for it, and no message in that yet.
  const made = await run.conversations.create({ instanceId: a.id })
  await run.close()
  const { log } = await TaskLog.open(join(root, String(life), 'tasks.jsonl'), () => ({ works: new Map(), batches: new Map() }))
  const taken = { state: 'running' as const, instanceId: a.id, conversationId: made.id, conversationIsNew: true, attempts: 1 }
  await log.change([{ id: task.id, change: taken }])
  await log.close()
  run = await openScriptedPool(join(root, String(life)), world)
  await runs('waited')
  const begun = await runs('taken')
  expect(run.conversations.get(made.id)).toMatchObject({ instanceId: b.id, messageCount: 1 })
  expect(begun).toBeDefined()
})

test('work of the queue that was refused before it began is the same turn when it goes', async () => {
  await make('a')
  world.budget = 'The budget is used up.'
  const { id, turnId } = await submit('later')
  await until('the refusal', () => run.pool.tasks.list({})[0]?.error?.message === world.budget)
  world.budget = null
  run.pool.goOn()
  await runs('later')
  expect(run.pool.tasks.list({})).toMatchObject([{ id, turnId, state: 'running' }])
})

test('a start that takes too long ends its own turn alone: the instance is started again by itself, and what waits goes', async () => {
  const { conversationId } = await make('a')
  world.startFault = new AppError('CLAUDE_START_TIMEOUT', 'It did not answer in time.')
  const { done } = await send(conversationId, 'first')
  await send(conversationId, 'waited')
  expect(await done).toMatchObject({ outcome: 'failed', error: { code: 'CLAUDE_START_TIMEOUT' } })
  await runs('waited')
})

test('work whose turn was lost with its conversation ends too, and is not repeated', async () => {
  await make('a')
  const { id } = await submit('gone', { retries: 2 })
  const begun = await runs('gone')
  const { conversationId } = run.pool.tasks.list({})[0] ?? {}
  await rm(join(root, String(life), 'conversations', `${conversationId}.jsonl`))
  begun?.process.crash()
  await until('its end', () => run.pool.tasks.ended({}).find((task) => task.id === id)?.state === 'failed')
  expect(world.sent).toEqual(['gone'])
})
