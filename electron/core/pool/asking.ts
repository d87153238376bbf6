import { AppError } from '../../../shared/app-error.ts'
import type { Answer, Strategy } from '../../../shared/domain/pool.ts'
import type { DispatchDeps } from './dispatch.ts'
import type { QueueHands } from './queue-hands.ts'
import type { WorkQueue } from './queue/work-queue.ts'
import type { WorkInput } from './queue/work.ts'

export type AskInput = Omit<WorkInput, 'retries' | 'retryDelaySeconds' | 'deadlineSeconds'> & { timeoutSeconds?: number | undefined }

export type AskingDeps = {
  queue: WorkQueue
  hands: QueueHands
  /** Throws when no turn may begin now, for example because a budget is used up. */
  admit: DispatchDeps['admit']
  strategy: () => Strategy
}

/** A question to the pool as a whole, whose caller waits for the answer. */
export class Asking {
  readonly #deps: AskingDeps

  constructor(deps: AskingDeps) {
    this.#deps = deps
  }

  /** Asks and waits for the turn's end. A turn that fails is not a failed call. Refused at once where nobody could answer. */
  async ask({ timeoutSeconds, ...input }: AskInput): Promise<Answer> {
    const { queue, hands, admit } = this.#deps
    const hindrance = hands.heldBy()
    if (hindrance !== null && !hands.paused) throw new AppError('STATE_CONFLICT', `Nobody can answer. ${hindrance}, then ask again.`)
    await admit(input.conversationId ?? null, input.instanceId ?? null)
    const work = await queue.add({ ...input, deadlineSeconds: timeoutSeconds, retries: 0, retryDelaySeconds: 1 }, { asked: true })
    const turn = await work.ended
    const { instanceId, conversationId, choice } = work.record
    const by = turn.instanceId ?? instanceId
    if (by === null || conversationId === null) throw new AppError('INTERNAL', 'The answer has lost its instance. Ask again.')
    const why = choice ?? { instanceId: by, strategy: this.#deps.strategy(), reason: 'it was asked before', ms: 0 }
    return { text: turn.text, instanceId: by, conversationId, turn, choice: why }
  }
}
