import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Turn } from '../../../shared/domain/turn.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
let run: CoreRun
beforeEach(async () => {
  run = await openCore()
})
afterEach(() => run.close())

async function folder(name: string): Promise<string> {
  const path = join(run.folders.root, name)
  await mkdir(path, { recursive: true })
  return path
}

async function instance(name: string, cwd: string): Promise<string> {
  const { instances } = run.core.pool
  const { id } = await instances.create({ ...instanceConfigSchema.parse({ name, cwd }), start: true })
  await until(`${name} to be ready`, () => instances.get(id).state === 'idle', longMs)
  return id
}

async function conversation(instanceId: string): Promise<string> {
  return (await run.core.conversations.create({ instanceId })).id
}

async function say(id: string, text: string): Promise<Turn> {
  return (await run.core.pool.send(id, { text, priority: 5 })).done
}

/** Claude still knows what it was told. */
async function recalls(id: string): Promise<void> {
  const { outcome, text, error } = await say(id, '[recall]')
  expect(error).toBeUndefined()
  expect(outcome).toBe('done')
  expect(text).toContain('apple')
}

async function lines(id: string): Promise<string[]> {
  const { items } = await run.core.conversations.messages(id, { limit: 100, superseded: false })
  return items.filter(({ role }) => role === 'system').map(({ text }) => text)
}

/** A conversation that was told something in a folder, whose process is gone. */
async function remembered(cwd: string): Promise<{ id: string; owner: string }> {
  const owner = await instance('first', cwd)
  const id = await conversation(owner)
  await say(id, '[remember: apple]')
  await run.core.pool.instances.stop(owner)
  return { id, owner }
}

test('a conversation whose folder is gone fails its own turn alone, and another folder is the way on', async () => {
  const before = await folder('before')
  const { id, owner } = await remembered(before)
  await rename(before, join(run.folders.root, 'after'))
  const turn = await say(id, 'Go on')
  expect(turn).toMatchObject({ outcome: 'failed', error: { code: 'FOLDER_MISSING', data: { folder: before, of: 'conversation' } } })
  expect(run.core.pool.instances.get(owner).state).not.toBe('failed')

  const after = join(run.folders.root, 'after')
  expect(await run.core.pool.folders.move(id, after)).toMatchObject({ cwd: after })
  await recalls(id)
  expect(await lines(id)).toEqual([])
})

test('handed to an instance whose folder is there, it continues in that folder and says so; the instance stays as it is', async () => {
  const gone = await folder('gone')
  const { id } = await remembered(gone)
  await rm(gone, { recursive: true })
  const there = await folder('there')
  const healthy = await instance('healthy', there)
  const other = await conversation(healthy)
  await say(other, 'Hello')

  await run.core.pool.assign(id, healthy)
  await recalls(id)
  const said = await lines(id)
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(gone)
  expect(run.core.conversations.get(id).cwd).toBe(there)
  expect(await say(other, 'Hello again')).toMatchObject({ outcome: 'done' })
  await recalls(id)
  expect(await lines(id)).toHaveLength(1)
})

test('a fork of it works too, and the session that it comes from stays as it was', async () => {
  const gone = await folder('gone')
  const { id } = await remembered(gone)
  const { sessionId } = run.core.conversations.get(id)
  await rm(gone, { recursive: true })
  const healthy = await instance('healthy', await folder('there'))
  const fork = await run.core.pool.forks.fork(id, { instanceId: healthy })
  await recalls(fork.id)
  expect(run.core.conversations.get(fork.id).sessionId).not.toBe(sessionId)
  expect(run.core.conversations.get(id)).toMatchObject({ sessionId, cwd: gone })
})

test('an instance whose own folder is gone works again in another one, without a restart', async () => {
  const gone = await folder('gone')
  const owner = await instance('first', gone)
  await run.core.pool.instances.stop(owner)
  await rm(gone, { recursive: true })
  await run.core.pool.instances.start(owner)
  expect(run.core.pool.instances.get(owner)).toMatchObject({ state: 'failed', error: { code: 'FOLDER_MISSING' } })
  await run.core.pool.instances.update(owner, { cwd: await folder('there') })
  await until('it to be ready', () => run.core.pool.instances.get(owner).state === 'idle', longMs)
  expect(await say(await conversation(owner), 'Hello')).toMatchObject({ outcome: 'done' })
})

test('a session whose lines name a folder below that of its transcript is found from the upper one', async () => {
  const upper = await folder('project')
  const { id, owner } = await remembered(upper)
  const { sessionId } = run.core.conversations.get(id)
  const lower = await folder('project/packages/api')
  await run.core.conversations.setSession(id, { sessionId: sessionId ?? '', cwd: lower })
  await recalls(id)
  expect(run.core.conversations.get(id)).toMatchObject({ sessionId, cwd: upper })
  expect(run.core.pool.instances.get(owner).state).not.toBe('failed')
  expect(await lines(id)).toEqual([])
})

test('a folder that is none, or a file, is refused and changes nothing', async () => {
  const cwd = await folder('before')
  const { id } = await remembered(cwd)
  const file = join(cwd, 'notes.txt')
  await writeFile(file, '')
  await expect(run.core.pool.folders.move(id, join(cwd, 'nowhere'))).rejects.toMatchObject({ code: 'FOLDER_MISSING' })
  await expect(run.core.pool.folders.move(id, file)).rejects.toMatchObject({ code: 'FOLDER_NOT_DIRECTORY' })
  expect(run.core.conversations.get(id).cwd).toBe(cwd)
  expect(await readdir(cwd)).toEqual(['notes.txt'])
})
