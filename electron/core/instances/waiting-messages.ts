import { toAppError } from '../../../shared/app-error.ts'
import type { DroppedMessage, SendWhen } from '../../../shared/domain/task.ts'
import type { MessageTask } from './message-task.ts'
import type { PromptEdit, PromptQueue } from './prompt-queue.ts'
import type { Steering } from './steering.ts'

export type WaitingMessagesDeps = {
  queue: PromptQueue
  steering: Pick<Steering, 'recall' | 'send'>
  pump: () => void
  tasksChanged: (conversationId: string) => void
}

/** Messages that wait, or are on their way into the running turn: changed and taken back. */
export class WaitingMessages {
  readonly #deps: WaitingMessagesDeps

  constructor(deps: WaitingMessagesDeps) {
    this.#deps = deps
  }

  /** Changes one; what is on its way into the running turn goes on its way again then. Throws TASK_GONE. */
  async edit(taskId: string, { when, ...change }: PromptEdit & { when?: SendWhen }): Promise<MessageTask> {
    const { queue, steering } = this.#deps
    const steered = queue.all().some((item) => item.taskId === taskId && item.steers)
    await steering.recall(taskId)
    const item = await queue.edit(taskId, change)
    if (when === 'after') item.when = 'after'
    else if (when !== undefined || (steered && change.before === undefined)) {
      await queue.moveFirst(taskId)
      item.when = when ?? 'now'
    }
    if (item.when === 'now') steering.send()
    this.#changed(item)
    return item
  }

  /** Drops one. Throws TASK_GONE. */
  async withdraw(taskId: string): Promise<MessageTask> {
    const { queue, steering, pump } = this.#deps
    await steering.recall(taskId)
    const item = await queue.withdraw(taskId).catch((thrown: unknown) => {
      // It waits as before, and may have been passed over meanwhile.
      pump()
      throw thrown
    })
    this.#changed(item)
    return item
  }

  /** Drops all that waits in a conversation, and answers it; what was sent meanwhile is not among it. */
  async dropAll(conversationId: string): Promise<DroppedMessage[]> {
    const dropped: DroppedMessage[] = []
    for (const item of this.#deps.queue.all()) {
      if (item.running || item.conversationId !== conversationId || item.goesOn !== null || item.answers || item.ofQueue) continue
      try {
        const { taskId, text, images, attachments } = await this.withdraw(item.taskId)
        dropped.push({ taskId, text, images, attachments })
      } catch (thrown) {
        if (toAppError(thrown).code !== 'TASK_GONE') throw thrown
      }
    }
    return dropped
  }

  #changed({ conversationId }: MessageTask): void {
    this.#deps.tasksChanged(conversationId)
    this.#deps.pump()
  }
}
