import { AppError } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import { checkDecision } from './approval-answer.ts'
import type { DecidedList } from './decided-list.ts'

/** What is done with the answer to a request whose process has ended. */
export type LateAnswering = {
  /**
   * Writes the answer and has it sent; answers the turn that takes it to Claude, null when that waits for other answers, or for the next
   * message: where Claude is to do nothing more.
   */
  answer: (approval: Approval, decision: Decision) => Promise<string | null>
  /** Nobody will answer it. */
  dismiss: (approval: Approval) => Promise<void>
}

type Kept = { approval: Approval; answering: Promise<string | null> | null }
type Coming = { conversationId: string; arrived: PromiseWithResolvers<void> }

/** So long somebody who answers waits until the end of the turn is written. */
const comesWithinMs = 10_000

/** Requests that outlived the process that asked. The conversations' files hold them; here they wait to be answered. */
export class KeptApprovals {
  readonly #kept = new Map<string, Kept>()
  readonly #coming = new Map<string, Coming>()
  readonly #decided: DecidedList
  #answering: LateAnswering | null = null

  constructor(decided: DecidedList) {
    this.#decided = decided
  }

  /** To be called once, before anything is answered. */
  answerWith(answering: LateAnswering): void {
    this.#answering = answering
  }

  list(): Approval[] {
    return [...this.#kept.values()].map(({ approval }) => approval)
  }

  get(id: string): Approval | undefined {
    return this.#kept.get(id)?.approval
  }

  has(id: string): boolean {
    return this.#kept.has(id)
  }

  /** What a conversation's file says now takes the place of what it said before. */
  replace(conversationId: string, approvals: readonly Approval[]): void {
    for (const [id, { approval }] of this.#kept) if (approval.conversationId === conversationId) this.#kept.delete(id)
    for (const approval of approvals) this.#kept.set(approval.id, { approval, answering: null })
    for (const [id, coming] of this.#coming) if (coming.conversationId === conversationId) this.#arrives(id, coming)
  }

  /** Its process has ended: it is kept as soon as the end of its turn is written. */
  expect({ id, conversationId }: Approval): void {
    this.#coming.set(id, { conversationId, arrived: Promise.withResolvers() })
  }

  isComing(id: string): boolean {
    return this.#coming.has(id)
  }

  /** Resolves when what is about to be kept is. */
  async comes(id: string): Promise<void> {
    const coming = this.#coming.get(id)
    if (!coming) return
    const timer = setTimeout(() => this.#arrives(id, coming), comesWithinMs)
    await coming.arrived.promise
    clearTimeout(timer)
  }

  #arrives(id: string, { arrived }: Coming): void {
    this.#coming.delete(id)
    arrived.resolve()
  }

  /** Answers the turn that takes the answer to Claude, where there is one. Of several answers the first that is written counts. */
  async decide(id: string, decision: Decision): Promise<string | null> {
    const item = this.#kept.get(id)
    if (!item) throw this.#decided.gone(id)
    if (item.answering) {
      await item.answering.catch(() => {})
      return this.decide(id, decision)
    }
    // Its turn may have ended before this is told.
    this.#decided.add(id, decision)
    item.answering = this.#decide(item.approval, decision)
    try {
      const turnId = await item.answering
      this.#kept.delete(id)
      return turnId
    } finally {
      item.answering = null
    }
  }

  async #decide(approval: Approval, decision: Decision): Promise<string | null> {
    const answering = this.#answering
    if (answering === null) throw new AppError('STATE_CONFLICT', 'Bullpen is still starting. Try again in a moment.')
    if (approval.lapsed !== undefined) {
      if (decision.decision === 'allow') throw new AppError('STATE_CONFLICT', approval.lapsed)
      await answering.dismiss(approval)
      return null
    }
    checkDecision(approval, decision)
    return answering.answer(approval, decision)
  }
}
