import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patienceMs } from '../../../e2e/support/until.ts'
import { AppError } from '../../../shared/app-error.ts'
import { SmallDisk } from '../../../e2e/support/full-disk.ts'
import { DiskWatch } from '../storage/disk-watch.ts'
import { ScriptedPool } from './queue-fixtures.ts'
import { TaskLog } from './task-log.ts'
import { TaskQueue } from './task-queue.ts'
import type { TaskInput } from './queue-task.ts'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bullpen-queue-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const input = (text: string, change: Partial<TaskInput> = {}): TaskInput => ({
  text,
  priority: 5,
  retries: 2,
  retryDelaySeconds: 1,
  ...change,
})

async function opened(pool: ScriptedPool): Promise<TaskQueue> {
  const open = (kept: Parameters<typeof TaskLog.open>[1]) => TaskLog.open(join(folder, 'tasks.jsonl'), kept)
  const queue = new TaskQueue({ pool: pool, open, onTask: () => {}, onQueue: () => {} })
  await queue.open()
  return queue
}

const when = (what: string, check: () => boolean) =>
  vi.waitUntil(check, { timeout: patienceMs, interval: 2 }).catch(() => Promise.reject(new Error(`Waited in vain for ${what}.`)))

test('attempts that cannot begin leave no conversations behind', async () => {
  const pool = new ScriptedPool(['inst_00000000000a'])
  pool.refusesBudget = 3
  const queue = await opened(pool)
  const work = await queue.add(input('task'), { asked: false })
  await when('it to run', () => {
    work.notBefore = 0
    queue.pump()
    return pool.running.size === 1
  })
  expect(pool.refusesBudget).toBe(0)
  expect(pool.conversationsMade).toBe(1)
  pool.end(work.id)
  await work.ended
  await queue.close()
})

test('many callers at once: no instance is given a second task while it has one, and each task goes once', async () => {
  const pool = new ScriptedPool(['inst_00000000000a', 'inst_00000000000b', 'inst_00000000000c'])
  const queue = await opened(pool)
  const works = await Promise.all(Array.from({ length: 60 }, (_, index) => queue.add(input(`task ${index}`), { asked: false })))
  while (queue.waiting > 0 || pool.running.size > 0) {
    await when('some to run', () => pool.running.size > 0)
    for (const id of pool.running.keys()) pool.end(id)
    queue.pump()
    await Promise.resolve()
  }
  await Promise.all(works.map((work) => work.ended))
  expect(pool.mostAtOnce).toBe(1)
  expect(new Set(pool.begun.map(({ text }) => text)).size).toBe(60)
  expect(pool.begun).toHaveLength(60)
  await queue.close()
})

test('higher priority goes first, equal ones as they came, and one is moved before another', async () => {
  const pool = new ScriptedPool(['inst_00000000000a'])
  const queue = await opened(pool)
  const first = await queue.add(input('first'), { asked: false })
  await when('the first to run', () => pool.running.size === 1)
  const [a, b, c] = [
    await queue.add(input('a'), { asked: false }),
    await queue.add(input('b'), { asked: false }),
    await queue.add(input('c', { priority: 9 }), { asked: false }),
  ]
  expect(queue.tasks('open').map(({ text }) => text)).toEqual(['first', 'c', 'a', 'b'])
  await queue.update(b.id, { before: a.id })
  await queue.update(c.id, { before: null })
  expect(queue.tasks('open').map(({ text }) => text)).toEqual(['first', 'b', 'a', 'c'])
  await queue.update(a.id, { text: 'changed', priority: 6 })
  expect(queue.tasks('open').map(({ text }) => text)).toEqual(['first', 'changed', 'b', 'c'])
  for (const id of [first.id, a.id, b.id, c.id]) {
    await when('it to run', () => pool.running.has(id))
    pool.end(id)
  }
  await Promise.all([first, a, b, c].map((work) => work.ended))
  expect(pool.begun.map(({ text }) => text)).toEqual(['first', 'changed', 'b', 'c'])
  await queue.close()
})

test('withdrawn work never begins, and its caller hears of it', async () => {
  const pool = new ScriptedPool(['inst_00000000000a'])
  const queue = await opened(pool)
  const running = await queue.add(input('running'), { asked: false })
  await when('it to run', () => pool.running.size === 1)
  const waiting = await queue.add(input('waiting'), { asked: true })
  await queue.cancel(waiting.id)
  await expect(waiting.ended).rejects.toThrow('You cancelled it.')
  pool.end(running.id)
  await running.ended
  await expect(queue.cancel(waiting.id)).rejects.toMatchObject({ code: 'TASK_GONE' })
  expect(pool.begun.map(({ text }) => text)).toEqual(['running'])
  await queue.close()
})

test('what the gate does not let in stays in the queue and says why; it goes when it is let in', async () => {
  const pool = new ScriptedPool(['inst_00000000000a'])
  const queue = await opened(pool)
  pool.refusal = { code: 'rate', words: 'No more than two turns within a minute', until: null }
  const work = await queue.add(input('later'), { asked: false })
  expect(queue.task(work.id)).toMatchObject({ state: 'waiting', instanceId: null, waitingFor: pool.refusal.words })
  expect(queue.status()).toMatchObject({ waiting: 1, running: 0, heldBy: pool.refusal.words })
  pool.refusal = null
  queue.pump()
  await when('it to run', () => pool.running.has(work.id))
  expect(queue.status()).toMatchObject({ waiting: 0, running: 1, heldBy: null })
  pool.end(work.id)
  await work.ended
  await queue.close()
})

test('a task whose instance got other work meanwhile stands where it stood, with no error, and its place is given back', async () => {
  const pool = new ScriptedPool(['inst_00000000000a'])
  const queue = await opened(pool)
  pool.refuses = 2
  const work = await queue.add(input('patient'), { asked: false })
  await when('it to run', () => pool.running.has(work.id))
  expect(queue.task(work.id)).toMatchObject({ state: 'running', attempts: 1, error: null })
  expect(pool.open).toBe(1)
  pool.end(work.id)
  await work.ended
  expect(pool.open).toBe(0)
  await queue.close()
})

/** Ten thousand tasks of one batch behind one that runs. */
async function full(pool: ScriptedPool): Promise<{ queue: TaskQueue; batchId: string }> {
  const queue = await opened(pool)
  await queue.add(input('running'), { asked: false })
  await when('it to run', () => pool.running.size === 1)
  const texts = Array.from({ length: 9_999 }, (_, index) => `task ${index}`)
  const { id } = await queue.addBatch(texts, { priority: 5, retries: 0, retryDelaySeconds: 1 })
  return { queue, batchId: id }
}

test('each task of the largest batch can be read after it was withdrawn, and after a restart', async () => {
  const pool = new ScriptedPool(['inst_00000000000a'])
  const { queue, batchId } = await full(pool)
  const ids = queue.tasks('open').map(({ id }) => id)
  expect(await queue.cancelBatch(batchId)).toBe(9_999)
  expect(queue.batches()[0]).toMatchObject({ cancelled: 9_999, waiting: 0 })
  await queue.close()
  const again = await opened(pool)
  for (const id of ids) expect(again.task(id).id).toBe(id)
  expect(again.tasks('ended')).toHaveLength(9_999)
  await again.close()
})

test('a withdrawal that cannot be written leaves the tasks waiting; an end that cannot be written is written later', async (context) => {
  const disk = await SmallDisk.mount(1)
  if (!disk) return context.skip()
  const watch = new DiskWatch({ folder: disk.folder, probeMs: 5 })
  const pool = new ScriptedPool(['inst_00000000000a'])
  const open = (kept: Parameters<typeof TaskLog.open>[1]) => TaskLog.open(join(disk.folder, 'tasks.jsonl'), kept, { disk: watch })
  const queue = new TaskQueue({ pool, open, onTask: () => {}, onQueue: () => {} })
  await queue.open()
  const running = await queue.add(input('running'), { asked: false })
  await when('it to run', () => pool.running.size === 1)
  const { id: batchId } = await queue.addBatch(
    Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(100)}`),
    input('x'),
  )
  disk.fill()
  await expect(queue.cancelBatch(batchId)).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(queue.waiting).toBe(40)
  pool.end(running.id)
  await running.ended
  expect(queue.task(running.id).state).toBe('done')
  await disk.free()
  await when('the disk to take something', () => watch.error === null)
  expect(await queue.cancelBatch(batchId)).toBeGreaterThan(30)
  await queue.close()
  const again = new TaskQueue({ pool, open, onTask: () => {}, onQueue: () => {} })
  await again.open()
  expect(again.task(running.id).state).toBe('done')
  await again.close()
  watch.close()
  await disk.unmount()
})

test('a queue that is empty rests, also when a budget was used up before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const pool = new ScriptedPool(['inst_00000000000a'])
    pool.budget = new AppError('LIMIT_REACHED', 'The budget is used up.', { data: { budgetId: 'budget_1', scope: 'all' } })
    const queue = await opened(pool)
    const { id, ended } = await queue.add(input('refused'), { asked: false })
    ended.catch(() => {})
    await when('the refusal', () => queue.task(id).error !== null)
    await queue.cancel(id)
    vi.advanceTimersByTime(120_000)
    expect(vi.getTimerCount()).toBe(0)
    await queue.close()
  } finally {
    vi.useRealTimers()
  }
})
