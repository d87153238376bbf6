import { mkdir, writeFile } from 'node:fs/promises'
import path, { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import { instanceConfigSchema, type Instance, type InstanceConfig, type PermissionMode } from '../../../shared/domain/instance.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
/** Of a time before auto mode. */
const olderModel = 'claude-3-5-haiku-20241022'
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
beforeEach(async () => {
  run = await openCore()
})
afterEach(() => run.close())

async function instance(permissionMode?: PermissionMode, more: Partial<InstanceConfig> = {}): Promise<string> {
  const config = instanceConfigSchema.parse({
    name: 'worker',
    cwd: run.folders.work,
    ...(permissionMode ? { permissionMode, model: olderModel } : {}),
    ...more,
  })
  const { id } = await run.core.pool.instances.create({ ...config, start: true })
  await until('the instance to be ready', () => view(id).state === 'idle', longMs)
  return id
}

const view = (id: string): Instance => run.core.pool.instances.get(id)

test('without a mode of ours, the mode of Claude Code’s own settings is in force', async () => {
  await mkdir(join(run.folders.work, '.claude'), { recursive: true })
  await writeFile(join(run.folders.work, '.claude', 'settings.json'), JSON.stringify({ permissions: { defaultMode: 'acceptEdits' } }))
  const id = await instance()
  const conversation = await run.core.conversations.create({ instanceId: id })
  const { done } = await run.core.pool.send(conversation.id, { text: '[edit]', priority: 5 })
  expect(await done).toMatchObject({ outcome: 'done' })
  expect(run.core.pool.approvals()).toEqual([])
})

test('auto on a model that does not have it is told, and shown as the mode that is in force', async () => {
  const notices: Notice[] = []
  const id = await instance('auto')
  const conversation = await run.core.conversations.create({ instanceId: id })
  const reading = readNotices(notices)
  const { done } = await run.core.pool.send(conversation.id, { text: 'Hello', priority: 5 })
  expect(await done).toMatchObject({ outcome: 'done' })
  await until('the mode in force', () => view(id).permissionMode === 'default')
  expect(notices.filter(({ code }) => code === 'MODE_UNAVAILABLE')).toHaveLength(1)
  expect(run.core.conversations.get(conversation.id).permissionMode).toBe('default')
  reading.abort()
})

test('auto is refused for a model that the account’s list says lacks it, before anything starts, and nothing is changed', async () => {
  const info = { displayName: 'Small', description: '', efforts: [], fastMode: false, price: { input: 1, output: 5 } }
  run.core.accounts.keep({}, [
    { ...info, value: 'default', autoMode: true },
    { ...info, value: 'small', autoMode: false },
  ])
  const { instances } = run.core.pool
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, model: 'small' })
  const refused = (field: string) => ({ code: 'BAD_REQUEST', data: { field } })
  await expect(instances.create({ ...config, permissionMode: 'auto', start: false })).rejects.toMatchObject(refused('permissionMode'))
  expect(instances.list()).toEqual([])
  const { id } = await instances.create({ ...config, start: false })
  await expect(instances.update(id, { permissionMode: 'auto' })).rejects.toMatchObject(refused('permissionMode'))
  expect(view(id)).toMatchObject({ model: 'small' })
  await instances.update(id, { model: 'default', permissionMode: 'auto' })
  await expect(instances.update(id, { model: 'small' })).rejects.toMatchObject(refused('model'))
  expect(view(id)).toMatchObject({ model: 'default', permissionMode: 'auto' })
})

function readNotices(into: Notice[]): AbortController {
  const abort = new AbortController()
  const read = async () => {
    for await (const { event } of run.core.events.stream({ signal: abort.signal })) if (event.type === 'notice') into.push(event.notice)
  }
  void read().catch(() => {})
  return abort
}

test('Stop the moment that a tool asks is an interruption every time, never a failure', async () => {
  const id = await instance()
  const conversation = await run.core.conversations.create({ instanceId: id })
  for (let time = 0; time < 6; time += 1) {
    const { done } = await run.core.pool.send(conversation.id, { text: `Go [bash: touch made-${time}]`, priority: 5 })
    await until('the question', () => run.core.pool.approvals().length === 1, longMs)
    await run.core.pool.instances.interrupt(id)
    expect(await done).toMatchObject({ outcome: 'interrupted' })
    expect(run.core.pool.approvals()).toEqual([])
  }
})

test.each([
  ['permission', '[bash: touch made]'],
  ['question', '[question]'],
  ['plan', '[plan]'],
  ['elicitation', '[mcp: asker deploy] [bash: touch made]'],
])('what is denied with a stop (%s) ends the turn as interrupted, never as failed', async (kind, text) => {
  const id = await instance(undefined, {
    mcpServers: { asker: { command: process.execPath, args: [path.resolve('e2e/fixtures/mcp-asks.ts')] } },
    allowedTools: ['mcp__asker__deploy'],
  })
  const conversation = await run.core.conversations.create({ instanceId: id })
  const { done } = await run.core.pool.send(conversation.id, { text: `Go ${text}`, priority: 5 })
  const asked = await until('the question', () => run.core.pool.approvals()[0], longMs)
  expect(asked.kind).toBe(kind)
  await run.core.pool.decide(asked.id, { decision: 'deny', interrupt: true, message: 'Not now.' })
  expect(await done).toMatchObject({ outcome: 'interrupted' })
  const next = await run.core.pool.send(conversation.id, { text: 'Go on', priority: 5 })
  expect(await next.done).toMatchObject({ outcome: 'done' })
})
