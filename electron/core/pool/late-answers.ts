import { toAppError } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Channels } from '../events/channels.ts'
import type { LateAnswering } from '../instances/kept-approvals.ts'
import type { ApprovalDesk } from '../instances/approval-desk.ts'
import type { Dispatch } from './dispatch.ts'

export type LateAnswersDeps = {
  conversations: ConversationStore
  channels: Channels
  dispatch: Dispatch
  desk: ApprovalDesk
  /** Writes a changed plan to the file that Claude Code has given it; false where that cannot be done. Never rejects. */
  savePlan: (file: string, text: string) => Promise<boolean>
  /** Turns and messages that wait with an answer to take to Claude, in any conversation. */
  isSending: (conversationId: string) => boolean
  onApproval: (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => void
  onFailure: (conversationId: string, error: { code: string; message: string }) => void
}

/** Answers to requests that outlived their process: each is on disk first, then goes to Claude in a turn of its own. */
export class LateAnswers implements LateAnswering {
  readonly #deps: LateAnswersDeps

  constructor(deps: LateAnswersDeps) {
    this.#deps = deps
    deps.desk.kept.answerWith(this)
  }

  /** Shows what is open in a conversation, or in all, and sends what was answered and not sent. */
  takeUp(only?: string): void {
    const { conversations, desk } = this.#deps
    const byConversation = Map.groupBy(conversations.openApprovals(only), ({ approval }) => approval.conversationId)
    if (only !== undefined && !byConversation.has(only)) desk.kept.replace(only, [])
    for (const [id, open] of byConversation) {
      desk.kept.replace(
        id,
        open.flatMap(({ approval, decision }) => (decision === null ? [approval] : [])),
      )
      if (open.some(({ decision }) => decision !== null && decision.interrupt !== true))
        this.#send(id).catch((thrown: unknown) => this.#deps.onFailure(id, toAppError(thrown)))
    }
  }

  async answer(approval: Approval, decision: Decision): Promise<string | null> {
    const { conversationId } = approval
    const { dispatch, conversations } = this.#deps
    if (decision.decision === 'deny' && decision.interrupt === true) {
      await this.#record(approval, 'denied', decision)
      this.#changed(conversationId)
      return null
    }
    // Whoever could not take it says so before anything is written.
    await dispatch.ready(conversationId)
    await this.#record(approval, decision.decision === 'allow' ? 'allowed' : 'denied', decision)
    if (approval.kind === 'plan' && decision.decision === 'allow') {
      await this.#savePlan(approval, decision)
      await this.#leavePlanMode(conversationId, decision)
    }
    try {
      return await this.#send(conversationId)
    } catch (thrown) {
      await this.#record(approval, 'waiting')
      throw thrown
    } finally {
      this.#changed(conversations.get(conversationId).id)
    }
  }

  async dismiss(approval: Approval): Promise<void> {
    await this.#record(approval, 'withdrawn')
  }

  /** Nobody will answer what is open in a conversation: it goes away, or what it was asked about does. */
  async withdraw(conversationId: string): Promise<void> {
    for (const { approval } of this.#deps.conversations.openApprovals(conversationId)) await this.dismiss(approval)
    this.#deps.desk.kept.replace(conversationId, [])
  }

  /** Answers the turn; null while something else of the conversation is still to be answered, or one is on its way already. */
  async #send(conversationId: string): Promise<string | null> {
    const open = this.#deps.conversations.openApprovals(conversationId).filter(({ approval }) => approval.lapsed === undefined)
    const [first] = open
    const isStopped = open.every(({ decision }) => decision?.interrupt === true)
    if (!first || isStopped || open.some(({ decision }) => decision === null) || this.#deps.isSending(conversationId)) return null
    const { task } = await this.#deps.dispatch.sendAnswers(conversationId, wordsFor(first.approval))
    return task.turnId
  }

  /** As Claude Code would, had it been there: what the user has changed in the plan stands in its file too. */
  async #savePlan({ input, plan: asked }: Approval, { plan }: Decision): Promise<void> {
    const file = input['planFilePath']
    if (plan !== undefined && plan !== asked && typeof file === 'string') await this.#deps.savePlan(file, plan)
  }

  async #leavePlanMode(conversationId: string, { planMode }: Decision): Promise<void> {
    const { conversations, dispatch } = this.#deps
    const own = dispatch.modeOf(conversationId)
    const mode = planMode ?? (own === 'plan' ? 'default' : (own ?? 'default'))
    await conversations.setMode(conversationId, mode === own ? null : mode)
  }

  async #record(approval: Approval, outcome: ApprovalOutcome, decision?: Decision): Promise<void> {
    const { conversations, channels, onApproval } = this.#deps
    await conversations.appendApproval(approval.conversationId, approval, outcome, decision)
    channels.find(approval.conversationId)?.approval(approval, outcome, decision)
    onApproval(approval, outcome, decision)
  }

  #changed(conversationId: string): void {
    const { channels, conversations } = this.#deps
    channels.find(conversationId)?.conversation(conversations.get(conversationId))
  }
}

const longestWords = 120

/** How the answer is called while it waits in line. */
function wordsFor({ kind, tool, questions }: Approval): string {
  const [first] = questions ?? []
  if (kind === 'plan') return 'Your answer to the plan'
  if (kind !== 'question' || !first) return `Your answer about ${tool}`
  const characters = Array.from(first.question)
  return `Your answer to “${characters.slice(0, longestWords).join('')}${characters.length > longestWords ? '…' : ''}”`
}
