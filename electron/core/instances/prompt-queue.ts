import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { MessageTask } from './message-task.ts'
import type { TurnRecorder } from './turn-recorder.ts'

/** More than this does not wait for one instance; the caller is told so. */
export const maxWaiting = 1_000

/** Where prompts that wait are written. */
type PromptRecorder = Pick<TurnRecorder, 'addTask' | 'editTask' | 'dropTask'>

/** The prompts of one instance: at most one runs, the others wait in the order of priority, then arrival. */
export class PromptQueue {
  readonly #recorder: PromptRecorder
  #waiting: MessageTask[] = []
  #running: MessageTask | null = null
  /** Those whose withdrawal is being written: they are not begun, and back in their place when it cannot be. */
  readonly #leaving = new Map<MessageTask, Promise<void>>()

  constructor(recorder: PromptRecorder) {
    this.#recorder = recorder
  }

  get size(): number {
    return this.#waiting.length
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
    return this.#running ? [this.#running, ...this.#waiting] : this.waiting()
  }

  add(item: MessageTask): void {
    if (this.#waiting.length >= maxWaiting) {
      throw new AppError(
        'LIMIT_REACHED',
        `${maxWaiting} messages already wait for this instance. Withdraw some, or wait until it has worked them off.`,
        { data: { limit: maxWaiting, retryAfterSeconds: 10 } },
      )
    }
    this.#waiting.push(item)
    this.#waiting.sort((a, b) => b.priority - a.priority)
  }

  /** Writes a prompt that has to wait; accepts or refuses it. */
  async store(item: MessageTask): Promise<void> {
    try {
      await this.#recorder.addTask(item.conversationId, item.toWaiting())
      item.stored = true
      item.accept()
    } catch (thrown) {
      this.#waiting = this.#waiting.filter((other) => other !== item)
      item.refuse(toAppError(thrown))
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
      item.running = true
    }
    this.#running = item
    return item
  }

  /** It does not wait here any more: whoever sent it is told why. */
  refuse(item: MessageTask, error: AppError): void {
    this.#waiting = this.#waiting.filter((other) => other !== item)
    item.refuse(error)
  }

  finished(item: MessageTask): void {
    if (this.#running === item) this.#running = null
  }

  /** The prompt could not be written: its sender is told and keeps the text. */
  giveBack(item: MessageTask, error: AppError): void {
    this.finished(item)
    item.refuse(error)
  }

  async edit(taskId: string, change: { text?: string; priority?: number }): Promise<MessageTask> {
    const item = this.#find(taskId)
    await this.#recorder.editTask(item.conversationId, taskId, change)
    if (item.running) throw gone()
    if (change.text !== undefined) item.text = change.text
    if (change.priority !== undefined) item.priority = change.priority
    this.#waiting.sort((a, b) => b.priority - a.priority)
    return item
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
    item.refuse(new AppError('TASK_GONE', 'The message was withdrawn before it was sent.'))
    return item
  }

  #find(taskId: string): MessageTask {
    const item = this.#waiting.find((other) => other.taskId === taskId)
    if (!item) throw gone()
    return item
  }
}

function gone(): AppError {
  return new AppError('TASK_GONE', 'This message no longer waits: it was sent or withdrawn meanwhile. Look at the conversation.')
}
