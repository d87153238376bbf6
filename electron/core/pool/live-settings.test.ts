import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import type { ErrorInfo } from '../../../shared/app-error.ts'
import { toAppError } from '../../../shared/app-error.ts'
import { instanceConfigSchema, type Instance, type InstanceConfig } from '../../../shared/domain/instance.ts'
import type { LivePatch, LiveSettings } from '../../../shared/domain/live.ts'

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
  instanceId = await newInstance('worker', { model: 'opus' })
  chat = await conversation()
})
afterEach(async () => {
  const { instances } = run.core.pool
  for (const { id } of instances.list()) await instances.remove(id)
})

async function newInstance(name: string, config: Partial<InstanceConfig> = {}): Promise<string> {
  const whole = instanceConfigSchema.parse({ name, cwd: run.folders.work, ...config })
  const { id } = await run.core.pool.instances.create({ ...whole, start: true })
  await until('the instance to be ready', () => view(id).state === 'idle', longMs)
  return id
}

function view(id = instanceId): Instance {
  return run.core.pool.instances.get(id)
}

const pid = () => view().process?.pid
const head = (id = chat) => run.core.conversations.get(id)
const change = (patch: LivePatch, id = chat): Promise<LiveSettings> => run.core.pool.live.change(id, patch)

async function conversation(): Promise<string> {
  return (await run.core.conversations.create({ instanceId })).id
}

/** What the demo model was asked with: it says so. */
async function asked(id = chat): Promise<string> {
  return (await (await run.core.pool.send(id, { text: '[settings]', priority: 5 })).done).text
}

async function refused(patch: LivePatch): Promise<ErrorInfo> {
  return change(patch).then(
    () => Promise.reject(new Error('it was taken')),
    (thrown: unknown) => toAppError(thrown).toInfo(),
  )
}

test('model, effort, speed and mode are changed in the process that is there, and the next request has them', async () => {
  expect(await asked()).toMatch(/opus.*effort: medium/)
  const before = pid()
  expect(await change({ model: 'sonnet', effort: 'low', permissionMode: 'acceptEdits' })).toMatchObject({
    effort: 'low',
    permissionMode: 'acceptEdits',
    applied: true,
  })
  expect(head()).toMatchObject({ model: 'sonnet', effort: 'low', permissionMode: 'acceptEdits' })
  expect(view().process).toMatchObject({ effort: 'low', permissionMode: 'acceptEdits' })
  expect(view().process?.model).toContain('sonnet')
  expect(await asked()).toMatch(/sonnet.*effort: low/)
  expect(await change({ model: 'opus', fastMode: true })).toMatchObject({ fastMode: true })
  expect(await asked()).toMatch(/opus.*effort: low.*speed: fast/)
  expect(await change({ model: null, effort: null, fastMode: null, permissionMode: null })).toMatchObject({ permissionMode: 'default' })
  expect(head().model ?? head().effort ?? head().fastMode ?? head().permissionMode).toBeUndefined()
  expect(await asked()).toMatch(/opus.*effort: medium/)
  expect(pid()).toBe(before)
})

test('in the middle of a turn the next request of the same turn has it', async () => {
  await asked()
  const before = pid()
  const { done } = await run.core.pool.send(chat, { text: '[bash: touch made-by-claude] [settings]', priority: 5 })
  const asks = await until('the command to be asked about', () => run.core.pool.approvals()[0], longMs)
  expect(await change({ model: 'haiku', effort: 'max' })).toMatchObject({ effort: 'max', applied: true })
  await run.core.pool.decide(asks.id, { decision: 'deny', message: 'No.' })
  expect((await done).text).toMatch(/haiku.*effort: max/)
  expect(pid()).toBe(before)
})

test('they stay the conversation’s over a park and a restart, and are nobody else’s', async () => {
  await asked()
  await change({ model: 'sonnet', effort: 'high', permissionMode: 'plan' })
  await run.core.pool.instances.pause(instanceId, 'park')
  expect(await asked()).toMatch(/sonnet.*effort: high/)
  expect(view().process).toMatchObject({ permissionMode: 'plan', effort: 'high' })
  await run.core.pool.instances.restart(instanceId)
  expect(await asked()).toMatch(/sonnet.*effort: high/)
  expect(view().process).toMatchObject({ permissionMode: 'plan' })
  const other = await conversation()
  expect(await asked(other)).toMatch(/opus.*effort: medium/)
  expect(view().process).toMatchObject({ permissionMode: 'default' })
  expect(await asked()).toMatch(/sonnet.*effort: high/)
})

test('without a process, and without an instance, they are kept and used at the next start', async () => {
  await run.core.pool.instances.stop(instanceId)
  expect(await change({ model: 'haiku', effort: 'low' })).toEqual({
    model: 'haiku',
    effort: 'low',
    fastMode: null,
    permissionMode: null,
    applied: false,
  })
  await run.core.pool.instances.start(instanceId)
  expect(await asked()).toMatch(/haiku.*effort: low/)
  const free = (await run.core.conversations.create({})).id
  expect(await change({ effort: 'max' }, free)).toMatchObject({ effort: 'max', applied: false })
  await run.core.pool.assign(free, instanceId)
  expect(await asked(free)).toMatch(/opus.*effort: max/)
})

test('a spare that is claimed is told what was chosen', async () => {
  await run.core.pool.policies.update({ spares: 1 })
  await until('a spare to be ready', () => run.core.pool.policies.status().sparesReady > 0, longMs)
  const whole = instanceConfigSchema.parse({ name: 'second', cwd: run.folders.work, model: 'opus' })
  const second = (await run.core.pool.instances.create({ ...whole, start: false })).id
  const { id } = await run.core.conversations.create({ instanceId: second })
  await change({ effort: 'xhigh', permissionMode: 'plan' }, id)
  expect(await asked(id)).toMatch(/opus.*effort: xhigh/)
  expect(view(second).process).toMatchObject({ origin: 'spare', permissionMode: 'plan' })
  await run.core.pool.policies.update({ spares: 0 })
})

test('what does not exist or may not be is refused with what there is, and nothing is changed', async () => {
  await asked()
  await change({ effort: 'high' })
  const before = { head: head(), inForce: await run.core.pool.live.get(chat), pid: pid() }
  const noModel = await refused({ model: 'no-such-model', effort: 'low' })
  expect(noModel).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'model' } })
  expect(noModel.data?.['models']).toContain('sonnet')
  expect(await refused({ permissionMode: 'bypassPermissions', effort: 'low' })).toMatchObject({
    code: 'STATE_CONFLICT',
    data: { field: 'permissionMode' },
  })
  expect(await refused({ model: 'haiku', fastMode: true })).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'fastMode' } })
  expect({ head: head(), inForce: await run.core.pool.live.get(chat), pid: pid() }).toEqual(before)
  await run.core.conversations.shelf.archive(chat)
  expect(await refused({ effort: 'low' })).toMatchObject({ code: 'CONVERSATION_ARCHIVED' })
})

test('model and mode of an instance are changed in its process too', async () => {
  await asked()
  const before = pid()
  await run.core.pool.instances.update(instanceId, { model: 'haiku', permissionMode: 'acceptEdits' })
  expect(view().process).toMatchObject({ pid: before, permissionMode: 'acceptEdits' })
  expect(await asked()).toMatch(/haiku/)
  await run.core.pool.instances.update(instanceId, { model: null, permissionMode: null })
  expect(view().process).toMatchObject({ pid: before, permissionMode: 'default' })
  expect(await asked()).toMatch(/opus/)
  expect(pid()).toBe(before)
})

test('an effort that is typed stays the conversation’s', async () => {
  await asked()
  await (
    await run.core.pool.send(chat, { text: '/effort high', priority: 5 })
  ).done
  expect(head().effort).toBe('high')
  expect(await asked()).toMatch(/effort: high/)
  // Also over what was chosen in another way before.
  await change({ effort: 'max', model: 'haiku' })
  await (
    await run.core.pool.send(chat, { text: '/effort low', priority: 5 })
  ).done
  await (
    await run.core.pool.send(chat, { text: '/model sonnet', priority: 5 })
  ).done
  expect(head()).toMatchObject({ effort: 'low', model: 'sonnet' })
  expect(await asked()).toMatch(/sonnet.*effort: low/)
  await run.core.pool.instances.pause(instanceId, 'park')
  expect(await asked()).toMatch(/effort: low/)
})

test('the models are known without a process once they were listed, and what they cost', async () => {
  expect(await run.core.pool.instances.models(instanceId, { start: false })).not.toEqual([])
  await run.core.pool.instances.stop(instanceId)
  const models = await run.core.pool.instances.models(instanceId, { start: false })
  expect(models.map(({ value }) => value)).toContain('sonnet')
  expect(view().process).toBeNull()
})
