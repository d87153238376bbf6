import { AppError } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { PermissionAnswer } from '../claude/claude-event.ts'

export type ApprovalOutcome = 'waiting' | 'allowed' | 'denied' | 'withdrawn'
/** Called before an answer takes effect; the record of the question. */
export type ApprovalSink = (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => Promise<void>

type Waiting = {
  approval: Approval
  sink: ApprovalSink
  settle: (answer: PermissionAnswer) => void
}

const withdrawnAnswer: PermissionAnswer = { behavior: 'deny', message: 'The question was withdrawn.', interrupt: true }
const maxRemembered = 1_000

/** All permission questions that wait for the user. Nothing expires; what is not answered is not allowed. */
export class ApprovalDesk {
  readonly #waiting = new Map<string, Waiting>()
  readonly #remembered = new Map<string, Set<string>>()

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

  /** Asks the user, or answers at once what the user already allowed for this conversation. Settles exactly once. */
  async ask(approval: Approval, signal: AbortSignal, sink: ApprovalSink): Promise<PermissionAnswer> {
    if (this.#remembered.get(approval.conversationId)?.has(ruleOf(approval.tool, approval.input))) {
      await sink(approval, 'allowed', { decision: 'allow', remember: 'conversation' })
      return { behavior: 'allow', updatedInput: approval.input }
    }
    const { promise, resolve } = Promise.withResolvers<PermissionAnswer>()
    const withdraw = () => void this.#withdraw(approval.id)
    signal.addEventListener('abort', withdraw, { once: true })
    try {
      this.#waiting.set(approval.id, { approval, sink, settle: resolve })
      await sink(approval, 'waiting')
      if (signal.aborted) await this.#withdraw(approval.id)
      return await promise
    } finally {
      signal.removeEventListener('abort', withdraw)
      this.#waiting.delete(approval.id)
    }
  }

  /** Answers one question. A question that no longer waits is an error: somebody else answered, or the turn ended. */
  async decide(id: string, decision: Decision): Promise<void> {
    const item = this.#waiting.get(id)
    if (!item)
      throw new AppError(
        'APPROVAL_GONE',
        'This question no longer waits: it was answered elsewhere, or its turn ended. Nothing more is needed.',
      )
    this.#waiting.delete(id)
    if (decision.decision === 'allow' && decision.remember === 'conversation') this.#remember(item.approval)
    await item.sink(item.approval, decision.decision === 'allow' ? 'allowed' : 'denied', decision)
    item.settle(answerOf(item.approval, decision))
  }

  /** Withdraws whatever a turn still asks: it was stopped, or its process is gone. */
  async withdrawTurn(turnId: string): Promise<void> {
    for (const item of Array.from(this.#waiting.values())) {
      if (item.approval.turnId === turnId) await this.#withdraw(item.approval.id)
    }
  }

  async #withdraw(id: string): Promise<void> {
    const item = this.#waiting.get(id)
    if (!item) return
    this.#waiting.delete(id)
    item.settle(withdrawnAnswer)
    await item.sink(item.approval, 'withdrawn')
  }

  #remember(approval: Approval): void {
    const rules = this.#remembered.get(approval.conversationId) ?? new Set<string>()
    if (rules.size < maxRemembered) rules.add(ruleOf(approval.tool, approval.input))
    this.#remembered.set(approval.conversationId, rules)
  }
}

/** What "allow for this conversation" covers: the same tool, and for a command the very same command. */
function ruleOf(tool: string, input: Record<string, unknown>): string {
  return tool === 'Bash' ? `Bash\n${String(input['command'])}` : tool
}

function answerOf(approval: Approval, decision: Decision): PermissionAnswer {
  if (decision.decision === 'allow') return { behavior: 'allow', updatedInput: decision.updatedInput ?? approval.input }
  const message = decision.message?.trim()
  return { behavior: 'deny', message: message ? message : 'The user did not allow this.', interrupt: decision.interrupt ?? false }
}
