import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '../storage/id.ts'
import { ConversationStore } from './conversation-store.ts'
import type { ConversationStoreOptions } from './store-input.ts'
import { said } from './store-fixtures.ts'

let folder: string
let store: ConversationStore

/** With this, every store starts as one with very many conversations does. */
const many = { manyFiles: 0 }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-start-'))
  store = await open()
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(options: Partial<ConversationStoreOptions> = many): Promise<ConversationStore> {
  store = await ConversationStore.open({ folder, onChange: () => {}, log: pino({ level: 'silent' }), ...options })
  return store
}

/** Ends the app and starts it; what is passed has its own summaries of all. */
async function reopen(options: Partial<ConversationStoreOptions> = many): Promise<ConversationStore> {
  await store.close()
  return open(options)
}

const pathOf = (id: string) => join(folder, 'conversations', `${id}.jsonl`)

async function made(titles: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const title of titles) {
    const { id } = await store.create({ title })
    await store.appendMessage(id, said('user', `about ${title}`), { sync: false })
    ids.push(id)
  }
  // A store of few conversations saves all summaries when it closes.
  await reopen({ manyFiles: 1_000 })
  await store.setTags(ids[0] ?? '', ['known'])
  await store.close()
  return ids
}

async function changeOutside(id: string, from: string, to: string): Promise<void> {
  await writeFile(pathOf(id), (await readFile(pathOf(id), 'utf8')).replace(from, to))
}

async function titles(): Promise<string[]> {
  return (await store.list({ state: 'active', limit: 100 })).items.map(({ title }) => title).toSorted()
}

test('files that were changed, added, removed or damaged while the app was down are found, and told', async () => {
  const [same, changed, gone, damaged] = await made(['Same', 'Changed', 'Gone', 'Damaged'])
  if (!same || !changed || !gone || !damaged) throw new Error('not made')
  await changeOutside(changed, '"title":"Changed"', '"title":"By hand"')
  await rm(pathOf(gone))
  await changeOutside(damaged, '"type":"message"', '"type":"messa')
  const added = newId('conv')
  await writeFile(pathOf(added), (await readFile(pathOf(same), 'utf8')).replaceAll(same, added).replace('"Same"', '"Added"'))
  const told: string[] = []
  await open({ ...many, onRead: ({ id }, wasChanged) => wasChanged && told.push(id) })
  expect(store.has(gone)).toBe(false)
  await store.settled()
  expect(await titles()).toEqual(['Added', 'By hand', 'Damaged', 'Same'])
  expect(store.get(damaged).damagedEntries).toBe(1)
  expect(told.toSorted()).toEqual([changed, damaged].toSorted())
})

test('whoever asks for a conversation, or for the newest, right after the start gets what its file says', async () => {
  const [, changed] = await made(['One', 'Two'])
  if (!changed) throw new Error('not made')
  await changeOutside(changed, '"title":"Two"', '"title":"Deux"')
  await open()
  expect(store.get(changed).title).toBe('Deux')
  await reopen()
  expect(await titles()).toEqual(['Deux', 'One'])
  await reopen()
  expect((await store.list({ state: 'all', limit: 100 })).items.map(({ title }) => title).toSorted()).toEqual(['Deux', 'One'])
  expect(store.heads()).toHaveLength(2)
})

test('prompts that wait and turns without an end are found at once after a kill, also where a summary knows nothing of them', async () => {
  const [waits, runs] = await made(['Waits', 'Runs', 'Rests'])
  if (!waits || !runs) throw new Error('not made')
  await open()
  const task = { taskId: newId('task'), turnId: newId('turn'), text: 'later', images: [], priority: 5, createdAt: new Date().toISOString() }
  await store.addTask(waits, task)
  const turnId = newId('turn')
  await store.appendMessage(runs, said('user', 'now', turnId), { sync: true })
  // Killed: nobody closes this one.
  const killed = store
  const told: string[] = []
  await open({
    ...many,
    onOpenWork: (id) => {
      told.push(id)
      return Promise.resolve()
    },
  })
  expect(store.waitingTasks().map(({ taskId }) => taskId)).toEqual([task.taskId])
  expect((await store.unfinished()).map((turn) => turn.turnId)).toEqual([turnId])
  await killed.close()
})

test('open work that no list tells of is found a little later, or when somebody opens the conversation, and told once', async () => {
  const [first, second] = await made(['First', 'Second'])
  if (!first || !second) throw new Error('not made')
  for (const id of [first, second]) {
    const message = { id: newId('msg'), role: 'user', text: 'x', blocks: [], turnId: newId('turn') }
    const line = JSON.stringify({ type: 'message', seq: 50, at: new Date().toISOString(), message })
    await writeFile(pathOf(id), `${await readFile(pathOf(id), 'utf8')}${line}\n`)
  }
  const told: string[] = []
  const onOpenWork = (id: string) => {
    told.push(id)
    return Promise.resolve()
  }
  await open({ ...many, onOpenWork })
  expect(told).toEqual([])
  await store.appendMessage(first, said('user', 'on it'), { sync: false })
  expect(told).toEqual([first])
  await store.settled()
  expect(told).toEqual([first, second])
})

test('work in the background that the last run left is found a little later too, and what begins in this run is left alone', async () => {
  const [first, second] = await made(['First', 'Second'])
  if (!first || !second) throw new Error('not made')
  const running = { id: 'b1', kind: 'command', description: 'sleep', since: new Date().toISOString() }
  const tasks = [running]
  const line = JSON.stringify({ type: 'background', seq: 60, at: new Date().toISOString(), tasks, note: null })
  await writeFile(pathOf(first), `${await readFile(pathOf(first), 'utf8')}${line}\n`)
  const told: string[] = []
  await open({
    ...many,
    onOpenWork: (id) => {
      told.push(id)
      return Promise.resolve()
    },
  })
  const background = store.get(first).background ?? []
  expect(background).toHaveLength(1)
  await store.setBackground(second, { tasks: background, note: null })
  await store.settled()
  expect(told).toEqual([first])
})

test('without the list of what was touched, or with one of another time, all files are looked at before anybody works', async () => {
  const [id] = await made(['Waits'])
  if (!id) throw new Error('not made')
  const list = join(folder, 'summaries.touched')
  for (const damage of [() => rm(list), () => writeFile(list, 'saving another\n'), () => writeFile(list, Buffer.alloc(50))]) {
    await open()
    const task = { taskId: newId('task'), turnId: newId('turn'), text: 'x', images: [], priority: 5, createdAt: new Date().toISOString() }
    await store.addTask(id, task)
    await store.close()
    await damage()
    await open()
    expect(store.waitingTasks()).toMatchObject([{ taskId: task.taskId }])
    await store.dropTask(id, task.taskId, 'withdrawn')
    await store.close()
  }
})

test('whatever happens to the summaries, everything is shown as the files say', async () => {
  await made(['One', 'Two', 'Three'])
  await open()
  const heads = store.heads().toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await store.close()
  const path = join(folder, 'summaries.jsonl')
  const whole = await readFile(path)
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
      const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole)
      if (!cut) bytes[at] = byte
      await writeFile(path, bytes)
      await open()
      await store.settled()
      expect(store.heads().toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(heads)
      expect(await titles()).toEqual(['One', 'Three', 'Two'])
      for (const { id } of store.heads()) expect((await store.messages(id, { limit: 5, superseded: false })).items).toHaveLength(1)
      await store.close()
    }),
    { numRuns: 60 },
  )
})

test('the very first start with many files gives the newest page as the files say, and all of them a little later', async () => {
  const ids: string[] = []
  await mkdir(join(folder, 'conversations'), { recursive: true })
  for (let index = 0; index < 600; index += 1) {
    const id = newId('conv')
    const at = new Date(Date.UTC(2026, 0, 1) + ((index * 7919) % 600) * 1_000).toISOString()
    const header = { type: 'conversation', version: 1, id, seq: 0, at, title: `Number ${index}`, titleIsAutomatic: false }
    const rest = { instanceId: null, source: null, target: null, cwd: null }
    await writeFile(pathOf(id), `${JSON.stringify({ ...header, ...rest })}\n`)
    await utimes(pathOf(id), 0, 0)
    ids.push(id)
  }
  await reopen()
  const newest = (await store.list({ state: 'active', limit: 5 })).items.map(({ updatedAt }) => Date.parse(updatedAt) / 1_000)
  const first = Date.UTC(2026, 0, 1) / 1_000
  expect(newest).toEqual([599, 598, 597, 596, 595].map((second) => first + second))
  await store.settled()
  expect(store.heads().filter(({ title }) => title.startsWith('Number ')).length).toBe(600)
  await reopen()
  expect(store.get(ids[17] ?? '').title).toBe('Number 17')
})

test('a file that moved into the archive of the folder while the app was down is archived', async () => {
  const [id] = await made(['Moves', 'Stays'])
  if (!id) throw new Error('not made')
  await open()
  await store.shelf.archive(id)
  await reopen()
  expect(store.get(id)).toMatchObject({ state: 'archived', title: 'Moves' })
  await rename(join(folder, 'archive', `${id}.jsonl.gz`), join(folder, 'archive', `${id}.away`))
  await reopen()
  expect(store.has(id)).toBe(false)
})
