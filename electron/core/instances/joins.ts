import { messageGone } from './instance-errors.ts'
import type { MessageTask } from './message-task.ts'
import { promptDraft } from './prompt-draft.ts'
import type { PromptQueue } from './prompt-queue.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import type { TurnRun } from './turn-run.ts'

export type JoinsDeps = Pick<TurnDriverOptions, 'recorder' | 'channel' | 'sessionHas'> & {
  queue: PromptQueue
  tasksChanged: (conversationId: string) => void
}

/** Messages that Claude has read in a turn that another one began: each is part of that turn, and ends with it. */
export class Joins {
  readonly #deps: JoinsDeps

  constructor(deps: JoinsDeps) {
    this.#deps = deps
  }

  /** Whether Claude has read the message, as its transcript says. Never rejects. */
  async wasTaken({ conversationId }: MessageTask, uuid: string): Promise<boolean> {
    const { recorder, sessionHas } = this.#deps
    const { sessionId, cwd } = recorder.get(conversationId)
    return sessionId !== null && cwd !== null && sessionHas(sessionId, cwd, uuid).catch(() => false)
  }

  /** Claude has read it in the turn that runs. */
  join(item: MessageTask, uuid: string, run: TurnRun): void {
    const { queue, tasksChanged } = this.#deps
    queue.join(item)
    run.take({ ...promptDraft(item, uuid), turnId: run.turn.id, joinedAs: item.turnId }, () => this.sent(item))
    tasksChanged(item.conversationId)
    void run.done.then((turn) => {
      queue.finish(item, turn)
      tasksChanged(item.conversationId)
    })
  }

  /** The same where the turn has ended with its process. */
  async joinLate(item: MessageTask, uuid: string): Promise<void> {
    const { recorder, channel, queue, tasksChanged } = this.#deps
    const { lastTurn } = recorder.get(item.conversationId)
    const place = lastTurn === null ? {} : { turnId: lastTurn.id, joinedAs: item.turnId }
    const message = await recorder.appendMessage(item.conversationId, { ...promptDraft(item, uuid), ...place }, { sync: true })
    await this.sent(item)
    channel(item.conversationId).message(message)
    if (lastTurn === null) queue.giveBack(item, messageGone())
    else queue.finish(item, lastTurn)
    tasksChanged(item.conversationId)
  }

  /** The message itself takes the waiting prompt's place: it was sent, whether or not that can be written once more. */
  async sent(item: MessageTask): Promise<void> {
    if (item.stored) await this.#deps.recorder.dropTask(item.conversationId, item.taskId, 'sent').catch(() => {})
  }
}
