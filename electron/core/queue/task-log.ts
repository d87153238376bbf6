import { access } from 'node:fs/promises'
import { z } from 'zod'
import { toAppError } from '../../../shared/app-error.ts'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { AppendLog } from '../storage/append-log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { breathe } from '../storage/breathe.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import { readLines } from '../storage/read-lines.ts'
import { isOpen, taskChangeSchema, taskRecordSchema, type TaskChange, type TaskRecord } from './queue-task.ts'
import { parseJson } from '../storage/parse-json.ts'

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
type Entry = z.infer<typeof entrySchema>

/** What the queue has finished stays to be looked at: two of its largest batches, unless their texts are very long. */
export const mostEnded = 20_000
export const mostEndedChars = 50_000_000
export const mostBatches = 100
/** Lines that say nothing new any more before the file is written anew. */
const mostStale = 20_000
const sliceSize = 500

export type StoredTasks = { works: Map<string, TaskRecord>; batches: Map<string, StoredBatch> }

/** The queue on disk: an append log of tasks and of what became of them, written anew when most of it is stale. */
export class TaskLog {
  readonly #path: string
  readonly #stored: () => StoredTasks
  readonly #disk: DiskWatch | undefined
  /** Lines that could not be read when it was opened; they were left out. */
  readonly damaged: number
  #log: AppendLog
  #lines: number
  /** Before so many lines nobody has to look at what they hold. */
  #rewriteAt = mostStale
  #rewriting: Promise<void> | null = null

  private constructor(
    path: string,
    stored: () => StoredTasks,
    { lines, damaged, disk }: { lines: number; damaged: number; disk: DiskWatch | undefined },
  ) {
    this.#disk = disk
    this.#path = path
    this.damaged = damaged
    this.#stored = stored
    this.#log = new AppendLog(path)
    this.#lines = lines
  }

  /** Reads what is there; `stored` says what the file has to hold whenever it is written anew. */
  static async open(path: string, stored: () => StoredTasks, disk?: DiskWatch): Promise<{ log: TaskLog; found: StoredTasks }> {
    const { found, lines, damaged } = await read(path)
    return { log: new TaskLog(path, stored, { lines, damaged, disk }), found }
  }

  /** Resolves once all of it is on disk: all, or, when it throws, as good as nothing. */
  async add(works: readonly TaskRecord[], batch: StoredBatch | null): Promise<void> {
    const entries: Entry[] = [
      ...(batch ? [{ type: 'batch' as const, batch }] : []),
      ...works.map((work) => ({ type: 'work' as const, work })),
    ]
    await this.#append(entries)
  }

  /** Resolves once all of them are on disk; throws when none is. */
  async change(changes: readonly { id: string; change: TaskChange }[]): Promise<void> {
    const [first] = changes
    if (!first) return
    if (changes.length === 1) return this.#append([{ type: 'change', ...first }])
    // As text in slices: ten thousand at once would hold up everybody else.
    const parts: string[] = []
    for (let from = 0; from < changes.length; from += sliceSize) {
      parts.push(
        changes
          .slice(from, from + sliceSize)
          .map((one) => JSON.stringify(one))
          .join(','),
      )
      await breathe()
    }
    await this.#write([`{"type":"changes","changes":[${parts.join(',')}]}`], changes.length)
  }

  /** Calls `again` once, when what could not be written can be. */
  onceWritable(again: () => void): void {
    this.#disk?.onceWritable(again)
  }

  async close(): Promise<void> {
    await this.#rewriting
    await this.#log.close()
  }

  async #append(entries: readonly Entry[]): Promise<void> {
    await this.#write(
      entries.map((entry) => JSON.stringify(entry)),
      entries.length,
    )
  }

  async #write(lines: readonly string[], count: number): Promise<void> {
    await this.#rewriting
    this.#lines += count
    const append = () => Promise.all(lines.map((line) => this.#log.append(line, { sync: true })))
    try {
      await (this.#disk?.write(append) ?? append())
    } catch (thrown) {
      // What the file held is in memory too: one that was deleted is made again, once there is a folder for it.
      if (toAppError(thrown).code === 'DATA_FOLDER_MISSING') this.#rewriting ??= this.#rewrite()
      throw thrown
    }
    if (this.#isMostlyStale()) this.#rewriting ??= this.#rewrite()
  }

  #isMostlyStale(): boolean {
    if (this.#lines <= this.#rewriteAt) return false
    const { works, batches } = this.#stored()
    this.#rewriteAt = mostStale + 2 * (works.size + batches.size)
    return this.#lines > this.#rewriteAt
  }

  async #rewrite(): Promise<void> {
    try {
      await this.#log.close()
      const stored = this.#stored()
      await writeFileAtomic(this.#path, linesOf(stored))
      this.#lines = stored.works.size + stored.batches.size
    } catch {
      // The old file is whole and goes on growing; the next append says what is wrong with the disk.
      this.#lines = 0
    } finally {
      this.#log = new AppendLog(this.#path)
      this.#rewriting = null
    }
  }
}

function* linesOf({ works, batches }: StoredTasks): Generator<string> {
  for (const batch of batches.values()) yield `${JSON.stringify({ type: 'batch', batch })}\n`
  for (const work of works.values()) yield `${JSON.stringify({ type: 'work', work })}\n`
}

async function read(path: string): Promise<{ found: StoredTasks; lines: number; damaged: number }> {
  const found: StoredTasks = { works: new Map(), batches: new Map() }
  let lines = 0
  let damaged = 0
  if (!(await exists(path))) return { found, lines, damaged }
  for await (const group of readLines(path)) {
    for (const { text } of group) {
      lines += 1
      const entry = entrySchema.safeParse(parseJson(text))
      if (entry.success) fold(found, entry.data)
      else damaged += 1
    }
  }
  forgetOldest(found)
  return { found, lines, damaged }
}

function fold({ works, batches }: StoredTasks, entry: Entry): void {
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

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
