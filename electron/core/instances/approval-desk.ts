import { AppError } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { PermissionAnswer } from '../claude/claude-event.ts'
import { allowedInput, answerOf, checkDecision } from './approval-answer.ts'
import { RememberedCalls } from './remembered-calls.ts'

export type ApprovalOutcome = 'waiting' | 'allowed' | 'denied' | 'withdrawn'
/** Called before an answer takes effect; the record of the question. */
export type ApprovalSink = (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => Promise<void>

type Waiting = {
  approval: Approval
  sink: ApprovalSink
  settle: (answer: PermissionAnswer) => void
  /** Settles when an answer that is being written is there, or could not be written; null while nobody answers. */
  answering: Promise<void> | null
}

const withdrawnAnswer: PermissionAnswer = { behavior: 'deny', message: 'The question was withdrawn.', interrupt: true, withdrawn: true }

/** All requests that wait for the user. Nothing expires; what is not answered is not allowed. */
export class ApprovalDesk {
  readonly #waiting = new Map<string, Waiting>()
  readonly #remembered = new RememberedCalls()

  /** What waits, oldest first. */
  list(): Approval[] {
    return [...this.#waiting.values()].map((item) => item.approval)
  }

  countFor(instanceId: string): number {
    return this.list().filter((approval) => approval.instanceId === instanceId).length
  }

  forConversation(conversationId: string): Approval[] {
    return this.list().filter((approval) => approval.conversationId === conversationId)
  }

  /**
   * Asks the user, or answers at once what the user already allowed for this conversation. Settles exactly once.
   */
  async ask(approval: Approval, signal: AbortSignal, sink: ApprovalSink): Promise<PermissionAnswer> {
    if (approval.kind === 'permission' && this.#remembered.covers(approval)) {
      await sink(approval, 'allowed', { decision: 'allow', remember: 'conversation' })
      return { behavior: 'allow', updatedInput: approval.input }
    }
    const { promise, resolve } = Promise.withResolvers<PermissionAnswer>()
    const withdraw = () => void this.#withdraw(approval.id)
    signal.addEventListener('abort', withdraw, { once: true })
    try {
      this.#waiting.set(approval.id, { approval, sink, settle: resolve, answering: null })
      await sink(approval, 'waiting')
      if (signal.aborted) await this.#withdraw(approval.id)
      return await promise
    } finally {
      signal.removeEventListener('abort', withdraw)
      this.#waiting.delete(approval.id)
    }
  }

  /**
   * Answers one question, once the answer is written: one that cannot be written leaves the question open, to be answered again.
   * A question that no longer waits is an error: somebody else answered, or the turn ended.
   */
  async decide(id: string, decision: Decision): Promise<void> {
    const item = this.#waiting.get(id)
    if (!item) throw gone()
    checkDecision(item.approval, decision)
    if (item.answering) {
      // Of several answers the first that is written counts.
      await item.answering.catch(() => {})
      return this.decide(id, decision)
    }
    item.answering = this.#answer(item, decision)
    try {
      await item.answering
    } finally {
      item.answering = null
    }
  }

  /** Withdraws whatever a turn still asks: it was stopped, or its process is gone. Never throws. */
  async withdrawTurn(turnId: string): Promise<void> {
    for (const item of Array.from(this.#waiting.values())) {
      if (item.approval.turnId === turnId && item.approval.background !== true) await this.#withdraw(item.approval.id)
    }
  }

  async #answer({ approval, sink, settle }: Waiting, decision: Decision): Promise<void> {
    await sink(approval, decision.decision === 'allow' ? 'allowed' : 'denied', decision)
    // Withdrawn while it was written.
    if (!this.#waiting.delete(approval.id)) throw gone()
    if (decision.decision === 'allow' && decision.remember === 'conversation' && approval.kind === 'permission')
      this.#remembered.add({ ...approval, input: allowedInput(approval, decision) })
    settle(answerOf(approval, decision))
  }

  /** Nobody is left to hear an answer, so it is withdrawn whether or not that can be written; the sink says when it cannot. */
  async #withdraw(id: string): Promise<void> {
    const item = this.#waiting.get(id)
    if (!item) return
    this.#waiting.delete(id)
    item.settle(withdrawnAnswer)
    await item.sink(item.approval, 'withdrawn').catch(() => {})
  }
}

function gone(): AppError {
  return new AppError(
    'APPROVAL_GONE',
    'This question no longer waits: it was answered elsewhere, or its turn ended. Nothing more is needed.',
  )
}
