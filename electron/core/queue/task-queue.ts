import { AppError } from '../../../shared/app-error.ts'
import type { Batch, QueueStatus, Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { newId } from '../storage/id.ts'
import { batchTitle } from './batches.ts'
import { labelWords } from './label-words.ts'
import type { QueuePool } from './queue-pool.ts'
import { rankOf } from './ranks.ts'
import { TaskStore, taskGone, type TaskStoreDeps } from './task-store.ts'
import { mostWaiting } from './task-line.ts'
import { TaskRunner } from './task-runner.ts'
import { isOpen, newRecord, taskOf, type QueueTask, type TaskChange, type TaskInput, type TaskRecord } from './queue-task.ts'

export type TaskQueueDeps = {
  pool: QueuePool
  open: TaskStoreDeps['open']
  onTask: (task: Task) => void
  /** Of a batch that was handed in, all at once and in their order. */
  onBatch?: ((tasks: Task[]) => void) | undefined
  onQueue: () => void
}

export type TaskUpdate = {
  text?: string | undefined
  priority?: number | undefined
  before?: string | null | undefined
  instanceId?: string | null | undefined
}

/** Work that waits for whatever instance fits best. It is on disk before it is accepted, and every change of it before it acts. */
export class TaskQueue {
  readonly #pool: QueuePool
  readonly #store: TaskStore
  readonly #runner: TaskRunner
  #newest = 0

  readonly #onBatch: TaskQueueDeps['onBatch']

  constructor({ pool, open, onTask, onBatch, onQueue }: TaskQueueDeps) {
    this.#onBatch = onBatch
    this.#pool = pool
    this.#store = new TaskStore({ open, onQueue, onWork: (work) => onTask(this.#taskOf(work)) })
    this.#runner = new TaskRunner(this.#store, pool, onQueue)
  }

  /** Reads what was there when the app ended. */
  open(): Promise<void> {
    return this.#store.open()
  }

  /** Takes work that whoever hands it in has on disk, and hands in again where the queue does not know it. Throws LIMIT_REACHED. */
  addKept(input: TaskInput): void {
    checkText(input, 'The message')
    this.#store.addKept(newRecord(input, { batchId: null, asked: false, rank: this.#rank(input) }))
    this.pump()
  }

  /** Takes work; resolves once it is on disk. Throws LIMIT_REACHED when the queue is full. */
  async add(input: TaskInput, { asked }: { asked: boolean }): Promise<QueueTask> {
    checkText(input, 'The message')
    const [work] = await this.#store.add([newRecord(input, { batchId: null, asked, rank: this.#rank(input) })], null)
    if (!work) throw taskGone()
    this.pump()
    return work
  }

  /** Takes all prompts or none. */
  async addBatch(texts: readonly string[], { ids, ...input }: Omit<TaskInput, 'text'>): Promise<Batch> {
    const batchId = ids?.id ?? newId('batch')
    const records = texts.map((text, index) => {
      checkText({ text }, `Prompt ${index + 1}`)
      return newRecord({ ...input, text }, { batchId, asked: false, rank: this.#rank(input) })
    })
    const createdAt = new Date().toISOString()
    const batch = { id: batchId, title: batchTitle(texts), createdAt, total: texts.length, done: 0, failed: 0, cancelled: 0 }
    const works = await this.#store.add(records, batch)
    this.#onBatch?.(works.map((work) => this.#taskOf(work)))
    this.pump()
    return this.#store.batch(batchId)
  }

  get waiting(): number {
    return this.#store.line.length
  }

  status(): QueueStatus {
    const { heldBy, limitedUntil } = this.#runner
    return {
      waiting: this.waiting,
      running: this.#store.running().length,
      limit: mostWaiting,
      heldBy,
      limitedUntil,
      batches: this.batches(50),
    }
  }

  batches(limit?: number): Batch[] {
    return this.#store.batches(limit)
  }

  /** True while work is open that only this instance may do. */
  isAimedAt(instanceId: string): boolean {
    const open = [...this.#store.running(), ...this.#store.line.all()]
    return open.some(({ record }) => (record.aim ?? record.instanceId) === instanceId)
  }

  has(id: string): boolean {
    return this.#store.find(id) !== undefined
  }

  /** Throws TASK_GONE. */
  task(id: string): Task {
    return this.#taskOf(this.#store.get(id))
  }

  /** The turns of every attempt that was made, and of the next one. Throws TASK_GONE. */
  turnsOf(id: string): string[] {
    const { pastTurnIds = [], turnId } = this.#store.get(id).record
    return [...pastTurnIds, turnId]
  }

  /** The turn that work ends with, while its end is told; null: it is to be looked up. */
  lastTurnOf(id: string): Turn | null {
    return this.#store.find(id)?.lastTurn ?? null
  }

  /** What runs, then what waits in its order; or what has ended, the newest first. */
  tasks(state: 'open' | 'ended'): Task[] {
    const works = state === 'open' ? [...this.#store.running(), ...this.#store.line.all()] : this.#store.ended()
    return works.map((work) => this.#taskOf(work))
  }

  /** Changes work that waits. Throws TASK_GONE when it does not wait any more. */
  async update(id: string, update: TaskUpdate): Promise<Task> {
    const work = this.#store.waiting(id)
    const { text, priority, before, instanceId } = update
    const next = before === undefined || before === null ? null : this.#store.waiting(before)
    const change: TaskChange = {
      ...(text === undefined ? {} : { text }),
      ...(priority === undefined ? {} : { priority, rank: rankOf(Date.parse(work.record.createdAt), priority) }),
      ...(instanceId === undefined ? {} : { aim: instanceId, ...(work.record.lease === undefined ? {} : { lease: null }) }),
      ...(before === undefined ? {} : { rank: this.#store.line.rankFor(work, next) }),
    }
    await this.#store.change(work, change)
    this.pump()
    return this.#taskOf(work)
  }

  /** Withdraws what waits; interrupts what runs. Throws TASK_GONE for what has ended. */
  async cancel(id: string): Promise<void> {
    const work = this.#store.get(id)
    const { state, instanceId, turnId } = work.record
    if (!isOpen(work.record)) throw taskGone()
    if (state === 'waiting' && !work.handing) return this.#runner.withdraw([work], withdrawn)
    work.ending = { state: 'cancelled', error: withdrawn }
    if (instanceId !== null) await this.#pool.interrupt(instanceId, turnId)
  }

  /** Who asked has gone: what has not begun is withdrawn, and what runs says that nobody waits for it. */
  async callerLeft(id: string): Promise<void> {
    const work = this.#store.find(id)
    if (!work || !isOpen(work.record)) return
    if (work.record.state === 'waiting' && !work.handing) await this.#runner.withdraw([work], callerLeft)
    else await this.#store.change(work, { callerGone: true })
  }

  /** Withdraws what of a batch has not begun; answers how many. */
  async cancelBatch(batchId: string): Promise<number> {
    this.#store.batch(batchId)
    const mine = this.#store.line.all().filter(({ record, handing }) => record.batchId === batchId && !handing)
    await this.#runner.withdraw(mine, withdrawn)
    return mine.length
  }

  /** Begins ended work anew, in the place of what it was. */
  async retry(id: string): Promise<Task> {
    await this.retryMany([id])
    return this.task(id)
  }

  /** Begins the failed tasks of a batch anew, all of them or none; answers how many. */
  async retryBatch(batchId: string): Promise<number> {
    this.#store.batch(batchId)
    const failed = this.#store.ended().filter(({ record, handing }) => record.batchId === batchId && record.state === 'failed' && !handing)
    await this.#retryAll(failed.toReversed())
    return failed.length
  }

  /** Begins these anew, all of them or none. Throws as `retry` does. */
  async retryMany(ids: readonly string[]): Promise<void> {
    const works = ids.map((id) => this.#store.get(id))
    if (works.some((work) => isOpen(work.record) || work.handing)) throw notEnded()
    await this.#retryAll(works)
  }

  async #retryAll(works: readonly QueueTask[]): Promise<void> {
    this.#store.line.checkRoom(works.map(({ record }) => record.text))
    const fresh = {
      attempts: 0,
      hasEffects: false,
      error: null,
      endedAt: null,
      nextAttemptAt: null,
      instanceId: null,
      deadline: null,
      asked: false,
      callerGone: false,
    }
    const again = ({ record }: QueueTask): TaskChange => {
      const lastTurnId = record.attempts > 0 ? record.turnId : record.lastTurnId
      const lease = this.#isOver(record) ? { lease: null } : {}
      return { ...fresh, ...lease, lastTurnId, state: 'waiting', turnId: newId('turn') }
    }
    await this.#store.changeAll(works.map((work) => ({ work, change: again(work) })))
    for (const work of works) work.begunAnew()
    this.pump()
  }

  #isOver({ lease }: TaskRecord): boolean {
    return typeof lease === 'string' && !this.#pool.hasLease(lease)
  }

  /** Waits no longer for the end of a usage limit. */
  tryNow(): void {
    this.#runner.forgetLimit()
  }

  /** What held work back may be over. */
  goOn(): void {
    this.#runner.goOn()
  }

  /** Gives waiting work to free instances; to be called when one may have become free. */
  pump(): void {
    this.#runner.pump()
  }

  /** Work that was running when the app ended. */
  interrupted(): QueueTask[] {
    return this.#store.running()
  }

  /** Waiting work whose caller went with the last run of the app. */
  orphaned(): QueueTask[] {
    return this.#store.line.all().filter(({ record }) => record.asked)
  }

  get runner(): TaskRunner {
    return this.#runner
  }

  /** It had not begun after all: it waits again. */
  async putBack(work: QueueTask): Promise<void> {
    await this.#store.change(work, { state: 'waiting', instanceId: null, attempts: Math.max(0, work.record.attempts - 1) })
  }

  /** What waits and what runs stays on disk. */
  async close(): Promise<void> {
    await this.#runner.close()
    await this.#store.close()
  }

  #rank({ priority }: Pick<TaskInput, 'priority'>): number {
    // Always later than the one before, so that work handed in together keeps its order.
    this.#newest = Math.max(this.#newest + 0.001, Date.now())
    return rankOf(this.#newest, priority)
  }

  #taskOf(work: QueueTask): Task {
    return taskOf(work.record, this.#waitsFor(work))
  }

  #waitsFor(work: QueueTask): string {
    const { record, notBefore } = work
    const { aim, nextAttemptAt, error } = record
    if (aim !== null && !this.#pool.hasInstance(aim)) return 'Its instance was removed. Assign it to another.'
    if (this.#runner.waitsForAll !== null) return this.#runner.waitsForAll
    if (nextAttemptAt !== null && notBefore > performance.now())
      return `Retrying at ${nextAttemptAt.slice(11, 19)} UTC. ${error?.message ?? ''}`
    const only = this.#runner.onlyTaker(work)
    const lacks = only === null ? this.#pool.lacks(record) : null
    if (lacks !== null) return lacks
    if (only !== null && !this.#pool.isFree(only, record.lease)) return this.#pool.waitsFor(only, record.lease)
    return this.#runner.refusedBy ?? (record.labels === undefined ? 'A free instance' : `A free instance with ${labelWords(record.labels)}`)
  }
}

const callerLeft = { code: 'CALLER_GONE', message: 'The caller disconnected before it started. Press Retry to run it anyway.' }
const withdrawn = { code: 'WITHDRAWN', message: 'You cancelled it.' }

function notEnded(): AppError {
  return new AppError('STATE_CONFLICT', 'This task hasn’t finished yet. Wait for it, or cancel it first.')
}

function checkText({ text, images, attachments }: Pick<TaskInput, 'text' | 'images' | 'attachments'>, what: string): void {
  if (text.trim() !== '' || images?.length || attachments?.length) return
  throw new AppError('BAD_REQUEST', `${what} is empty. Write something, or leave it out.`, { data: { field: 'text' } })
}
