import { readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Turn } from '../../../shared/domain/turn.ts'
import { newId } from '../storage/id.ts'
import type { ConversationStore } from './conversation-store.ts'
import { said, StoreRun } from './store-fixtures.ts'

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

function endedTurn(conversationId: string, id: string, change: Partial<Turn> = {}): Turn {
  return {
    id,
    conversationId,
    instanceId: null,
    outcome: 'done',
    text: 'Done.',
    timing: { waitedMs: 1, allocatedMs: 1, startedMs: 2, firstTokenMs: 3, totalMs: 4, toolMs: 0, approvalMs: 0, origin: 'warm' },
    usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
    costUsd: 0.25,
    model: 'claude',
    retries: 0,
    startedAt: new Date().toISOString(),
    endedAt: new Date().toISOString(),
    ...change,
  }
}

const latest = { limit: 500, superseded: false }

test.runIf(process.platform === 'linux')('ten times as many conversations hold no more files open', async () => {
  const openFiles = async (): Promise<number> => {
    const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
    return (await Promise.all(links)).filter((path) => path.startsWith(folder)).length
  }
  const make = async (count: number): Promise<number> => {
    for (let made = 0; made < count; made += 1) {
      const { id } = await store.create({ source: 'api' })
      const turnId = newId('turn')
      await store.appendMessage(id, said('user', `Hello ${made}`, turnId), { sync: false })
      await store.appendTurn(id, endedTurn(id, turnId), { sync: false })
    }
    return openFiles()
  }
  const before = await make(40)
  expect(await make(360)).toBeLessThanOrEqual(before)
})

test('everything of a conversation is there again after a restart', async () => {
  const { id } = await store.create({ source: 'api' })
  const turnId = newId('turn')
  const message = await store.appendMessage(id, said('user', 'Hello\u0000 😀 \ud800', turnId), { sync: true })
  await store.appendTurn(id, endedTurn(id, turnId), { sync: true })
  await store.rename(id, 'Named', { automatic: false })
  await store.setTags(id, ['a', 'b', 'a'])
  await store.setSession(id, { sessionId: 'session', cwd: '/srv' })
  const before = store.get(id)
  expect(before).toMatchObject({
    title: 'Named',
    tags: ['a', 'b'],
    sessionId: 'session',
    messageCount: 1,
    turnCount: 1,
    costUsd: 0.25,
    source: 'api',
  })
  await reopen()
  expect(store.get(id)).toEqual(before)
  expect((await store.messages(id, latest)).items).toEqual([message])
  expect(await store.turns(id, 10)).toEqual([endedTurn(id, turnId, store.get(id).lastTurn ?? {})])
})

test('pages of any size, in both directions, hold every message once and in order', async () => {
  const { id } = await store.create({})
  const all = await Promise.all(
    Array.from({ length: 45 }, (_, index) => store.appendMessage(id, said('user', `${index}`), { sync: false })),
  )
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.boolean(), async (limit, backwards) => {
      const seen: string[] = []
      let cursor: number | undefined = backwards ? undefined : -1
      for (;;) {
        const place = cursor === undefined ? {} : backwards ? { before: cursor } : { after: cursor }
        const { items, nextCursor } = await store.messages(id, { limit, superseded: false, ...place })
        const page = items.map((message) => message.text)
        if (backwards) seen.unshift(...page)
        else seen.push(...page)
        if (nextCursor === null) break
        cursor = Number(nextCursor)
      }
      expect(seen).toEqual(all.map((message) => message.text))
    }),
    { numRuns: 30 },
  )
})

test('the newest page is the same whether the whole file was read before or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(30), { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(20_000),
      async (edits, limit, size) => {
        const { id } = await store.create({})
        for (let index = 0; index < 25; index += 1)
          await store.appendMessage(id, said('user', `${index} ${'x'.repeat(size)}`), { sync: false })
        for (const at of edits) {
          const { items } = await store.messages(id, latest)
          const target = items[at % items.length]
          if (target) await store.supersede(id, target.id)
          await store.appendMessage(id, said('user', `edit ${at}`), { sync: false })
        }
        for (let turn = 0; turn < edits.length; turn += 1) await store.appendTurn(id, endedTurn(id, newId('turn')), { sync: false })
        const page = { limit, superseded: false }
        const fromMemory = [await store.messages(id, page), await store.turns(id, limit)]
        await reopen()
        expect([await store.messages(id, page), await store.turns(id, limit)]).toEqual(fromMemory)
        await store.shelf.remove(id)
      },
    ),
    { numRuns: 25 },
  )
})

test('an edit takes the place of a message and what follows; the old ones stay readable', async () => {
  const { id } = await store.create({})
  await store.appendMessage(id, said('user', 'one'), { sync: false })
  await store.appendMessage(id, said('assistant', 'answer one', null, 'uuid-1'), { sync: false })
  const two = await store.appendMessage(id, said('user', 'two'), { sync: false })
  const answer = await store.appendMessage(id, said('assistant', 'answer two', null, 'uuid-2'), { sync: false })
  await expect(store.supersede(id, answer.id)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(await store.supersede(id, two.id)).toEqual({ fromSeq: two.seq, toSeq: answer.seq, previousUuid: 'uuid-1' })
  await store.appendMessage(id, said('user', 'two, changed'), { sync: true })
  await reopen()
  expect(await texts(id)).toEqual(['one', 'answer one', 'two, changed'])
  expect(store.get(id).messageCount).toBe(3)
  expect(
    (await store.messages(id, { limit: 10, superseded: true })).items.filter((message) => message.superseded).map(({ text }) => text),
  ).toEqual(['two', 'answer two'])
  await expect(store.supersede(id, two.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a prompt that waits survives a restart with its changes, until it is sent or withdrawn', async () => {
  const { id } = await store.create({})
  const prompts = ['a', 'b', 'c'].map((text) => ({
    taskId: newId('task'),
    turnId: newId('turn'),
    text,
    images: [],
    priority: 5,
    createdAt: new Date().toISOString(),
  }))
  for (const prompt of prompts) await store.addTask(id, prompt)
  const [a, b, c] = prompts
  if (!a || !b || !c) throw new Error('Three prompts were made.')
  await store.editTask(id, a.taskId, { text: 'a, changed', priority: 9 })
  await store.dropTask(id, b.taskId, 'withdrawn')
  // Sent, but the app ended before it could say that it waits no longer.
  await store.appendMessage(id, said('user', 'c', c.turnId), { sync: true })
  await reopen()
  expect(store.waitingTasks()).toEqual([{ ...a, text: 'a, changed', priority: 9, conversationId: id }])
})

test('a turn without an end is found after a restart, with its streamed text and its tools', async () => {
  const { id } = await store.create({})
  const turnId = newId('turn')
  await store.appendMessage(id, said('user', 'go', turnId), { sync: true })
  await store.appendTool(id, {
    toolUseId: 'tool-1',
    turnId,
    name: 'Bash',
    state: 'running',
    durationMs: null,
    startedAt: new Date().toISOString(),
  })
  for (const text of ['Hel', 'lo', ' you']) store.journal(id, { turnId, providerId: 'm1', kind: 'text', index: 0, text })
  store.discardJournal(turnId, 'm0')
  expect(store.get(id).lastTurn).toMatchObject({ id: turnId, outcome: null })
  await reopen()
  const [found, ...others] = await store.unfinished()
  expect(others).toEqual([])
  expect(found).toMatchObject({ conversationId: id, turnId, tools: [{ name: 'Bash' }], streamed: [{ text: 'Hello you' }] })
  await store.appendTurn(id, endedTurn(id, turnId, { outcome: 'lost' }), { sync: true })
  await store.settle(id, turnId)
  expect(await readdir(join(folder, 'live'))).toEqual([])
  await reopen()
  expect(await store.unfinished()).toEqual([])
})

test('text of a stream that began anew is not counted twice', async () => {
  const { id } = await store.create({})
  const turnId = newId('turn')
  await store.appendMessage(id, said('user', 'go', turnId), { sync: true })
  store.journal(id, { turnId, providerId: 'm1', kind: 'text', index: 0, text: 'first try' })
  store.discardJournal(turnId, 'm1')
  store.journal(id, { turnId, providerId: 'm1', kind: 'text', index: 0, text: 'second' })
  await reopen()
  expect((await store.unfinished())[0]?.streamed.map(({ text }) => text)).toEqual(['second'])
})

test('the list gives every conversation once, newest change first, whatever the page size', async () => {
  const ids: string[] = []
  for (let index = 0; index < 12; index += 1) ids.push((await store.create({ title: `${index}` })).id)
  const first = ids[0] ?? ''
  const newest = Date.now()
  while (Date.now() === newest) await new Promise((resolve) => setImmediate(resolve))
  await store.rename(first, 'touched', { automatic: false })
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await store.list({ state: 'active', limit: 5, cursor })
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toHaveLength(12)
  expect(new Set(seen)).toEqual(new Set(ids))
  expect(seen[0]).toBe(first)
  await expect(store.list({ state: 'active', limit: 5, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('unchanged files are known from their summary, changed ones are read', async () => {
  const { id } = await store.create({ title: 'Kept' })
  const { id: other } = await store.create({ title: 'Changed outside' })
  await store.close()
  const path = join(folder, 'conversations', `${other}.jsonl`)
  await writeFile(path, (await readFile(path, 'utf8')).replace('Changed outside', 'By hand'))
  store = await run.open()
  expect([store.get(id).title, store.get(other).title]).toEqual(['Kept', 'By hand'])
})

test('more conversations than are kept in memory take entries at the same time without losing one', async () => {
  const made = await Promise.all(Array.from({ length: 60 }, () => store.create({})))
  await Promise.all(made.flatMap(({ id }) => ['a', 'b', 'c'].map((text) => store.appendMessage(id, said('user', text), { sync: false }))))
  for (const { id } of made) expect(await texts(id)).toEqual(['a', 'b', 'c'])
})

test('whatever happens to a file, the entries that can be read are there and the rest is counted', async () => {
  const { id } = await store.create({})
  for (let index = 0; index < 8; index += 1) await store.appendMessage(id, said('user', `text ${index}`), { sync: false })
  await store.close()
  const path = join(folder, 'conversations', `${id}.jsonl`)
  const original = await readFile(path)
  const mutation = fc.record({ at: fc.nat(original.length - 1), remove: fc.nat(60), insert: fc.uint8Array({ maxLength: 20 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      let bytes = original
      for (const { at, remove, insert } of mutations) bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)])
      await writeFile(path, bytes)
      store = await run.open()
      const whole = bytes
        .toString('latin1')
        .split('\n')
        .filter((line) => original.toString('latin1').split('\n').includes(line) && line.includes('"type":"message"'))
      const read = await texts(id)
      expect(read.length).toBeGreaterThanOrEqual(new Set(whole).size)
      await store.appendMessage(id, said('user', 'after'), { sync: true })
      expect(await texts(id)).toContain('after')
      await store.close()
      store = await run.open()
      expect(await texts(id)).toEqual([...read, 'after'])
      await store.close()
    }),
    { numRuns: 60 },
  )
  store = await run.open()
})

test('a deleted conversation is gone, also after a restart', async () => {
  const { id } = await store.create({})
  await store.shelf.remove(id)
  expect(store.has(id)).toBe(false)
  await expect(store.messages(id, latest)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await reopen()
  expect(store.has(id)).toBe(false)
})

test('a cost that is not known makes the sum unknown, a turn that never began does not', async () => {
  const { id } = await store.create({})
  const timing = { ...endedTurn(id, newId('turn')).timing, startedMs: null }
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  await store.appendTurn(id, endedTurn(id, newId('turn'), { outcome: 'failed', costUsd: null, timing, usage }), { sync: true })
  await store.appendTurn(id, endedTurn(id, newId('turn')), { sync: true })
  expect(store.get(id).costUsd).toBe(0.25)
  await store.appendTurn(id, endedTurn(id, newId('turn'), { costUsd: null }), { sync: true })
  expect(store.get(id)).toMatchObject({ costUsd: null, usage: { input: 2, output: 4 } })
})

test('what comes after the end is refused, and keeps nobody from ending', async () => {
  const { id } = await store.create({})
  await store.close()
  await expect(store.appendMessage(id, said('user', 'late'), { sync: true })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  store = await run.open()
})
