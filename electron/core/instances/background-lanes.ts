import type { AppError } from '../../../shared/app-error.ts'
import { toAppError } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { ToolCall } from '../../../shared/domain/message.ts'
import type { ClaudeEvent, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { newId } from '../storage/id.ts'
import { activityOf } from './activity.ts'
import { approvalOf } from './approval-of.ts'
import type { ApprovalDesk, ApprovalRecord } from './approval-desk.ts'
import { lapse } from './lapse.ts'
import { resultBlocks } from './result-blocks.ts'
import { ToolLedger } from './tool-ledger.ts'
import type { TurnRecorder } from './turn-recorder.ts'

export type BackgroundLanesDeps = {
  instanceId: string
  recorder: TurnRecorder
  channel: (conversationId: string) => ConversationChannel
  desk: ApprovalDesk
  onApproval: (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => void
  onChange: () => void
  /** Requests of a conversation have outlived their process. */
  onKept: (conversationId: string) => void
  /** What was said could not be written. */
  onUnwritable: (error: AppError) => void
}

/** Where what a sub-agent says belongs: the turn that began it. */
export type Lane = { conversationId: string; turnId: string }

const mostLanes = 500
const agentTools: ReadonlySet<string> = new Set(['Agent', 'Task'])

/** Writes what sub-agents in the background say and do: beside the turns, of which none begins or ends by it. */
export class BackgroundLanes {
  readonly #deps: BackgroundLanesDeps
  readonly #lanes = new Map<string, Lane>()
  readonly #tools = new ToolLedger()
  readonly #nextIndex = new Map<string, number>()
  #gone = new AbortController()
  #writing: Promise<void> = Promise.resolve()

  constructor(deps: BackgroundLanesDeps) {
    this.#deps = deps
  }

  /** From now on what is said for this tool call is of the background. */
  open(toolUseId: string, lane: Lane): void {
    if (this.#lanes.has(toolUseId)) return
    const [oldest] = this.#lanes.keys()
    if (this.#lanes.size >= mostLanes && oldest !== undefined) this.#lanes.delete(oldest)
    this.#lanes.set(toolUseId, lane)
  }

  /** True when the event was one of theirs. */
  take(event: ClaudeEvent): boolean {
    if (!('parentToolUseId' in event) || event.parentToolUseId === null) return false
    const lane = this.#lanes.get(event.parentToolUseId)
    if (!lane) return false
    // What streams in is not shown: whoever reads the conversation sees each of their messages when it is complete.
    if (event.type === 'assistant' && event.error === null) {
      for (const block of event.blocks) if (block.type === 'tool_use' && agentTools.has(block.name)) this.open(block.toolUseId, lane)
      this.#write(() => this.#assistant(event, lane))
    }
    if (event.type === 'tool-results') this.#write(() => this.#results(event, lane))
    return true
  }

  /** Asks the user for a sub-agent in the background, whatever turn runs; null when the question is not of one. */
  ask(question: PermissionQuestion, agents: ReadonlyMap<string, string>): Promise<PermissionAnswer> | null {
    const call = agents.get(question.facts?.agentId ?? '')
    const lane = this.#lanes.get(call ?? '')
    return lane ? this.#ask(question, lane) : null
  }

  /** The process is gone: what was asked stays to be seen, and what tools did last nobody can say. */
  close(): void {
    const asked = this.#deps.desk.releaseBackground(this.#deps.instanceId)
    this.#gone.abort()
    this.#gone = new AbortController()
    const lanes = new Map([...this.#lanes.values()].map((lane) => [lane.turnId, lane]))
    this.#lanes.clear()
    this.#nextIndex.clear()
    this.#write(async () => {
      for (const tool of this.#tools.abandon(false)) {
        const lane = lanes.get(tool.turnId)
        if (lane) await this.#tool(tool, lane)
      }
    })
    for (const approval of asked) this.#write(() => lapse(this.#deps, approval))
  }

  async #assistant(event: Extract<ClaudeEvent, { type: 'assistant' }>, lane: Lane): Promise<void> {
    const { providerId, blocks, uuid, model, parentToolUseId } = event
    const providerIndex = this.#nextIndex.get(providerId) ?? 0
    this.#nextIndex.delete(providerId)
    const [oldest] = this.#nextIndex.keys()
    if (this.#nextIndex.size >= mostLanes && oldest !== undefined) this.#nextIndex.delete(oldest)
    this.#nextIndex.set(providerId, providerIndex + blocks.length)
    const draft = { role: 'assistant' as const, blocks, turnId: lane.turnId, model, providerId, providerIndex, claudeUuid: uuid }
    await this.#message({ ...draft, parentToolUseId: parentToolUseId ?? '' }, lane)
    for (const block of blocks) {
      if (block.type === 'tool_use')
        await this.#tool(this.#tools.start(block, lane.turnId, parentToolUseId, activityOf(block.name, block.input)), lane)
    }
  }

  async #results(event: Extract<ClaudeEvent, { type: 'tool-results' }>, lane: Lane): Promise<void> {
    const blocks = resultBlocks(event.results)
    const own = { ...(event.uuid ? { claudeUuid: event.uuid } : {}), parentToolUseId: event.parentToolUseId ?? '' }
    await this.#message({ role: 'tool' as const, blocks, turnId: lane.turnId, ...own }, lane)
    for (const { toolUseId, isError } of event.results) {
      const tool = this.#tools.finish(toolUseId, isError)
      if (tool) await this.#tool(tool, lane)
    }
  }

  async #message(draft: Parameters<TurnRecorder['appendMessage']>[1], { conversationId }: Lane): Promise<void> {
    const { recorder, channel } = this.#deps
    channel(conversationId).message(await recorder.appendMessage(conversationId, draft, { sync: false }))
  }

  async #tool(tool: ToolCall, { conversationId }: Lane): Promise<void> {
    const { recorder, channel } = this.#deps
    await recorder.appendTool(conversationId, tool)
    channel(conversationId).tool(tool)
  }

  async #ask(question: PermissionQuestion, { conversationId, turnId }: Lane): Promise<PermissionAnswer> {
    const { desk, instanceId, onChange } = this.#deps
    const about = approvalOf(question, { id: newId('appr'), instanceId, conversationId, turnId })
    const approval: Approval = { ...about, background: true }
    const signal = AbortSignal.any([question.signal, this.#gone.signal])
    try {
      return await desk.ask(approval, signal, (...record) => this.#recordApproval(...record))
    } finally {
      onChange()
    }
  }

  async #recordApproval(...[approval, outcome, decision, rule]: ApprovalRecord): Promise<void> {
    const { recorder, channel, onApproval, onChange } = this.#deps
    const { conversationId, turnId, toolUseId } = approval
    await recorder.appendApproval(conversationId, approval, outcome, decision)
    channel(conversationId).approval(approval, outcome, decision)
    onApproval(approval, outcome, decision)
    onChange()
    const tool = this.#tools.approval(toolUseId, outcome, rule)
    if (tool) await this.#tool(tool, { conversationId, turnId })
  }

  /** One after the other, as they came. */
  #write(step: () => Promise<void>): void {
    this.#writing = this.#writing.then(step).catch((thrown: unknown) => this.#deps.onUnwritable(toAppError(thrown)))
  }
}
