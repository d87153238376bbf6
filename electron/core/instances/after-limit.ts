import { toAppError } from '../../../shared/app-error.ts'
import { MessageTask } from './message-task.ts'
import type { PromptQueue } from './prompt-queue.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import type { GoesOn } from './turn-recorder.ts'
import type { WaitingMessages } from './waiting-messages.ts'

export type AfterLimitDeps = Pick<TurnDriverOptions, 'gate' | 'onNotice'> & {
  queue: PromptQueue
  messages: Pick<WaitingMessages, 'withdraw'>
  pump: () => void
  tasksChanged: (conversationId: string) => void
}

const usualPriority = 5
/** Until it is found out what it says. */
const goOnLaterWords = 'Continue'

/** Conversations that go on by themselves when a usage limit is over: a message waits for that, before all others. */
export class AfterLimit {
  readonly #deps: AfterLimitDeps

  constructor(deps: AfterLimitDeps) {
    this.#deps = deps
  }

  /** Has a conversation go on with a turn then; that is on disk when this resolves. Never rejects. */
  async goOnLater(conversationId: string, goesOn: GoesOn): Promise<void> {
    const { queue, onNotice, tasksChanged, pump } = this.#deps
    const item = new MessageTask(conversationId, { text: goOnLaterWords, images: [], priority: usualPriority, goesOn })
    item.waited = true
    queue.add(item, { first: true })
    item.storing = queue.store(item)
    await item.accepted.catch((thrown: unknown) => {
      const { code, message } = toAppError(thrown)
      onNotice('error', code, `This conversation won’t continue automatically after the usage limit: ${message}`)
    })
    tasksChanged(conversationId)
    pump()
  }

  /** It does not go on by itself this time. */
  async drop(conversationId: string): Promise<void> {
    const { queue, messages } = this.#deps
    for (const item of queue.waiting())
      if (item.goesOn !== null && item.conversationId === conversationId) await messages.withdraw(item.taskId)
  }

  /** Goes on now instead of at the end of the limit; null where nothing waits to go on. */
  goOnNow(conversationId: string): MessageTask | null {
    const { queue, gate, pump } = this.#deps
    const item = queue.waiting().find((one) => one.goesOn !== null && one.conversationId === conversationId)
    if (item === undefined) return null
    item.place ??= gate.enter()
    pump()
    return item
  }
}
