import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { AppliedRule } from '../../../shared/domain/rule.ts'
import type { PermissionAnswer } from '../claude/claude-event.ts'
import { allowedInput, answerOf, checkDecision } from './approval-answer.ts'
import { DecidedList } from './decided-list.ts'
import { KeptApprovals } from './kept-approvals.ts'
import { OnceAllowed } from './once-allowed.ts'
import { Standing, type Settled } from './standing.ts'

/** `rule`: the one that decided. */
export type ApprovalRecord = [approval: Approval, outcome: ApprovalOutcome, decision?: Decision, rule?: AppliedRule]
/** Called before an answer takes effect; the record of the question. */
export type ApprovalSink = (...record: ApprovalRecord) => Promise<void>

type Waiting = {
  approval: Approval
  sink: ApprovalSink
  settle: (answer: PermissionAnswer) => void
  /** Settles when an answer that is being written is there, or could not be written; null while nobody answers. */
  answering: Promise<void> | null
  shown: boolean
}

const withdrawnAnswer: PermissionAnswer = { behavior: 'deny', message: 'The question was withdrawn.', interrupt: true, withdrawn: true }

/** All requests that wait for the user. Nothing expires; what is not answered is not allowed. */
export class ApprovalDesk {
  readonly #waiting = new Map<string, Waiting>()
  readonly #once = new OnceAllowed()
  readonly #decided = new DecidedList()
  /** Requests that outlived the process that asked. */
  readonly kept = new KeptApprovals(this.#decided)
  readonly #standing: Standing
  /** Turns whose end was seen while it was looked up what holds for a call of theirs. */
  readonly #lookingUp = new Map<string, { turnId: string; withdrawn: boolean }>()

  constructor(standing = new Standing()) {
    this.#standing = standing
  }

  /** What waits, oldest first. */
  list(): Approval[] {
    return this.#with([...this.#waiting.values()])
  }

  /** Those of it that are on disk: nobody is shown the others. */
  shown(): Approval[] {
    return this.#with([...this.#waiting.values()].filter(({ shown }) => shown))
  }

  /** Whether a rule denies a call, also one that Claude Code would not ask about. */
  denies(call: Pick<Approval, 'tool' | 'input' | 'folder' | 'instanceId'>): Promise<boolean> {
    return this.#standing.denies(call)
  }

  countFor(instanceId: string): number {
    return this.list().filter((approval) => approval.instanceId === instanceId).length
  }

  forConversation(conversationId: string): Approval[] {
    return this.shown().filter((approval) => approval.conversationId === conversationId)
  }

  /**
   * Asks the user, or answers at once what the user already allowed for this conversation. Settles exactly once.
   */
  async ask(approval: Approval, signal: AbortSignal, sink: ApprovalSink): Promise<PermissionAnswer> {
    const standing = this.#standing.of(approval)
    if (standing) {
      const looked = await this.#lookUp(approval, standing)
      if (looked === 'withdrawn') return withdrawnAnswer
      if (looked) {
        const { decision, rule, answer } = looked
        await sink(approval, decision.decision === 'allow' ? 'allowed' : 'denied', decision, rule)
        return answer
      }
    }
    if (approval.kind === 'permission' && this.#once.take(approval)) {
      await sink(approval, 'allowed', { decision: 'allow' })
      return { behavior: 'allow', updatedInput: approval.input }
    }
    return this.#askUser(this.#withProposals(approval), signal, sink)
  }

  async #askUser(approval: Approval, signal: AbortSignal, sink: ApprovalSink): Promise<PermissionAnswer> {
    const { promise, resolve } = Promise.withResolvers<PermissionAnswer>()
    const withdraw = () => void this.#withdraw(approval.id)
    signal.addEventListener('abort', withdraw, { once: true })
    try {
      const item: Waiting = { approval, sink, settle: resolve, answering: null, shown: false }
      this.#waiting.set(approval.id, item)
      await sink(approval, 'waiting')
      item.shown = true
      if (signal.aborted) await this.#withdraw(approval.id)
      return await promise
    } finally {
      signal.removeEventListener('abort', withdraw)
      this.#waiting.delete(approval.id)
    }
  }

  /**
   * Answers one question, once the answer is written: one that cannot be written leaves the question open, to be answered again.
   * A question that no longer waits is an error, which says what was answered: somebody else did, or the turn ended. Answers the turn that
   * takes a late answer to Claude.
   */
  async decide(id: string, decision: Decision): Promise<string | null> {
    if (this.kept.isComing(id)) await this.kept.comes(id)
    if (this.kept.has(id)) return this.#answerKept(id, decision)
    const item = this.#waiting.get(id)
    if (!item) throw this.#decided.gone(id)
    checkDecision(item.approval, decision)
    if (item.answering) {
      // Of several answers the first that is written counts.
      await item.answering.catch(() => {})
      return this.decide(id, decision)
    }
    item.answering = this.#answer(item, decision)
    try {
      await item.answering
      this.#decided.add(id, decision)
      return null
    } finally {
      item.answering = null
    }
  }

  /**
   * An answer that was given late is on its way to Claude in this turn: a call that was allowed is made again there, and not asked about
   * again.
   */
  answeredLate(approval: Approval, decision: Decision, turnId: string): void {
    if (decision.decision !== 'allow' || approval.kind !== 'permission') return
    const allowed = { ...approval, input: allowedInput(approval, decision) }
    this.#once.add(turnId, allowed)
  }

  /** An MCP server says that what it asked for at an address is done: told, and still to be answered. */
  async completed(turnId: string, { server, elicitationId }: { server: string; elicitationId: string }): Promise<void> {
    for (const item of this.#waiting.values()) {
      const { elicitation } = item.approval
      const isIt = item.approval.turnId === turnId && elicitation?.server === server && elicitation.elicitationId === elicitationId
      if (!isIt || elicitation.completed) continue
      item.approval = { ...item.approval, elicitation: { ...elicitation, completed: true } }
      await item.sink(item.approval, 'waiting')
    }
  }

  /** The turn has ended: what was allowed once in it and was not done is asked about again. */
  forgetOnce(turnId: string): void {
    this.#once.forget(turnId)
  }

  /** Withdraws whatever a turn still asks: it was stopped, or its process is gone. Never throws. */
  async withdrawTurn(turnId: string): Promise<void> {
    for (const looked of this.#lookingUp.values()) if (looked.turnId === turnId) looked.withdrawn = true
    for (const item of Array.from(this.#waiting.values())) {
      if (item.approval.turnId === turnId && item.approval.background !== true) await this.#withdraw(item.approval.id)
    }
  }

  /** Its process has ended: answers what the turn still asks, which is not withdrawn and waits here no more. */
  async release(turnId: string): Promise<Approval[]> {
    const released: Approval[] = []
    for (const item of Array.from(this.#waiting.values())) {
      if (item.approval.turnId !== turnId || item.approval.background === true) continue
      await item.answering?.catch(() => {})
      if (!this.#waiting.delete(item.approval.id)) continue
      released.push(item.approval)
      this.kept.expect(item.approval)
      item.settle(withdrawnAnswer)
    }
    return released
  }

  /** The process of an instance has ended: answers what its sub-agents in the background still ask, which waits here no more. */
  releaseBackground(instanceId: string): Approval[] {
    const released = [...this.#waiting.values()].filter(
      ({ approval, answering }) => approval.background === true && approval.instanceId === instanceId && answering === null,
    )
    for (const { approval, settle } of released) {
      this.#waiting.delete(approval.id)
      settle(withdrawnAnswer)
    }
    return released.map(({ approval }) => approval)
  }

  #with(items: readonly Waiting[]): Approval[] {
    const waiting = items.map(({ approval }) => approval)
    const kept = this.kept.list().map((approval) => this.#withProposals(approval))
    return kept.length === 0 ? waiting : [...kept, ...waiting].toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
  }

  /** What is to be kept of a late answer is kept before it is written, as of any other. */
  async #answerKept(id: string, decision: Decision): Promise<string | null> {
    const approval = this.kept.get(id)
    const forget = approval ? await this.#standing.keep(approval, decision) : null
    try {
      return await this.kept.decide(id, decision)
    } catch (thrown) {
      await forget?.()
      throw thrown
    }
  }

  async #lookUp(approval: Approval, standing: Promise<Settled | null>): Promise<Settled | 'withdrawn' | null> {
    const looked = { turnId: approval.background === true ? '' : approval.turnId, withdrawn: false }
    this.#lookingUp.set(approval.id, looked)
    try {
      const settled = await standing
      return looked.withdrawn ? 'withdrawn' : settled
    } finally {
      this.#lookingUp.delete(approval.id)
    }
  }

  #withProposals(approval: Approval): Approval {
    const ruleProposals = this.#standing.proposals(approval)
    return ruleProposals.length === 0 ? approval : { ...approval, ruleProposals }
  }

  async #answer({ approval, sink, settle }: Waiting, decision: Decision): Promise<void> {
    const forget = await this.#standing.keep(approval, decision)
    try {
      await sink(approval, decision.decision === 'allow' ? 'allowed' : 'denied', decision)
      // Withdrawn while it was written.
      if (!this.#waiting.delete(approval.id)) throw this.#decided.gone(approval.id)
    } catch (thrown) {
      await forget()
      throw thrown
    }
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
