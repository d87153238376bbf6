import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoolRun, until } from '../../../e2e/support/pool-run.ts'
import { TaskLog } from '../queue/task-log.ts'
import { join } from 'node:path'

let run: PoolRun
beforeEach(async () => {
  run = await PoolRun.begin()
})
afterEach(() => run.end())

for (const [name, end] of [
  ['killed', 'kill'],
  ['closed', 'quit'],
] as const) {
  test(`what waited at instances that ran goes on by itself after the app was ${name}, and so does work tied to them`, async () => {
    const a = await run.make('a')
    const b = await run.make('b')
    await run.send(a.conversationId, 'long')
    await run.runs('long')
    await run.send(a.conversationId, 'waited')
    const task = await run.submit('tied', { instanceId: a.id })
    await run[end]()
    const open = await run.runs('waited')
    expect(run.pool.instances.get(b.id).state).toBe('stopped')
    expect(run.pool.tasks.list({}).find(({ id }) => id === task.id)).toMatchObject({ state: 'waiting', waitingFor: 'a to be free' })
    open.process.end()
    const tied = await run.runs('tied')
    tied.process.end()
    await until('all to end', () => run.pool.tasks.list({}).length === 0)
    expect(run.world.sent).toEqual(['long', 'waited', 'tied'])
  })

  test(`an instance on hold is on hold after the app was ${name}: it takes no work, and says so`, async () => {
    const { id, conversationId } = await run.make('a')
    await run.pool.instances.start(id)
    await run.pool.instances.pause(id, 'hold')
    await run.send(conversationId, 'waits')
    await run[end]()
    expect(run.pool.instances.get(id)).toMatchObject({ state: 'paused', pause: 'hold', queued: 1 })
    expect(run.waiting()).toMatchObject([{ text: 'waits', waitingFor: 'a is on hold; press Resume.' }])
    await run.submit('task')
    expect(run.world.sent).toEqual([])
    await run.pool.instances.resume(id)
    const turn = await run.runs('waits')
    turn.process.end()
    await run.runs('task')
  })

  test(`what waited at an instance that the user parked stays there after the app was ${name}, and keeps nobody else`, async () => {
    const a = await run.make('a')
    await run.make('b')
    await run.send(a.conversationId, 'long')
    await run.runs('long')
    await run.send(a.conversationId, 'waits')
    await run.pool.instances.pause(a.id, 'park')
    await run[end]()
    await run.submit('task')
    await run.runs('task')
    expect(run.waiting()).toMatchObject([{ text: 'waits', waitingFor: 'a is parked; press Resume.' }])
    await run.submit('for it', { instanceId: a.id })
    await run.runs('waits')
  })

  test(`a message that woke a stopped instance while it worked for the queue goes on by itself after the app was ${name}`, async () => {
    const { id, conversationId } = await run.make('a')
    await run.pool.instances.stop(id)
    await run.submit('task')
    await run.runs('task')
    await run.send(conversationId, 'waited')
    await run[end]()
    await run.runs('waited')
    expect(run.pool.instances.get(id)).toMatchObject({ state: 'busy', queued: 0 })
  })
}

test('work of the queue that an instance had taken and not begun when the app was killed goes to whoever is free', async () => {
  const a = await run.make('a')
  const b = await run.make('b')
  await run.send(a.conversationId, 'long')
  await run.runs('long')
  await run.send(b.conversationId, 'other')
  await run.runs('other')
  await run.send(a.conversationId, 'waited')
  const task = await run.submit('taken')
  // As the end finds it: taken by a, with a conversation that was made for it, and no message in that yet.
  const made = await run.conversations.create({ instanceId: a.id })
  await run.close()
  const { log } = await TaskLog.open(join(run.folder, 'tasks.jsonl'), () => ({ works: new Map(), batches: new Map() }))
  const taken = { state: 'running' as const, instanceId: a.id, conversationId: made.id, conversationIsNew: true, attempts: 1 }
  await log.change([{ id: task.id, change: taken }])
  await log.close()
  await run.open()
  await run.runs('waited')
  const begun = await run.runs('taken')
  expect(run.conversations.get(made.id)).toMatchObject({ instanceId: b.id, messageCount: 1 })
  expect(begun).toBeDefined()
})

test('work that is tried again goes to whoever is free once the instance that began it is removed', async () => {
  const a = await run.make('a')
  await run.submit('again', { retries: 1 })
  const first = await run.runs('again')
  const b = await run.make('b')
  await run.pool.instances.start(b.id)
  await run.send(a.conversationId, 'long')
  first.process.end('overloaded')
  await run.runs('long')
  await until('its next attempt to be due', () => run.waiting()[0]?.waitingFor === 'a to be free')
  await run.pool.instances.remove(a.id)
  await run.runs('again')
  expect(run.pool.tasks.list({})).toMatchObject([{ text: 'again', instanceId: b.id }])
})

test('a message for an instance whose frozen process has died goes on by itself after a kill', async () => {
  const { id, conversationId } = await run.make('a')
  await run.pool.instances.start(id)
  await run.pool.instances.pause(id, 'freeze')
  for (const process of run.world.processes) process.crash()
  await run.send(conversationId, 'waited')
  await run.kill()
  await run.runs('waited')
  expect(run.pool.instances.get(id)).toMatchObject({ state: 'busy', queued: 0 })
})

test('what waited goes on by itself, whatever else is still being saved while the app closes', async () => {
  const { conversationId } = await run.make('a')
  await run.send(conversationId, 'long')
  await run.runs('long')
  await run.send(conversationId, 'waited')
  const [b, c] = [await run.make('b'), await run.make('c')]
  const quitting = run.quit()
  for (const last of [run.pool.instances.remove(b.id), run.pool.instances.pause(c.id, 'hold')]) void last.catch(() => {})
  await quitting
  await run.runs('waited')
  expect(run.world.sent).toEqual(['long', 'waited'])
})
