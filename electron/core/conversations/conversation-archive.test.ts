import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Block } from '../../../shared/domain/message.ts'
import { newId } from '../storage/id.ts'
import type { ConversationStore } from './conversation-store.ts'
import { said, StoreRun } from './store-fixtures.ts'
import { SessionOwners } from './session-owners.ts'

let run: StoreRun
let folder: string
let store: ConversationStore
beforeEach(async () => {
  run = await StoreRun.begin()
  ;({ folder, store } = run)
})
afterEach(() => run.end())

async function reopen(): Promise<void> {
  store = await run.reopen()
}

const texts = (id: string) => run.texts(id)

const bytesOf = (id: string) => readFile(store.fileOf(id).path)

async function talk(title: string, messages = 3): Promise<string> {
  const { id } = await store.create({ title })
  for (let index = 0; index < messages; index += 1)
    await store.appendMessage(id, said('user', `${title} ${index} 日本 \ud800`), { sync: false })
  return id
}

test('an archived conversation is compressed, readable and not continued; restoring it brings back the same bytes', async () => {
  const id = await talk('Long '.repeat(30), 80)
  const bytes = await bytesOf(id)
  const head = store.get(id)
  const words = await texts(id)
  expect(await store.shelf.archive(id)).toEqual({ ...head, state: 'archived' })
  expect(store.fileOf(id)).toMatchObject({ compressed: true })
  expect((await bytesOf(id)).length).toBeLessThan(bytes.length / 4)
  for (let start = 0; start < 2; start += 1) {
    expect(await texts(id)).toEqual(words)
    await expect(store.appendMessage(id, said('user', 'more'), { sync: true })).rejects.toMatchObject({ code: 'CONVERSATION_ARCHIVED' })
    await reopen()
    expect(store.get(id)).toEqual({ ...head, state: 'archived' })
  }
  expect(await store.shelf.restore(id)).toEqual(head)
  expect(await bytesOf(id)).toEqual(bytes)
  await store.appendMessage(id, said('user', 'more'), { sync: true })
  expect(await texts(id)).toEqual([...words, 'more'])
})

test('an archived conversation can be named and tagged, and keeps it', async () => {
  const id = await talk('Old name')
  await store.shelf.archive(id)
  await store.rename(id, 'New name', { automatic: false })
  await store.setTags(id, ['kept'])
  await reopen()
  expect(store.get(id)).toMatchObject({ title: 'New name', tags: ['kept'], state: 'archived', messageCount: 3 })
  await store.shelf.restore(id)
  expect(store.get(id)).toMatchObject({ title: 'New name', tags: ['kept'], state: 'active' })
})

test('what waits or runs in a conversation keeps it from being archived', async () => {
  const { id } = await store.create({})
  await store.addTask(id, {
    taskId: newId('task'),
    turnId: newId('turn'),
    text: 'a',
    images: [],
    priority: 5,
    createdAt: new Date().toISOString(),
  })
  await expect(store.shelf.archive(id)).rejects.toMatchObject({ code: 'CONVERSATION_BUSY' })
  await expect(store.shelf.remove(id)).rejects.toMatchObject({ code: 'CONVERSATION_BUSY' })
  expect(store.get(id).state).toBe('active')
})

test('the trash gives back what was deleted, as it was, also after a restart, until it is erased', async () => {
  const active = await talk('Active')
  const archived = await talk('Archived')
  await store.shelf.archive(archived)
  const bytes = [await bytesOf(active), await bytesOf(archived)]
  await store.shelf.remove(active)
  await store.shelf.remove(archived)
  await reopen()
  expect(
    store.shelf
      .trashed()
      .map(({ conversation }) => conversation.title)
      .toSorted(),
  ).toEqual(['Active', 'Archived'])
  expect(store.files()).toEqual([])
  await store.shelf.untrash(active)
  await store.shelf.untrash(archived)
  expect([await bytesOf(active), await bytesOf(archived)]).toEqual(bytes)
  expect([store.get(active).state, store.get(archived).state]).toEqual(['active', 'archived'])
  await store.shelf.remove(active)
  await store.shelf.erase(active)
  await expect(store.shelf.untrash(active)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await readdir(join(folder, 'trash'))).toEqual([])
})

test('a crash between making the new file and removing the old one leaves the conversation in one place', async () => {
  const id = await talk('Both', 20)
  const path = store.fileOf(id).path
  const bytes = await readFile(path)
  await store.shelf.archive(id)
  const archivedPath = store.fileOf(id).path
  await store.close()
  await writeFile(path, bytes)
  await writeFile(`${archivedPath}.abc.tmp`, 'half')
  store = await run.open()
  expect(store.get(id).state).toBe('active')
  expect(await bytesOf(id)).toEqual(bytes)
  expect(await readdir(join(folder, 'archive'))).toEqual([])
})

test('a damaged archive shows what it still holds and is kept when it is restored', async () => {
  const { id } = await store.create({ title: 'Torn' })
  for (let index = 0; index < 400; index += 1)
    await store.appendMessage(id, said('user', `${index} ${newId('msg')}${newId('msg')}`.repeat(4)), { sync: false })
  await store.shelf.archive(id)
  const { path } = store.fileOf(id)
  const bytes = await readFile(path)
  await store.close()
  await writeFile(path, bytes.subarray(0, Math.floor(bytes.length / 2)))
  store = await run.open()
  const { messageCount, damagedEntries } = store.get(id)
  expect(messageCount).toBeGreaterThan(20)
  expect(damagedEntries).toBeGreaterThan(0)
  await store.shelf.restore(id)
  await store.appendMessage(id, said('user', 'goes on'), { sync: true })
  expect((await texts(id)).at(-1)).toBe('goes on')
  expect((await readdir(join(folder, 'archive'))).some((name) => name.includes('.damaged-'))).toBe(true)
})

test('archiving, restoring, reading and tagging many at once ends well, whatever the order', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, (_, index) => talk(`Talk ${index}`)))
  const wanted = new Map<string, Buffer>()
  for (const id of ids) wanted.set(id, await bytesOf(id))
  await Promise.all(
    ids.flatMap((id) => [
      store.shelf.archive(id),
      texts(id).then((found) => expect(found).toHaveLength(3)),
      store.shelf.restore(id),
      store.shelf.archive(id),
      texts(id),
      store.shelf.restore(id),
    ]),
  )
  for (const id of ids) expect(await bytesOf(id)).toEqual(wanted.get(id))
  expect(await readdir(join(folder, 'archive'))).toEqual([])
})

const everySession = async () => true

/** A question, a call of two tools with their results, and an answer; each with its entry in Claude's transcript. */
async function toolTalk(): Promise<{ id: string; ids: string[] }> {
  const { id } = await store.create({ title: 'Tools', instanceId: newId('inst') })
  await store.setSession(id, { sessionId: 'session-1', cwd: '/srv' })
  const call = (toolUseId: string): Block => ({ type: 'tool_use', toolUseId, name: 'Read', input: {} })
  const result = (toolUseId: string): Block => ({ type: 'tool_result', toolUseId, output: 'x', isError: false })
  const parts: [role: 'user' | 'assistant' | 'tool', block: Block][] = [
    ['user', { type: 'text', text: 'look' }],
    ['assistant', call('a')],
    ['assistant', call('b')],
    ['tool', result('a')],
    ['tool', result('b')],
    ['assistant', { type: 'text', text: 'seen' }],
  ]
  const ids: string[] = []
  for (const [index, [role, block]] of parts.entries())
    ids.push((await store.appendMessage(id, { role, blocks: [block], turnId: null, claudeUuid: `uuid-${index}` }, { sync: false })).id)
  return { id, ids }
}

test('a fork has what was said until the message, calls with their results, and goes on in a session of its own', async () => {
  const { id, ids } = await toolTalk()
  const lengths: number[] = []
  for (const [index, messageId] of ids.entries()) {
    const fork = await store.fork(id, { messageId }, everySession)
    lengths.push(fork.messageCount)
    expect(fork).toMatchObject({
      forkedFrom: { conversationId: id, messageId },
      sessionId: 'session-1',
      cwd: '/srv',
      costUsd: 0,
      turnCount: 0,
    })
    expect(fork.forkAt).toBe(`uuid-${fork.messageCount - 1}`)
    expect(fork.title).toBe(index === 0 ? 'Tools (fork)' : `Tools (fork ${index + 1})`)
  }
  // A call goes along with its result: the first tool's comes after the second call.
  expect(lengths).toEqual([1, 5, 5, 4, 5, 6])
  const fork = await store.fork(id, {}, everySession)
  await reopen()
  expect(store.get(fork.id)).toEqual(fork)
  await store.setSession(fork.id, { sessionId: 'session-2', cwd: '/srv' })
  expect(store.get(fork.id).forkAt).toBeUndefined()
})

test('a fork goes on in the mode and with the model that were chosen in its parent', async () => {
  const { id } = await toolTalk()
  await store.setMode(id, 'plan')
  await store.setModel(id, 'opus')
  const fork = await store.fork(id, {}, everySession)
  expect(fork).toMatchObject({ permissionMode: 'plan', model: 'opus' })
  await store.setMode(id, null)
  await reopen()
  expect(store.get(fork.id)).toEqual(fork)
  expect((await store.fork(id, {}, everySession)).permissionMode).toBeUndefined()
})

test('a fork goes on from the newest session that has the message, and says when there is none', async () => {
  const { id, ids } = await toolTalk()
  await store.setSession(id, { sessionId: 'session-2', cwd: '/srv' })
  const fork = await store.fork(id, { messageId: ids[0] }, async (sessionId) => sessionId === 'session-1')
  expect(fork.sessionId).toBe('session-1')
  const plain = await talk('Without Claude')
  const { id: alone, sessionId } = await store.fork(plain, {}, everySession)
  expect(sessionId).toBeNull()
  expect((await texts(alone)).at(-1)).toContain('no record')
  await expect(store.fork((await store.create({})).id, {}, everySession)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await expect(store.fork(id, { messageId: newId('msg') }, everySession)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a message keeps its name as a checkpoint until that is taken away', async () => {
  const { id, ids } = await toolTalk()
  const messageId = ids[5] ?? ''
  await store.setCheckpoint(id, messageId, 'Seen it')
  await store.shelf.archive(id)
  await store.setCheckpoint(id, messageId, 'Seen it all')
  await reopen()
  expect(store.get(id).checkpoints).toMatchObject([{ messageId, name: 'Seen it all' }])
  await store.setCheckpoint(id, messageId, null)
  expect(store.get(id).checkpoints).toEqual([])
})

test('an archived conversation whose file lacks the end of a turn can be restored all the same', async () => {
  const { id } = await store.create({})
  const turnId = newId('turn')
  await store.appendMessage(id, { ...said('user', 'go'), turnId }, { sync: true })
  await store.close()
  const path = join(folder, 'conversations', `${id}.jsonl`)
  const bytes = await readFile(path)
  await rm(path)
  await writeFile(join(folder, 'archive', `${id}.jsonl.gz`), gzipSync(bytes))
  store = await run.open()
  expect(await store.unfinished()).toEqual([])
  await store.shelf.restore(id)
  expect(await readFile(path)).toEqual(bytes)
  expect((await store.unfinished(id)).map((turn) => turn.turnId)).toEqual([turnId])
})

test('where the archive cannot be written, a conversation stays as it is and goes on', async () => {
  const id = await talk('Stays')
  const bytes = await bytesOf(id)
  await rm(join(folder, 'archive'), { recursive: true })
  await writeFile(join(folder, 'archive'), 'in the way')
  await expect(store.shelf.archive(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  expect(store.get(id).state).toBe('active')
  expect(await bytesOf(id)).toEqual(bytes)
  await store.appendMessage(id, said('user', 'goes on'), { sync: true })
  expect((await texts(id)).at(-1)).toBe('goes on')
  await rm(join(folder, 'archive'))
})

test('a conversation holds all sessions it ever had, and a fork its parent has not', async () => {
  const { id, ids } = await toolTalk()
  await store.setSession(id, { sessionId: 'session-2', cwd: '/srv' })
  const owners = new SessionOwners(store.sessions())
  const fork = await store.fork(id, { messageId: ids[0] }, everySession)
  owners.note(fork)
  expect(['session-1', 'session-2'].map((session) => owners.of(session))).toEqual([id, id])
  owners.note(await store.setSession(fork.id, { sessionId: 'session-3', cwd: '/srv' }))
  expect(['session-1', 'session-2', 'session-3'].map((session) => owners.of(session))).toEqual([id, id, fork.id])
  owners.drop(fork.id)
  await reopen()
  const again = new SessionOwners(store.sessions())
  expect(['session-1', 'session-2', 'session-3'].map((session) => again.of(session))).toEqual([id, id, fork.id])
  expect(owners.of('session-3')).toBeNull()
})
