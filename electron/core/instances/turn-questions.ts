import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { ToolCall } from '../../../shared/domain/message.ts'
import type { PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import { settlesWithin } from '../claude/wait.ts'
import { newId } from '../storage/id.ts'
import type { ApprovalRecord } from './approval-desk.ts'
import { approvalOf } from './approval-of.ts'
import { keptRecords } from './keep-open.ts'
import type { ToolLedger } from './tool-ledger.ts'
import type { TurnRunOptions } from './turn-run-options.ts'
import type { TurnState } from './turn-state.ts'

/** Claude Code tells of a call before it asks about it; what it does not tell of is asked all the same. */
const callMs = 1_000

type Options = Pick<
  TurnRunOptions,
  'desk' | 'turnId' | 'conversationId' | 'instanceId' | 'onChange' | 'onApproval' | 'recorder' | 'channel'
>
export type TurnQuestionsDeps = Options & { state: TurnState; tools: ToolLedger; ended: () => boolean }

/** What the user is asked in one turn: written, then shown, with what becomes of it. */
export class TurnQuestions {
  readonly #deps: TurnQuestionsDeps
  #waiting = 0
  #waitFrom = 0
  /** What the user was asked and has not answered, withdrawn or not. */
  readonly #unanswered = new Map<string, Approval>()
  /** By call: what the user answered, and nothing has come of yet. */
  readonly #answered = new Map<string, { approval: Approval; decision: Decision }>()
  /** Calls that were made, and who waits to hear of one. */
  readonly #calls = new Map<string, PromiseWithResolvers<void>>()

  constructor(deps: TurnQuestionsDeps) {
    this.#deps = deps
  }

  get waiting(): boolean {
    return this.#waiting > 0
  }

  /** What has no answer yet. */
  get unanswered(): Approval[] {
    return [...this.#unanswered.values()]
  }

  /** Asks; the answer is a denial when the turn has ended. */
  async ask(question: PermissionQuestion): Promise<PermissionAnswer> {
    const { desk, turnId, conversationId, instanceId, onChange, state, ended } = this.#deps
    if (ended()) return { behavior: 'deny', message: 'The turn has ended.', interrupt: true }
    const approval = approvalOf(question, { id: newId('appr'), instanceId, conversationId, turnId })
    if (this.#waiting === 0) this.#waitFrom = performance.now()
    this.#waiting += 1
    onChange()
    try {
      // A call is on disk before it is asked about: what outlives the process is answered from there.
      if (approval.kind !== 'elicitation' && approval.kind !== 'dialog') await settlesWithin(this.#call(approval.toolUseId).promise, callMs)
      return await desk.ask(approval, question.signal, (...record) => this.#record(...record))
    } finally {
      this.#waiting -= 1
      if (this.#waiting === 0) state.time({ approvalMs: state.turn.timing.approvalMs + performance.now() - this.#waitFrom })
      state.alive()
      if (ended()) onChange()
      else state.publish()
    }
  }

  /** A call was made, and that is on disk. */
  called(toolUseId: string): void {
    this.#call(toolUseId).resolve()
  }

  /** A call has a result: what was answered about it has reached Claude. */
  resulted(toolUseId: string): void {
    this.#answered.delete(toolUseId)
  }

  /** What is asked outlives the process; answers the calls that are still to be answered, or to be sent their answer. */
  async keep(): Promise<Set<string>> {
    const { recorder, channel, conversationId, desk, turnId, onApproval } = this.#deps
    const asked = await desk.release(turnId)
    const records = keptRecords(asked, [...this.#answered.values()])
    for (const { approval, outcome, decision } of records) {
      await recorder.appendApproval(conversationId, approval, outcome, decision)
      channel.approval(approval, outcome, decision)
      onApproval(approval, outcome, decision)
    }
    return new Set(records.map(({ approval }) => approval.toolUseId))
  }

  async #record(...record: ApprovalRecord): Promise<void> {
    const [approval, outcome, decision] = record
    const { channel, onApproval } = this.#deps
    const tool = await this.#write(...record).catch((thrown: unknown) => {
      // Nobody waits for it any more, written or not.
      if (outcome !== 'withdrawn') throw thrown
      return null
    })
    channel.approval(approval, outcome, decision)
    onApproval(approval, outcome, decision)
    if (tool) channel.tool(tool)
  }

  async #write(...[approval, outcome, decision, rule]: ApprovalRecord): Promise<ToolCall | null> {
    const { recorder, conversationId, tools } = this.#deps
    await recorder.appendApproval(conversationId, approval, outcome, decision)
    if (outcome === 'waiting') this.#unanswered.set(approval.id, approval)
    else if (outcome !== 'withdrawn') this.#unanswered.delete(approval.id)
    if (decision) this.#answered.set(approval.toolUseId, { approval, decision })
    const tool = tools.approval(approval.toolUseId, outcome, rule)
    if (tool) await recorder.appendTool(conversationId, tool)
    return tool
  }

  #call(toolUseId: string): PromiseWithResolvers<void> {
    const known = this.#calls.get(toolUseId) ?? Promise.withResolvers<void>()
    this.#calls.set(toolUseId, known)
    return known
  }
}
