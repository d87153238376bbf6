import { AppError } from '../../../shared/app-error.ts'
import type { Batch } from '../../../shared/domain/task.ts'
import { breathe } from '../storage/breathe.ts'
import { batchesOf } from './batches.ts'
import { TaskLine } from './task-line.ts'
import { countEnd, mostBatches, mostEnded, mostEndedChars, type StoredTasks, type StoredBatch } from './stored-tasks.ts'
import type { TaskLog } from './task-log.ts'
import { isOpen, QueueTask, type TaskChange, type TaskRecord } from './queue-task.ts'

export type TaskStoreDeps = {
  /** Opens the log; `kept` tells what it has to hold whenever it is written anew. */
  open: (stored: () => StoredTasks) => Promise<{ log: TaskLog; found: StoredTasks }>
  /** Work has changed. */
  onWork: (work: QueueTask) => void
  /** The queue as a whole has changed. */
  onQueue: () => void
}

/** Others wait no longer than so many take. */
const sliceSize = 250
/** So long the next change is waited for, with which it is written. */
const soonMs = 20

/** All work that is known, in memory as on disk. */
export class TaskStore {
  readonly line = new TaskLine()
  readonly #deps: TaskStoreDeps
  readonly #works = new Map<string, QueueTask>()
  readonly #batches = new Map<string, StoredBatch>()
  /** Ids of ended work, the oldest first. */
  readonly #ended = new Set<string>()
  #endedChars = 0
  readonly #running = new Set<QueueTask>()
  /** Open work that something is due for at some time. */
  readonly #timed = new Set<QueueTask>()
  /** What has happened and is not written yet. */
  #unwritten = new Map<string, TaskChange>()
  /** Ids of work that whoever handed it in has on disk, and we have not yet. */
  #kept = new Set<string>()
  #soon: NodeJS.Timeout | undefined
  #log: TaskLog | null = null

  constructor(deps: TaskStoreDeps) {
    this.#deps = deps
  }

  /** Reads what was there when the app ended. */
  async open(): Promise<void> {
    const { log, found } = await this.#deps.open(() => this.#stored())
    this.#log = log
    for (const [id, batch] of found.batches) this.#batches.set(id, batch)
    const records = [...found.works.values()]
    for (const record of records) this.#enter(new QueueTask(record))
    const ended = records.filter((record) => !isOpen(record))
    for (const { id, text } of ended.toSorted((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? -1 : 1))) {
      this.#ended.add(id)
      this.#endedChars += text.length
    }
  }

  /** Why nothing can be written down now, so that nothing begins; null when it can. */
  get heldBy(): string | null {
    return this.#log?.heldBy ?? null
  }

  /** Calls `again` once, when something can be written. */
  onceWritable(again: () => void): void {
    this.#log?.onceWritable(again)
  }

  all(): Iterable<QueueTask> {
    return this.#works.values()
  }

  find(id: string): QueueTask | undefined {
    return this.#works.get(id)
  }

  /** Throws TASK_GONE. */
  get(id: string): QueueTask {
    const work = this.#works.get(id)
    if (!work) throw taskGone()
    return work
  }

  /** Throws TASK_GONE when it does not wait, or not any more. */
  waiting(id: string): QueueTask {
    const work = this.get(id)
    if (work.record.state !== 'waiting' || work.handing) throw taskGone()
    return work
  }

  running(): QueueTask[] {
    return [...this.#running]
  }

  /** Open work with a deadline, or that is tried again at some time. */
  timed(): Iterable<QueueTask> {
    return this.#timed
  }

  /** The newest first. */
  ended(): QueueTask[] {
    return [...this.#ended].toReversed().flatMap((id) => this.#works.get(id) ?? [])
  }

  batches(limit = mostBatches): Batch[] {
    return batchesOf(this.#batches, this.#works.values(), limit)
  }

  /** Throws NOT_FOUND. */
  batch(id: string): Batch {
    const batch = this.batches().find((one) => one.id === id)
    if (!batch) throw new AppError('NOT_FOUND', 'This batch no longer exists. Reload the list.')
    return batch
  }

  /**
   * Takes work that whoever hands it in has on disk, and would hand in again: it is written along with its first change, before it begins.
   * Throws LIMIT_REACHED.
   */
  addKept(record: TaskRecord): QueueTask {
    this.line.checkRoom([record.text])
    const work = new QueueTask(record)
    this.#enter(work)
    this.#kept.add(work.id)
    this.#told([work])
    return work
  }

  /** Takes new work, all of it or none; resolves once it is on disk. Throws LIMIT_REACHED. */
  async add(records: readonly TaskRecord[], batch: StoredBatch | null): Promise<QueueTask[]> {
    this.line.checkRoom(records.map(({ text }) => text))
    const works = records.map((record) => new QueueTask(record))
    for (const work of works) {
      // Room is taken before the disk is waited for, so that callers at the same time cannot take it twice.
      work.handing = true
      this.#enter(work)
    }
    if (batch) this.#batches.set(batch.id, batch)
    try {
      await this.#log?.add(records, batch)
    } catch (thrown) {
      for (const work of works) this.#forget(work)
      if (batch) this.#batches.delete(batch.id)
      throw thrown
    }
    for (const work of works) work.handing = false
    this.#forgetBatches()
    if (batch === null) for (const work of works) this.#deps.onWork(work)
    this.#deps.onQueue()
    return works
  }

  /** On the disk first, then in memory, then told. What cannot be written does not happen; the failure is thrown. */
  async change(work: QueueTask, change: TaskChange): Promise<void> {
    await this.#write([{ id: work.id, change }])
    this.#apply(work, change)
    this.#told([work])
  }

  /** For what has happened already: it is true at once, and written as soon as it can be. Never throws. */
  async settle(work: QueueTask, change: TaskChange): Promise<void> {
    try {
      await this.change(work, change)
    } catch {
      this.#unwritten.set(work.id, { ...this.#unwritten.get(work.id), ...change })
      this.#log?.onceWritable(() => this.#writeLate())
      this.#apply(work, change)
      this.#told([work])
    }
  }

  /** For what has happened and stands elsewhere on disk as well: nobody waits until it is written. */
  settleSoon(work: QueueTask, change: TaskChange): void {
    this.#unwritten.set(work.id, { ...this.#unwritten.get(work.id), ...change })
    this.#apply(work, change)
    this.#told([work])
    this.#soon ??= setTimeout(() => this.#writeLate(), soonMs)
  }

  /** Many changes at once: all of them on the disk or none, then in memory in slices. Nothing else happens to them meanwhile. */
  async changeAll(changes: readonly { work: QueueTask; change: TaskChange }[]): Promise<void> {
    for (const { work } of changes) work.handing = true
    try {
      await this.#write(changes.map(({ work, change }) => ({ id: work.id, change })))
      for (let from = 0; from < changes.length; from += sliceSize) {
        const slice = changes.slice(from, from + sliceSize)
        this.line.leaveAll(new Set(slice.map(({ work }) => work)))
        for (const { work, change } of slice) this.#apply(work, change)
        this.#told(slice.map(({ work }) => work))
        await breathe()
      }
    } finally {
      for (const { work } of changes) work.handing = false
    }
  }

  async close(): Promise<void> {
    await this.#write([]).catch(() => {})
    await this.#log?.close()
  }

  #apply(work: QueueTask, change: TaskChange): void {
    const before = work.record
    if (before.state === 'waiting') this.line.leave(work)
    work.record = { ...before, ...change }
    if (work.record.state === 'waiting') this.line.join(work)
    countEnd(this.#batches, before, work.record)
    if (isOpen(before) && !isOpen(work.record)) this.#hasEnded(work)
    if (!isOpen(before) && isOpen(work.record) && this.#ended.delete(work.id)) this.#endedChars -= before.text.length
    this.#sort(work)
  }

  #told(works: readonly QueueTask[]): void {
    for (const work of works) this.#deps.onWork(work)
    this.#deps.onQueue()
  }

  /** Writes changes after all that is not written yet. */
  async #write(changes: readonly { id: string; change: TaskChange }[]): Promise<void> {
    clearTimeout(this.#soon)
    this.#soon = undefined
    // Nobody else may write the same: a line that comes a second time would undo what came between.
    const [late, kept] = [this.#unwritten, this.#kept]
    this.#unwritten = new Map()
    this.#kept = new Set()
    const works = [...kept].flatMap((id) => this.#works.get(id)?.record ?? [])
    try {
      await this.#log?.change([...[...late].map(([id, change]) => ({ id, change })), ...changes], works)
    } catch (thrown) {
      for (const [id, change] of late) this.#unwritten.set(id, { ...change, ...this.#unwritten.get(id) })
      for (const id of kept) this.#kept.add(id)
      throw thrown
    }
  }

  #writeLate(): void {
    this.#write([]).catch(() => this.#log?.onceWritable(() => this.#writeLate()))
  }

  #hasEnded(work: QueueTask): void {
    this.#ended.add(work.id)
    this.#endedChars += work.record.text.length
    for (const id of this.#ended) {
      if (this.#ended.size <= mostEnded && this.#endedChars <= mostEndedChars) return
      this.#ended.delete(id)
      this.#endedChars -= this.#works.get(id)?.record.text.length ?? 0
      this.#works.delete(id)
    }
  }

  /** Which of the sets it belongs to now. */
  #sort(work: QueueTask): void {
    const { state, deadline, nextAttemptAt, turnTimeoutSeconds } = work.record
    const put = (set: Set<QueueTask>, belongs: boolean) => (belongs ? set.add(work) : set.delete(work))
    put(this.#running, state === 'running')
    const isDue = deadline !== null || nextAttemptAt !== null || turnTimeoutSeconds !== undefined || work.notBefore > performance.now()
    put(this.#timed, isOpen(work.record) && isDue)
  }

  #enter(work: QueueTask): void {
    this.#works.set(work.id, work)
    if (work.record.state === 'waiting') this.line.join(work)
    this.#sort(work)
  }

  #forget(work: QueueTask): void {
    this.line.leave(work)
    this.#works.delete(work.id)
    this.#timed.delete(work)
  }

  /** Batches that are over are forgotten, the oldest first. */
  #forgetBatches(): void {
    for (const { id, waiting, running } of this.batches(Number.POSITIVE_INFINITY).toReversed()) {
      if (this.#batches.size <= mostBatches) return
      if (waiting + running === 0) this.#batches.delete(id)
    }
  }

  #stored(): StoredTasks {
    return { works: new Map([...this.#works].map(([id, { record }]) => [id, record])), batches: this.#batches }
  }
}

export function taskGone(): AppError {
  return new AppError('TASK_GONE', 'This task is no longer queued: it started, finished or was cancelled in the meantime. Check the queue.')
}
