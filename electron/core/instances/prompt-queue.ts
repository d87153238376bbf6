import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { messageGone } from './instance-errors.ts'
import type { MessageTask } from './message-task.ts'
import type { TurnRecorder } from './turn-recorder.ts'

/** More than this does not wait for one instance; the caller is told so. */
export const maxWaiting = 1_000

export type PromptEdit = { text?: string; priority?: number; before?: string | null }

/** Where prompts that wait are written. */
type PromptRecorder = Pick<TurnRecorder, 'addTask' | 'editTask' | 'dropTask'>

/** The prompts of one instance: at most one runs, with those that joined it; the others wait in the order of priority, then rank. */
export class PromptQueue {
  readonly #recorder: PromptRecorder
  readonly #onOver: (item: MessageTask) => void
  #waiting: MessageTask[] = []
  #running: MessageTask | null = null
  /** On their way into the running turn. */
  #steering: MessageTask[] = []
  /** Part of the running turn. */
  #joined: MessageTask[] = []
  /** Those whose withdrawal is being written: they are not begun, and back in their place when it cannot be. */
  readonly #leaving = new Map<MessageTask, Promise<void>>()

  /** `onOver`: a message neither waits nor runs any more, however that came; it is told once it has left the queue. */
  constructor(recorder: PromptRecorder, onOver: (item: MessageTask) => void) {
    this.#recorder = recorder
    this.#onOver = onOver
  }

  get size(): number {
    return this.#waiting.length + this.#steering.length
  }

  /** Those against which nothing is known. */
  get ready(): number {
    return this.#waiting.filter(({ heldBy }) => heldBy === null).length
  }

  get running(): MessageTask | null {
    return this.#running
  }

  waiting(): MessageTask[] {
    return [...this.#waiting]
  }

  all(): MessageTask[] {
    return [...(this.#running ? [this.#running] : []), ...this.#joined, ...this.#steering, ...this.#waiting]
  }

  /** Takes one that waits; `first`: before all others. Throws LIMIT_REACHED. */
  add(item: MessageTask, { first = false } = {}): void {
    if (this.size >= maxWaiting) {
      throw new AppError(
        'LIMIT_REACHED',
        `${maxWaiting} messages are already queued for this instance. Remove some, or wait until it has handled them.`,
        { data: { limit: maxWaiting, retryAfterSeconds: 10 } },
      )
    }
    if (first) this.#putFirst(item)
    else this.#waiting.push(item)
    this.#sort()
  }

  /** It is on its way into the running turn. */
  steer(item: MessageTask): void {
    this.#waiting = this.#waiting.filter((other) => other !== item)
    item.stage = 'steering'
    this.#steering.push(item)
  }

  /** It did not get into the turn and waits, before all others; nothing happens to one that is not on its way. */
  putBack(item: MessageTask): void {
    if (!item.steers) return
    this.#steering = this.#steering.filter((other) => other !== item)
    item.stage = 'waiting'
    item.when = 'after'
    item.waited = true
    this.#putFirst(item)
    this.#sort()
  }

  /** It is part of the running turn now. */
  join(item: MessageTask): void {
    this.#steering = this.#steering.filter((other) => other !== item)
    item.stage = 'joined'
    this.#joined.push(item)
  }

  /** It is the running one now: Claude has begun with it. */
  begin(item: MessageTask): void {
    this.#steering = this.#steering.filter((other) => other !== item)
    item.stage = 'running'
    this.#running = item
  }

  /** Writes a prompt that has to wait; accepts or refuses it. */
  async store(item: MessageTask): Promise<void> {
    try {
      await this.#recorder.addTask(item.conversationId, item.toWaiting())
      item.stored = true
      item.accept()
    } catch (thrown) {
      this.#waiting = this.#waiting.filter((other) => other !== item)
      this.#refused(item, toAppError(thrown))
      // Taken meanwhile: its turn must not run, for its sender was just told that it will not.
      if (item.running) throw thrown
    }
  }

  /** Takes the first one that may begin; null when none may. */
  take(mayBegin: (item: MessageTask) => boolean): MessageTask | null {
    const item = this.#waiting.find((one) => !this.#leaving.has(one) && mayBegin(one)) ?? null
    if (item) {
      this.#waiting = this.#waiting.filter((other) => other !== item)
      item.heldBy = null
      item.refusedBy = null
      item.stage = 'running'
    }
    this.#running = item
    return item
  }

  /** It does not wait here any more: whoever sent it is told why. */
  refuse(item: MessageTask, error: AppError): void {
    this.#waiting = this.#waiting.filter((other) => other !== item)
    this.#refused(item, error)
  }

  /** It is over: its turn has ended, and is on disk. */
  finish(item: MessageTask, turn: Turn): void {
    this.leave(item)
    item.finish(turn)
    this.#onOver(item)
  }

  /** It is not at work here any more. */
  leave(item: MessageTask): void {
    if (this.#running === item) this.#running = null
    this.#joined = this.#joined.filter((other) => other !== item)
    this.#steering = this.#steering.filter((other) => other !== item)
  }

  /** The prompt could not be written: its sender is told and keeps the text. */
  giveBack(item: MessageTask, error: AppError): void {
    this.leave(item)
    this.#refused(item, error)
  }

  /** Changes one that waits; `before`: moves it directly before another one, or, with null, behind all. Throws TASK_GONE. */
  async edit(taskId: string, { before, ...given }: PromptEdit): Promise<MessageTask> {
    const item = this.#find(taskId)
    const change = { ...given, ...(before === undefined ? {} : this.#placeBefore(item, before)) }
    if (Object.keys(change).length === 0) return item
    await this.#recorder.editTask(item.conversationId, taskId, change)
    if (item.running) throw messageGone()
    if (change.text !== undefined) item.text = change.text
    if (change.priority !== undefined) item.priority = change.priority
    if (change.rank !== undefined) item.rank = change.rank
    this.#sort()
    return item
  }

  /** Moves one that waits before all others. */
  async moveFirst(taskId: string): Promise<MessageTask> {
    const [first] = this.#waiting
    return this.edit(taskId, first === undefined || first.taskId === taskId ? {} : { before: first.taskId })
  }

  /** Takes a message out once that is written. Throws TASK_GONE, and what a full disk throws: then it goes on waiting. */
  async withdraw(taskId: string): Promise<MessageTask> {
    const item = this.#find(taskId)
    const other = this.#leaving.get(item)
    if (other) {
      await other.catch(() => {})
      return this.withdraw(taskId)
    }
    const written = this.#recorder.dropTask(item.conversationId, taskId, 'withdrawn')
    this.#leaving.set(item, written)
    try {
      await written
      this.#waiting = this.#waiting.filter((one) => one !== item)
    } finally {
      this.#leaving.delete(item)
    }
    this.#refused(item, new AppError('TASK_GONE', 'The message was removed from the queue before it was sent.'))
    return item
  }

  #refused(item: MessageTask, error: AppError): void {
    item.refuse(error)
    this.#onOver(item)
  }

  #putFirst(item: MessageTask): void {
    const [first] = this.#waiting.filter((other) => other !== item)
    if (first) Object.assign(item, { priority: Math.max(item.priority, first.priority), rank: Math.min(item.rank, first.rank - 1) })
    this.#waiting = [item, ...this.#waiting.filter((other) => other !== item)]
  }

  /** What priority and rank put it there. */
  #placeBefore(item: MessageTask, before: string | null): { priority: number; rank: number } {
    const others = this.#waiting.filter((other) => other !== item)
    const last = others.at(-1)
    if (before === null) return last ? { priority: last.priority, rank: last.rank + 1_000 } : item
    const at = others.findIndex(({ taskId }) => taskId === before)
    const next = others[at]
    if (!next) throw messageGone()
    const previous = others[at - 1]
    const lower = previous?.priority === next.priority ? previous.rank : next.rank - 2_000
    return { priority: next.priority, rank: (lower + next.rank) / 2 }
  }

  #sort(): void {
    this.#waiting.sort((a, b) => b.priority - a.priority || a.rank - b.rank)
  }

  #find(taskId: string): MessageTask {
    const item = this.#waiting.find((other) => other.taskId === taskId)
    if (!item) throw messageGone()
    return item
  }
}
