import { AppError } from '../../../shared/app-error.ts'
import type { Answer, Strategy } from '../../../shared/domain/pool.ts'
import type { CheckBudget } from './dispatch.ts'
import type { TaskQueue } from '../queue/task-queue.ts'
import type { TaskInput } from '../queue/queue-task.ts'

export type AskInput = Omit<TaskInput, 'retries' | 'retryDelaySeconds' | 'deadlineSeconds'> & { timeoutSeconds?: number | undefined }

export type AsksDeps = {
  queue: TaskQueue
  checkBudget: CheckBudget
  strategy: () => Strategy
}

/** A question to the pool as a whole, whose caller waits for the answer. */
export class Asks {
  readonly #deps: AsksDeps

  constructor(deps: AsksDeps) {
    this.#deps = deps
  }

  /**
   * Asks and waits for the turn's end, like any work of the queue for an instance too. A turn that fails is not a failed
   * call. `signal` aborts when the caller has gone: what never began is withdrawn then, and what runs says that nobody waits for it.
   */
  async ask({ timeoutSeconds, ...input }: AskInput, signal?: AbortSignal): Promise<Answer> {
    const { queue, checkBudget } = this.#deps
    await checkBudget(input.conversationId ?? null, input.instanceId ?? null)
    const work = await queue.add({ ...input, deadlineSeconds: timeoutSeconds, retries: 0, retryDelaySeconds: 1 }, { asked: true })
    const left = (): void => void queue.callerLeft(work.id).catch(() => {})
    if (signal?.aborted) left()
    signal?.addEventListener('abort', left, { once: true })
    const turn = await work.ended.finally(() => signal?.removeEventListener('abort', left))
    const { instanceId, conversationId, choice } = work.record
    const by = turn.instanceId ?? instanceId
    if (by === null || conversationId === null) throw new AppError('INTERNAL', 'The instance for this answer is gone. Ask again.')
    const why = choice ?? { instanceId: by, strategy: this.#deps.strategy(), reason: 'it was asked before', ms: 0 }
    return { text: turn.text, instanceId: by, conversationId, turn, choice: why }
  }
}
