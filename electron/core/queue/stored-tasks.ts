import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { parseJson } from '../storage/parse-json.ts'
import { readLines, readPlaces } from '../storage/read-lines.ts'
import { isOpen, taskChangeSchema, taskRecordSchema, type TaskRecord } from './queue-task.ts'

/** A batch with the counts of its tasks that have ended; of those in the queue the queue itself knows. */
export const storedBatchSchema = z.object({
  id: idSchema,
  title: z.string(),
  createdAt: timeSchema,
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  cancelled: z.int(),
})
export type StoredBatch = z.infer<typeof storedBatchSchema>

/** One line of `tasks.jsonl`. */
const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('batch'), batch: storedBatchSchema }),
  z.object({ type: z.literal('work'), work: taskRecordSchema }),
  z.object({ type: z.literal('change'), id: idSchema, change: taskChangeSchema }),
  /** Many at once: all of them or none. */
  z.object({ type: z.literal('changes'), changes: z.array(z.object({ id: idSchema, change: taskChangeSchema })) }),
])
export type TaskEntry = z.infer<typeof entrySchema>

/** What the queue has finished stays to be looked at: two of its largest batches, unless their texts are very long. */
export const mostEnded = 20_000
export const mostEndedChars = 50_000_000
export const mostBatches = 100

export type StoredTasks = { works: Map<string, TaskRecord>; batches: Map<string, StoredBatch> }

/** `unread`: how many lines could not be read and were left out. */
export type ReadTasks = { found: StoredTasks; lines: number; unread: number }

/**
 * Reads the log. A last line that was torn off was promised to nobody. Any other line that cannot be read may have said that its task
 * was done: one that seems to wait is not run twice by itself, but has failed and says why.
 */
export async function readTasks(path: string): Promise<ReadTasks> {
  const found: StoredTasks = { works: new Map(), batches: new Map() }
  const doubtful = new Set<string>()
  let lines = 0
  let unread = 0
  const size = await sizeOf(path)
  if (size === 0) return { found, lines, unread }
  for await (const group of readLines(path)) {
    for (const line of group) {
      lines += 1
      const entry = entrySchema.safeParse(parseJson(line.text))
      if (entry.success) fold(found, entry.data)
      else if (line.offset + line.length < size) {
        unread += 1
        const [text = ''] = line.text === null ? await readPlaces(path, [line]) : [line.text]
        for (const [id] of text.matchAll(taskIds)) doubtful.add(id)
      }
    }
  }
  for (const id of doubtful) doubt(found, id)
  forgetOldest(found)
  return { found, lines, unread }
}

const taskIds = /task_[0-9a-z]+/g

const recordDamaged = {
  code: 'RECORD_DAMAGED',
  message: 'The saved record of this task is damaged, so Bullpen can’t tell whether it has run. Press Retry to run it.',
}

function doubt({ works, batches }: StoredTasks, id: string): void {
  const before = works.get(id)
  if (before?.state !== 'waiting') return
  const after: TaskRecord = { ...before, state: 'failed', error: recordDamaged, nextAttemptAt: null, endedAt: new Date().toISOString() }
  works.set(id, after)
  countEnd(batches, before, after)
}

function fold({ works, batches }: StoredTasks, entry: TaskEntry): void {
  if (entry.type === 'batch') batches.set(entry.batch.id, entry.batch)
  if (entry.type === 'work') works.set(entry.work.id, entry.work)
  const changes = entry.type === 'changes' ? entry.changes : entry.type === 'change' ? [entry] : []
  for (const { id, change } of changes) {
    const before = works.get(id)
    if (!before) continue
    const after = { ...before, ...change }
    works.set(id, after)
    countEnd(batches, before, after)
  }
}

/** Keeps the counts of a batch right when one of its tasks ends, or begins anew. */
export function countEnd(batches: Map<string, StoredBatch>, before: TaskRecord, after: TaskRecord): void {
  const batch = after.batchId === null ? undefined : batches.get(after.batchId)
  if (!batch || before.state === after.state) return
  const counts = { done: batch.done, failed: batch.failed, cancelled: batch.cancelled }
  if (before.state !== 'waiting' && before.state !== 'running') counts[before.state] -= 1
  if (after.state !== 'waiting' && after.state !== 'running') counts[after.state] += 1
  batches.set(batch.id, { ...batch, ...counts })
}

/** Of ended work and of ended batches only the newest are kept. */
function forgetOldest({ works, batches }: StoredTasks): void {
  const ended = [...works.values()].filter((work) => !isOpen(work))
  let chars = 0
  const newest = ended.toSorted((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? 1 : -1))
  for (const [index, { id, text }] of newest.entries()) {
    chars += text.length
    if (index >= mostEnded || chars > mostEndedChars) works.delete(id)
  }
  const open = new Set([...works.values()].filter(isOpen).map(({ batchId }) => batchId))
  const over = [...batches.values()].filter(({ id }) => !open.has(id))
  for (const { id } of over.slice(0, Math.max(0, over.length - mostBatches))) batches.delete(id)
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
