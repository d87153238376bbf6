import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SmallDisk } from '../../../e2e/support/full-disk.ts'
import { newId } from '../storage/id.ts'
import { Problems } from '../storage/problems.ts'
import { TaskStore } from './task-store.ts'
import { TaskLog } from './task-log.ts'
import { newRecord, type TaskInput } from './queue-task.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-queue-'))
  path = join(folder, 'tasks.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const input = (text: string): TaskInput => ({ text, priority: 5, retries: 2, retryDelaySeconds: 5 })
const record = (text: string, batchId: string | null = null) =>
  newRecord(input(text), { batchId, asked: false, rank: Number(text.replace(/\D/g, '')) })

async function opened(watch: { problems?: Problems } = {}): Promise<TaskStore> {
  const store = new TaskStore({ open: (kept) => TaskLog.open(path, kept, watch), onWork: () => {}, onQueue: () => {} })
  await store.open()
  return store
}

const waiting = (store: TaskStore) => store.line.all().map((work) => work.record.text)

test('what is written at the same time comes to the file in the order in which it happened', async () => {
  const first = await opened()
  const [a, b, c] = ['task 1', 'task 2', 'task 3'].map((text) => first.addKept(record(text)))
  if (!a || !b || !c) throw new Error('There are three.')
  first.settleSoon(a, { state: 'done' })
  // The first writes all that nobody has written, the second one change alone, which is quicker put into words.
  await Promise.all([first.change(b, { state: 'running' }), first.change(c, { state: 'running' })])
  await first.close()
  const second = await opened()
  expect([a, b, c].map(({ id }) => second.get(id).record.state)).toEqual(['done', 'running', 'running'])
})

test('work, what became of it, and its order are there after the next start', async () => {
  const first = await opened()
  const [one, two] = await first.add(
    ['task 1', 'task 2', 'task 3'].map((text) => record(text)),
    null,
  )
  if (!one || !two) throw new Error('There are three.')
  await first.change(one, { state: 'done', endedAt: '2026-03-01T08:00:00.000Z' })
  await first.change(two, { rank: 99, text: 'task two' })
  await first.close()
  const second = await opened()
  expect(waiting(second)).toEqual(['task 3', 'task two'])
  expect(second.ended().map((work) => work.record)).toEqual([one.record])
  await second.close()
})

test('what a change does not name stays as it was', async () => {
  const first = await opened()
  const attachment = { type: 'shell', command: 'ls', stdout: 'a b', stderr: '', exitCode: 0 } as const
  const [work] = await first.add(
    [newRecord({ ...input('task 1'), attachments: [attachment] }, { batchId: null, asked: true, rank: 1 })],
    null,
  )
  if (!work) throw new Error('There is one.')
  await first.change(work, { hasEffects: true, conversationIsNew: true, callerGone: true })
  await first.change(work, { priority: 7 })
  await first.close()
  const second = await opened()
  expect(second.line.all().map(({ record: kept }) => kept)).toEqual([work.record])
  expect(work.record).toMatchObject({ hasEffects: true, conversationIsNew: true, callerGone: true, attachments: [attachment], priority: 7 })
  await second.close()
})

test('a batch keeps its counts, and a task that begins anew is counted anew', async () => {
  const first = await opened()
  const batch = { id: newId('batch'), title: 'task 1', createdAt: '2026-03-01T08:00:00.000Z', total: 2, done: 0, failed: 0, cancelled: 0 }
  const [one, two] = await first.add([record('task 1', batch.id), record('task 2', batch.id)], batch)
  if (!one || !two) throw new Error('There are two.')
  await first.change(one, { state: 'running' })
  await first.change(one, { state: 'done', endedAt: '2026-03-01T08:00:01.000Z' })
  await first.change(two, { state: 'failed', endedAt: '2026-03-01T08:00:02.000Z' })
  await first.change(two, { state: 'waiting', endedAt: null })
  expect(first.batch(batch.id)).toMatchObject({ total: 2, waiting: 1, running: 0, done: 1, failed: 0 })
  await first.close()
  const second = await opened()
  expect(second.batch(batch.id)).toMatchObject({ total: 2, waiting: 1, running: 0, done: 1, failed: 0 })
  await second.close()
})

test('a torn tail, which nobody was told of, costs nothing and is not told', async () => {
  const first = await opened()
  await first.add([record('task 1')], null)
  await first.close()
  await appendFile(path, '{"type":"work","work":{"id":"task_x"')
  const problems = new Problems()
  const second = await opened({ problems })
  await second.add([record('task 2')], null)
  await second.close()
  const third = await opened({ problems })
  expect(waiting(third)).toEqual(['task 1', 'task 2'])
  expect(problems.list()).toEqual([])
  await third.close()
})

test('a file with a line that cannot be read is kept aside and told of, once; whatever else it holds goes on', async () => {
  const first = await opened()
  await first.add([record('task 1'), record('task 2')], null)
  await first.close()
  const damaged = `not json\n${await readFile(path, 'utf8')}`
  await writeFile(path, damaged)
  const problems = new Problems()
  const second = await opened({ problems })
  expect(waiting(second)).toEqual(['task 1', 'task 2'])
  const [problem] = problems.list()
  expect(problem?.message).toMatch(/^A line of tasks\.jsonl could not be read/)
  expect(await readFile(problem?.path ?? '', 'utf8')).toBe(damaged)
  await second.close()
  const again = new Problems()
  const third = await opened({ problems: again })
  expect(waiting(third)).toEqual(['task 1', 'task 2'])
  expect(again.list()).toEqual([])
  await third.close()
})

test('a damaged file on a full disk is told of and stays as it is; it is kept aside at a start that has room', async (context) => {
  const disk = await SmallDisk.mount(1)
  if (!disk) return context.skip()
  path = join(disk.folder, 'tasks.jsonl')
  const first = await opened()
  await first.add([record('task 1')], null)
  await first.close()
  const damaged = `not json\n${await readFile(path, 'utf8')}`
  await writeFile(path, damaged)
  disk.fill()
  const problems = new Problems()
  const second = await opened({ problems })
  expect(waiting(second)).toEqual(['task 1'])
  expect(problems.list().map(({ message }) => message)).toEqual([expect.stringContaining('The file was left as it is.')])
  expect(await readFile(path, 'utf8')).toBe(damaged)
  await second.close()
  await disk.free()
  const again = new Problems()
  const third = await opened({ problems: again })
  expect(waiting(third)).toEqual(['task 1'])
  expect(await readFile(again.list()[0]?.path ?? '', 'utf8')).toBe(damaged)
  await third.close()
  await disk.unmount()
})

test.each(['\0\0', '\xff\xfe'])('a task whose end cannot be read (%j) is not run again by itself, and says why', async (damage) => {
  const batch = { id: newId('batch'), title: 'task 1', createdAt: '2026-03-01T08:00:00.000Z', total: 2, done: 0, failed: 0, cancelled: 0 }
  const first = await opened()
  const [one] = await first.add([record('task 1', batch.id), record('task 2', batch.id)], batch)
  if (!one) throw new Error('There are two.')
  await first.change(one, { state: 'done', endedAt: '2026-03-01T08:00:00.000Z' })
  await first.close()
  const bytes = await readFile(path)
  bytes.write(damage, bytes.indexOf('"done",'), 'latin1')
  await writeFile(path, bytes)
  const second = await opened()
  expect(waiting(second)).toEqual(['task 2'])
  expect(second.ended()).toMatchObject([{ record: { id: one.id, state: 'failed', error: { code: 'RECORD_DAMAGED' } } }])
  expect(second.batch(batch.id)).toMatchObject({ total: 2, waiting: 1, failed: 1, done: 0 })
  await second.close()
})

test('ten thousand fit, and one more is refused as a whole with the time after which to try again', async () => {
  const store = await opened()
  await store.add(
    Array.from({ length: 9_999 }, (_, index) => record(`task ${index}`)),
    null,
  )
  await expect(store.add([record('task 10001'), record('task 10002')], null)).rejects.toMatchObject({
    code: 'LIMIT_REACHED',
    data: { free: 1, retryAfterSeconds: 10 },
  })
  await store.add([record('task 10003')], null)
  expect(store.line.length).toBe(10_000)
  await store.close()
})

test('the file is written anew before what is stale in it outgrows the rest', async () => {
  const store = await opened()
  const [work] = await store.add([record('task 1')], null)
  if (!work) throw new Error('There is one.')
  for (let round = 0; round < 6; round += 1) {
    await Promise.all(Array.from({ length: 5_000 }, (_, index) => store.change(work, { priority: index % 10 })))
  }
  await store.change(work, { priority: 7 })
  await store.close()
  expect((await stat(path)).size).toBeLessThan(20_000 * 130)
  expect((await readFile(path, 'utf8')).split('\n').length).toBeLessThan(21_000)
  const again = await opened()
  expect(again.line.all()[0]?.record).toMatchObject({ text: 'task 1', priority: 7 })
  await again.close()
})

test('a file that was deleted is made again with all that it held', async () => {
  const store = await opened()
  await store.add([record('task 1')], null)
  await rm(path)
  await expect(store.add([record('task 2')], null)).rejects.toMatchObject({ code: 'DATA_FOLDER_MISSING' })
  await store.add([record('task 3')], null)
  await store.close()
  const second = await opened()
  expect(waiting(second)).toEqual(['task 1', 'task 3'])
  await second.close()
})

test('work that its asker keeps is written once, before its first change; an end that stands elsewhere nobody waits for', async () => {
  const store = await opened()
  const kept = store.addKept(record('kept'))
  const others = await store.add([record('task 1'), record('task 2')], null)
  const begun = { state: 'running' as const, attempts: 1 }
  await Promise.all([store.change(kept, begun), ...others.map((work) => store.change(work, { priority: 7 }))])
  store.settleSoon(kept, { state: 'done', endedAt: new Date().toISOString() })
  expect(store.ended().map(({ id }) => id)).toEqual([kept.id])
  await store.change(kept, { state: 'waiting', endedAt: null })
  store.addKept(record('never begun'))
  await store.close()
  expect((await readFile(path, 'utf8')).split(kept.id).length - 1).toBe(4)
  const second = await opened()
  const attempts = second.line.all().map(({ record: { text, attempts: made } }) => [text, made])
  expect(Object.fromEntries(attempts)).toEqual({ kept: 1, 'task 1': 0, 'task 2': 0, 'never begun': 0 })
  await second.close()
})
