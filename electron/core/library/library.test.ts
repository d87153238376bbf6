import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patienceMs } from '../../../e2e/support/until.ts'
import type { PoolEvent } from '../../../shared/domain/event.ts'
import { libraryQuerySchema } from '../../../shared/domain/library.ts'
import { vaultSessionSchema } from '../../../shared/domain/vault.ts'
import { ConversationStore } from '../conversations/conversation-store.ts'
import { EventLog } from '../events/event-log.ts'
import { newId } from '../storage/id.ts'
import { Library } from './library.ts'

const log = pino({ level: 'silent' })
const query = (change: Record<string, unknown> = {}) => libraryQuerySchema.parse(change)
const all = { offset: 0, limit: 100 }
let folder: string
let store: ConversationStore
let events: EventLog<PoolEvent>
let library: Library
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-library-'))
  await open()
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true, force: true })
})

async function open(sessions: unknown[] = []): Promise<void> {
  events = new EventLog<PoolEvent>({ sync: (seq) => ({ type: 'sync', seq }), maxEvents: 100 })
  store = await ConversationStore.open({
    folder,
    onChange: ({ id }) => library?.changed([id]),
    onRemove: (id) => library?.changed([id]),
    log,
  })
  const moves = {
    archive: (id: string) => store.shelf.archive(id),
    restore: (id: string) => (store.has(id) ? store.shelf.restore(id) : store.shelf.untrash(id)),
    remove: (id: string) => store.shelf.remove(id),
  }
  const heads = sessions.map((session) => vaultSessionSchema.parse(session))
  library = new Library({
    conversations: store,
    moves,
    sessions: { sessions: () => heads, find: (id) => heads.find(({ sessionId }) => sessionId === id) ?? null },
    events,
    log,
  })
}

async function close(): Promise<void> {
  library.close()
  await store.close()
  events.close()
}

const titles = async (change: Record<string, unknown> = {}) => (await library.window(query(change), all)).items.map(({ title }) => title)

test('many are archived, tagged, deleted and restored; those that cannot be are named with the reason', async () => {
  const [a, b, busy] = await Promise.all(['a', 'b', 'busy'].map((title) => store.create({ title })))
  if (!a || !b || !busy) throw new Error('Three conversations were made.')
  const turnId = newId('turn')
  await store.appendMessage(busy.id, { role: 'user', blocks: [{ type: 'text', text: 'go' }], turnId }, { sync: true })
  const ids = [a.id, b.id, busy.id]
  expect(await library.act('archive', ids, [])).toMatchObject({
    done: [a.id, b.id],
    refused: [{ id: busy.id, title: 'busy', code: 'CONVERSATION_BUSY' }],
  })
  expect(await library.act('archive', [a.id], [])).toEqual({ done: [], refused: [] })
  expect((await library.act('tag', [a.id, busy.id], ['x'])).done.toSorted()).toEqual([a.id, busy.id].toSorted())
  expect((await titles({ tag: 'x' })).toSorted()).toEqual(['a', 'busy'])
  expect((await library.facets()).tags).toEqual([{ value: 'x', count: 2 }])
  await library.act('delete', [a.id], [])
  expect(await titles({ state: 'trash' })).toEqual(['a'])
  expect((await titles()).toSorted()).toEqual(['b', 'busy'])
  await library.act('restore', [a.id, b.id], [])
  expect(store.get(a.id)).toMatchObject({ state: 'archived', tags: ['x'] })
  expect(store.get(b.id).state).toBe('active')
})

test('a clean-up takes what is old enough and large enough, and nothing by itself', async () => {
  const small = await store.create({ title: 'small' })
  const large = await store.create({ title: 'large' })
  await store.appendMessage(large.id, { role: 'user', blocks: [{ type: 'text', text: 'x'.repeat(5_000) }], turnId: null }, { sync: true })
  expect((await library.cleanUp({ state: 'active', minBytes: 4_000 })).ids).toEqual([large.id])
  expect((await library.cleanUp({ state: 'active', olderThanDays: 1 })).ids).toEqual([])
  const everything = await library.cleanUp({ state: 'all', olderThanDays: 0 })
  expect(everything.ids).toEqual([large.id, small.id])
  expect(everything.bytes).toBe(store.bytes(large.id) + store.bytes(small.id))
  expect(await titles()).toHaveLength(2)
})

test('the trash gives up what lies in it for more than 30 days, and no sooner', async () => {
  const [old, young] = await Promise.all(['old', 'young'].map((title) => store.create({ title })))
  if (!old || !young) throw new Error('Two conversations were made.')
  await library.act('delete', [old.id, young.id], [])
  await close()
  const trash = join(folder, 'trash')
  const daysAgo = (days: number) => Date.now() - days * 86_400_000
  for (const name of await readdir(trash)) {
    const [id] = name.split('.')
    await rename(join(trash, name), join(trash, `${id}.${daysAgo(id === old.id ? 31 : 29)}.jsonl`))
  }
  await open()
  await vi.waitFor(async () => expect(await titles({ state: 'trash' })).toEqual(['young']), patienceMs)
  expect(await library.emptyTrash()).toBe(1)
  expect(await readdir(trash)).toEqual([])
})

test('sessions of Claude Code stand among the conversations unless one of ours holds them', async () => {
  const { id } = await store.create({ title: 'ours' })
  const session = {
    agentsOnly: false,
    source: 'claude',
    cwd: '/srv/api',
    model: null,
    messageCount: 3,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-02T00:00:00.000Z',
    bytes: 100,
    isInClaude: true,
    deletedByClaudeAt: '2026-02-01T00:00:00.000Z',
    costUsd: null,
    agentCount: 0,
    damagedLines: 0,
    versions: 0,
    inTrash: false,
  }
  await close()
  await open([
    { ...session, sessionId: 'one', title: 'theirs', parentSessionId: null, conversationId: null },
    { ...session, sessionId: 'two', title: 'held by ours', parentSessionId: null, conversationId: id },
    { ...session, sessionId: 'three', title: 'a fork of theirs', parentSessionId: 'one', conversationId: null },
  ])
  expect((await titles()).toSorted()).toEqual(['a fork of theirs', 'ours', 'theirs'])
  expect((await library.window(query({ state: 'claude', folder: '/srv/api' }), all)).total).toBe(2)
  expect(await library.ids(query())).toEqual([id])
})
