import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema, type Instance } from '../../../shared/domain/instance.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
let instanceId: string
let chat: string
beforeAll(async () => {
  run = await openCore()
})
afterAll(() => run.close())
beforeEach(async () => {
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, model: 'opus' })
  instanceId = (await run.core.pool.instances.create({ ...config, start: true })).id
  await until('the instance to be ready', () => view().state === 'idle', longMs)
  chat = await conversation()
})
afterEach(async () => {
  const { instances } = run.core.pool
  for (const { id } of instances.list()) await instances.remove(id)
})

function view(): Instance {
  return run.core.pool.instances.get(instanceId)
}

async function conversation(): Promise<string> {
  return (await run.core.conversations.create({ instanceId })).id
}

/** The model that answers a message. */
async function answers(id: string, text = 'Hello'): Promise<string | null> {
  return (await (await run.core.pool.send(id, { text, priority: 5 })).done).model
}

const inForce = () => view().process?.model
const chosen = (id: string) => run.core.conversations.get(id).model

test('a model typed into a conversation is shown at once, stays the conversation’s over a park, and is nobody else’s', async () => {
  expect(await answers(chat)).toContain('opus')
  expect(view().model).toBe('opus')
  expect(inForce()).toContain('opus')
  const pid = view().process?.pid
  await answers(chat, '/model sonnet')
  expect(chosen(chat)).toBe('sonnet')
  expect(view()).toMatchObject({ model: 'sonnet', process: { pid } })
  expect(inForce()).toContain('sonnet')
  expect(await answers(chat)).toContain('sonnet')
  expect(view().process?.pid).toBe(pid)
  await run.core.pool.instances.pause(instanceId, 'park')
  expect(await answers(chat)).toContain('sonnet')
  const other = await conversation()
  expect(await answers(other)).toContain('opus')
  expect(view().model).toBe('opus')
  expect(inForce()).toContain('opus')
  expect(await answers(chat)).toContain('sonnet')
})

test('a model chosen just before a restart is the one that answers after it', async () => {
  await answers(chat)
  await answers(chat, '/model haiku')
  await run.core.pool.instances.restart(instanceId)
  expect(await answers(chat)).toContain('haiku')
})

test('a model that is set at the instance counts again at once, the one it had before too', async () => {
  await answers(chat)
  await answers(chat, '/model sonnet')
  await run.core.pool.instances.update(instanceId, { model: 'haiku' })
  expect(chosen(chat)).toBeUndefined()
  expect(view().model).toBe('haiku')
  expect(await answers(chat)).toContain('haiku')
  await answers(chat, '/model sonnet')
  await run.core.pool.instances.update(instanceId, { model: 'haiku' })
  expect(await answers(chat)).toContain('haiku')
  // Anything else that is changed leaves it as it was chosen.
  await answers(chat, '/model sonnet')
  await run.core.pool.instances.update(instanceId, { appendSystemPrompt: 'Be short.' })
  expect(await answers(chat)).toContain('sonnet')
})

test('a command that only asks which model it is, and one for the instance’s own, leave nothing chosen', async () => {
  await answers(chat, '/model')
  expect(chosen(chat)).toBeUndefined()
  await answers(chat, '/model sonnet')
  await answers(chat, '/model opus')
  expect(chosen(chat)).toBeUndefined()
  expect(await answers(chat)).toContain('opus')
})
