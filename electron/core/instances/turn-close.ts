import { toAppError } from '../../../shared/app-error.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { CurrentTurn } from './current-turn.ts'
import type { MessageTask } from './message-task.ts'
import type { PromptQueue } from './prompt-queue.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import type { TurnRun } from './turn-run.ts'

export type TurnCloseDeps = Pick<TurnDriverOptions, 'channel' | 'recorder' | 'onChange' | 'onTurnEnded' | 'onNotice'> & {
  current: CurrentTurn
  queue: PromptQueue
}

/** What follows a turn that has ended. */
export class TurnClose {
  readonly #deps: TurnCloseDeps

  constructor(deps: TurnCloseDeps) {
    this.#deps = deps
  }

  /** Its task is over: whoever sent the message is told. */
  settle(item: MessageTask, run: TurnRun): void {
    const { channel, recorder, onChange, current, queue } = this.#deps
    current.leave(run)
    queue.finish(item, run.turn)
    channel(item.conversationId).conversation(recorder.get(item.conversationId))
    onChange()
  }

  /** What others do then. What goes wrong there is told, and keeps nobody from going on. */
  async afterwards(turn: Turn): Promise<void> {
    try {
      await this.#deps.onTurnEnded(turn)
    } catch (thrown) {
      const { code, message } = toAppError(thrown)
      this.#deps.onNotice('error', code, message)
    }
  }
}
