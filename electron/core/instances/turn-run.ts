import { toAppError, type AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { ToolCall } from '../../../shared/domain/message.ts'
import { begunTurn, type Origin, type Outcome, type Turn, type TurnChoice } from '../../../shared/domain/turn.ts'
import type { ClaudeEvent, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { newId } from '../storage/id.ts'
import { activityOf } from './activity.ts'
import type { ApprovalDesk, ApprovalRecord } from './approval-desk.ts'
import { approvalOf } from './approval-of.ts'
import { settlesWithin } from '../claude/wait.ts'
import { keptRecords } from './keep-open.ts'
import { LateEnd } from './late-end.ts'
import type { CutOff } from './lost-words.ts'
import { OpenMessages } from './open-messages.ts'
import { partialDrafts, textOf } from './partial-drafts.ts'
import { resultBlocks } from './result-blocks.ts'
import { StepQueue } from './step-queue.ts'
import { ToolLedger } from './tool-ledger.ts'
import { TurnLines } from './turn-lines.ts'
import type { GoesOn, MessageDraft, TurnRecorder } from './turn-recorder.ts'

/** Claude Code tells of a call before it asks about it; what it does not tell of is asked all the same. */
const callMs = 1_000

export type TurnRunOptions = {
  turnId: string
  conversationId: string
  instanceId: string
  /** On the monotonic clock: when the prompt was accepted. */
  acceptedAt: number
  /** Claude began it by itself, and why where that is known. */
  unprompted?: { cause: string | null } | undefined
  /** When a turn that failed for this goes on by itself; null: it does not. */
  goesOnAt?: ((error: ErrorInfo) => string | null) | undefined
  /** Has it go on then; what is to be done for that is on disk when this resolves. Never rejects. */
  goOnLater?: ((goesOn: GoesOn) => Promise<void>) | undefined
  /** Nothing of it is written before this has settled: the end of the turn before. */
  after?: Promise<unknown> | undefined
  /** How the pool found the instance; undefined when nobody had to choose. */
  choice?: TurnChoice | undefined
  recorder: TurnRecorder
  channel: ConversationChannel
  desk: ApprovalDesk
  /** Something the sidebar shows has changed. */
  onChange: () => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => void
  /** The record cannot be written any more: the turn must not go on. */
  onUnwritable: (error: AppError) => void
}

/**
 * One turn from its prompt to its result: writes what happens, then shows it, and keeps the times.
 *
 * Events are taken strictly in order. While nothing is being written a delta goes straight through,
 * so streaming costs no turn of the event loop.
 */
export class TurnRun {
  readonly #options: TurnRunOptions
  readonly #steps: StepQueue
  readonly #tools = new ToolLedger()
  readonly #lines: TurnLines
  readonly #late: LateEnd
  readonly #open = new OpenMessages((providerId) => this.#discard(providerId))
  readonly #done = Promise.withResolvers<Turn>()
  #turn: Turn
  #ending = false
  #answering: string | null = null
  #approvalsWaiting = 0
  #approvalWaitFrom = 0
  /** What the user was asked and has not answered, withdrawn or not. */
  readonly #unanswered = new Map<string, Approval>()
  /** By call: what the user answered, and nothing has come of yet. */
  readonly #answered = new Map<string, { approval: Approval; decision: Decision }>()
  /** Calls that were made, and who waits to hear of one. */
  readonly #calls = new Map<string, PromiseWithResolvers<void>>()
  #keeps = false
  #lastEventAt = performance.now()

  constructor(options: TurnRunOptions) {
    this.#options = options
    this.#lines = new TurnLines(options)
    this.#late = new LateEnd(options)
    const { turnId: id, conversationId, instanceId, choice, unprompted } = options
    const begun = begunTurn({ id, conversationId, instanceId, startedAt: new Date().toISOString() })
    this.#turn = { ...begun, ...(choice ? { choice } : {}), ...(unprompted ? startedAlone(unprompted) : {}) }
    this.#steps = new StepQueue((thrown) => this.#unwritable(thrown))
    if (options.after) this.#steps.add(() => options.after?.then(() => undefined))
  }

  /** Settles when the turn is on disk with its outcome; never rejects. */
  get done(): Promise<Turn> {
    return this.#done.promise
  }

  get turn(): Turn {
    return this.#turn
  }

  get ended(): boolean {
    return this.#ending
  }

  /** What it does now, for the sidebar. */
  get activity(): string {
    if (this.#approvalsWaiting > 0) return 'Waiting for your decision'
    return this.#tools.activity() ?? this.#answering ?? (this.#turn.timing.startedMs === null ? 'Starting' : 'Thinking')
  }

  /** True while silence is nothing to worry about: a tool is at work or the user is asked. */
  get quietIsFine(): boolean {
    return this.#approvalsWaiting > 0 || this.#tools.running > 0
  }

  get waitsForUser(): boolean {
    return this.#approvalsWaiting > 0
  }

  /** Monotonic time of the last sign of life. */
  get lastEventAt(): number {
    return this.#lastEventAt
  }

  /** An instance took the prompt. */
  allocated(): void {
    const elapsed = this.#elapsed()
    this.#time({ waitedMs: elapsed, allocatedMs: elapsed })
    this.#publish()
  }

  /** A process is ready for the prompt. */
  started(origin: Origin): void {
    this.#time({ startedMs: this.#elapsed(), origin })
    this.#lastEventAt = performance.now()
    this.#publish()
  }

  /** Nothing has come for so long that it was said. */
  stalled(): void {
    this.#turn = { ...this.#turn, stalls: (this.#turn.stalls ?? 0) + 1 }
  }

  /** Takes one event of the process. */
  handle(event: ClaudeEvent): void {
    if (this.#ending) return
    this.#lastEventAt = performance.now()
    if (event.type === 'result' || event.type === 'withdrawn') this.#ending = true
    this.#steps.add(() => this.#apply(event))
  }

  /** Asks the user; the answer is a denial when the turn ends first. */
  ask(question: PermissionQuestion): Promise<PermissionAnswer> {
    const answer = Promise.withResolvers<PermissionAnswer>()
    this.#steps.add(() => {
      this.#question(question).then(answer.resolve, answer.reject)
    })
    return answer.promise
  }

  /** Writes a message of the user's in the place where Claude took it; `write` follows it on the disk. */
  take(draft: MessageDraft, written: () => Promise<void>): void {
    const { joinedAs } = draft
    if (joinedAs !== undefined) this.#turn = { ...this.#turn, joined: [...(this.#turn.joined ?? []), joinedAs] }
    this.#lastEventAt = performance.now()
    this.#steps.add(async () => {
      const message = await this.#late.append(draft)
      await written()
      this.#options.channel.message(message)
    })
  }

  /**
   * Ends the turn from our side. Keeps the text that had streamed in, and with `keeps` what it asks, to be answered later. Returns `done`.
   */
  finish(outcome: Outcome, error?: ErrorInfo, { keeps = false } = {}): Promise<Turn> {
    if (!this.#ending) {
      this.#ending = true
      this.#keeps = keeps
      this.#steps.add(() => this.#end(outcome, error))
    }
    return this.done
  }

  /** What of it has no end or answer yet. */
  open(): CutOff {
    return { tools: this.#tools.runningNames(), asked: [...this.#unanswered.values()] }
  }

  #apply(event: ClaudeEvent): void | Promise<void> {
    switch (event.type) {
      case 'message-start':
        return this.#open.starts(event.providerId, event.parentToolUseId ?? '')
      case 'delta':
        return this.#delta(event)
      case 'assistant':
        return this.#assistant(event)
      case 'tool-results':
        return this.#toolResults(event)
      case 'said':
        return this.#lines.say(event)
      case 'retracted':
        return this.#retract(event.uuids)
      case 'elicitation-complete':
        return this.#options.desk.completed(this.#options.turnId, event)
      case 'retry':
        this.#turn = { ...this.#turn, retries: this.#turn.retries + 1 }
        return this.#publish()
      case 'result':
        return this.#result(event)
      case 'withdrawn':
        return this.#end('interrupted', undefined)
      default:
        return undefined
    }
  }

  #discard(providerId: string): void {
    const { channel, turnId, recorder } = this.#options
    if (channel.discard(turnId, providerId)) recorder.discardJournal(turnId, providerId)
  }

  async #retract(uuids: string[]): Promise<void> {
    for (const { blocks } of await this.#lines.retract(uuids)) {
      for (const block of blocks) if (block.type === 'tool_use') await this.#tool(this.#tools.retract(block.toolUseId))
    }
  }

  #delta(event: Extract<ClaudeEvent, { type: 'delta' }>): void {
    const { providerId, index, kind, text, parentToolUseId } = event
    const part = { turnId: this.#options.turnId, providerId, index, kind, text, ...(parentToolUseId ? { parentToolUseId } : {}) }
    this.#options.recorder.journal(this.#options.conversationId, part)
    this.#options.channel.delta(part)
    // Whoever waits for the first word gets it before what is said about it.
    this.#firstToken()
    const answering = kind === 'thinking' ? 'Thinking' : 'Answering'
    if (this.#answering === answering) return
    this.#answering = answering
    this.#options.onChange()
  }

  async #assistant(event: Extract<ClaudeEvent, { type: 'assistant' }>): Promise<void> {
    if (event.error !== null) return
    this.#firstToken()
    const { channel, turnId, onChange } = this.#options
    const { providerId, blocks, uuid, synthetic, parentToolUseId } = event
    if (!synthetic) this.#open.completes(providerId, parentToolUseId ?? '')
    const model = synthetic ? {} : { model: event.model }
    const providerIndex = this.#open.place(providerId, blocks.length)
    const lane = parentToolUseId ? { parentToolUseId } : {}
    const draft = { role: 'assistant' as const, blocks, turnId, ...model, providerId, providerIndex, claudeUuid: uuid, ...lane }
    const message = await this.#late.append(draft)
    this.#lines.stored(message)
    channel.message(message)
    for (const block of blocks) {
      if (block.type === 'text' && !parentToolUseId) this.#turn = { ...this.#turn, text: block.text, ...model }
      if (block.type === 'tool_use') {
        this.#call(block.toolUseId).resolve()
        await this.#tool(this.#tools.start(block, turnId, parentToolUseId, activityOf(block.name, block.input)))
      }
      // Of a tool that ran at the model's side.
      if (block.type === 'tool_result') await this.#tool(this.#tools.finish(block.toolUseId, block.isError))
    }
    onChange()
  }

  async #tool(tool: ToolCall | null): Promise<void> {
    if (!tool) return
    await this.#options.recorder.appendTool(this.#options.conversationId, tool)
    this.#options.channel.tool(tool)
  }

  async #toolResults(event: Extract<ClaudeEvent, { type: 'tool-results' }>): Promise<void> {
    const { channel, turnId } = this.#options
    const { results, uuid, parentToolUseId } = event
    const draft = {
      role: 'tool' as const,
      blocks: resultBlocks(results),
      turnId,
      ...(uuid ? { claudeUuid: uuid } : {}),
      ...(parentToolUseId ? { parentToolUseId } : {}),
    }
    const message = await this.#late.append(draft)
    this.#lines.stored(message)
    channel.message(message)
    for (const { toolUseId, isError } of results) {
      this.#answered.delete(toolUseId)
      await this.#tool(this.#tools.finish(toolUseId, isError))
    }
    this.#time({ toolMs: this.#tools.totalMs })
    this.#answering = null
    this.#publish()
  }

  async #question(question: PermissionQuestion): Promise<PermissionAnswer> {
    const { desk, turnId, conversationId, instanceId, onChange } = this.#options
    if (this.#ending) return { behavior: 'deny', message: 'The turn has ended.', interrupt: true }
    const approval = approvalOf(question, { id: newId('appr'), instanceId, conversationId, turnId })
    if (this.#approvalsWaiting === 0) this.#approvalWaitFrom = performance.now()
    this.#approvalsWaiting += 1
    onChange()
    try {
      // A call is on disk before it is asked about: what outlives the process is answered from there.
      if (approval.kind !== 'elicitation' && approval.kind !== 'dialog') await settlesWithin(this.#call(approval.toolUseId).promise, callMs)
      return await desk.ask(approval, question.signal, (...record) => this.#recordApproval(...record))
    } finally {
      this.#approvalsWaiting -= 1
      if (this.#approvalsWaiting === 0)
        this.#time({ approvalMs: this.#turn.timing.approvalMs + performance.now() - this.#approvalWaitFrom })
      this.#lastEventAt = performance.now()
      if (this.#ending) onChange()
      else this.#publish()
    }
  }

  async #recordApproval(...record: ApprovalRecord): Promise<void> {
    const [approval, outcome, decision] = record
    const { channel, onApproval } = this.#options
    const tool = await this.#writeApproval(...record).catch((thrown: unknown) => {
      // Nobody waits for it any more, written or not.
      if (outcome !== 'withdrawn') throw thrown
      return null
    })
    channel.approval(approval, outcome, decision)
    onApproval(approval, outcome, decision)
    if (tool) channel.tool(tool)
  }

  async #writeApproval(...[approval, outcome, decision, rule]: ApprovalRecord): Promise<ToolCall | null> {
    const { recorder, conversationId } = this.#options
    await recorder.appendApproval(conversationId, approval, outcome, decision)
    if (outcome === 'waiting') this.#unanswered.set(approval.id, approval)
    else if (outcome !== 'withdrawn') this.#unanswered.delete(approval.id)
    if (decision) this.#answered.set(approval.toolUseId, { approval, decision })
    const tool = this.#tools.approval(approval.toolUseId, outcome, rule)
    if (tool) await recorder.appendTool(conversationId, tool)
    return tool
  }

  async #result(event: Extract<ClaudeEvent, { type: 'result' }>): Promise<void> {
    // What no message said, such as a command's output, is in the result alone.
    if (event.ok && event.text !== '' && this.#turn.text === '') await this.#lines.sayResult(event.text)
    const text = event.ok && event.text !== '' ? event.text : this.#turn.text
    const { usage, costUsd, calls, searches, byModel } = event
    this.#turn = {
      ...this.#turn,
      text,
      usage,
      costUsd,
      ...(searches > 0 ? { searches } : {}),
      ...(byModel.length > 0 ? { byModel } : {}),
      model: event.model ?? this.#turn.model,
      ...(calls ? { firstCall: calls.first, lastCall: calls.last } : {}),
    }
    const outcome: Outcome = event.interrupted ? 'interrupted' : event.ok ? 'done' : 'failed'
    return this.#end(outcome, event.error ?? undefined)
  }

  async #end(outcome: Outcome, error: ErrorInfo | undefined): Promise<void> {
    const { recorder, channel, conversationId, desk, turnId } = this.#options
    const kept = this.#keeps ? await this.#keep() : new Set<string>()
    await desk.withdrawTurn(turnId)
    for (const draft of partialDrafts(channel.provisional())) {
      channel.message(await this.#late.append(draft))
      if (draft.parentToolUseId === undefined && this.#turn.text === '') this.#turn = { ...this.#turn, text: textOf(draft) }
    }
    for (const tool of this.#tools.abandon(outcome === 'done')) if (!kept.has(tool.toolUseId)) await this.#tool(tool)
    this.#time({ totalMs: this.#elapsed(), toolMs: this.#tools.totalMs })
    const goesOnAt = outcome === 'failed' && error ? (this.#options.goesOnAt?.(error) ?? null) : null
    // Before the end: a kill between the two must not leave a turn that nobody goes on with.
    if (goesOnAt !== null) await this.#options.goOnLater?.({ turnId, at: goesOnAt })
    const ended = { outcome, endedAt: new Date().toISOString(), ...(error ? { error } : {}) }
    this.#turn = { ...this.#turn, ...ended, ...(goesOnAt === null ? {} : { goesOnAt }) }
    await recorder.appendTurn(conversationId, this.#turn, { sync: true })
    await recorder.settle(conversationId, turnId)
    this.#settle()
  }

  /** What is asked outlives the process; answers the calls that are still to be answered, or to be sent their answer. */
  async #keep(): Promise<Set<string>> {
    const { recorder, channel, conversationId, desk, turnId, onApproval } = this.#options
    const asked = await desk.release(turnId)
    const records = keptRecords(asked, [...this.#answered.values()])
    for (const { approval, outcome, decision } of records) {
      await recorder.appendApproval(conversationId, approval, outcome, decision)
      channel.approval(approval, outcome, decision)
      onApproval(approval, outcome, decision)
    }
    return new Set(records.map(({ approval }) => approval.toolUseId))
  }

  #call(toolUseId: string): PromiseWithResolvers<void> {
    const known = this.#calls.get(toolUseId) ?? Promise.withResolvers<void>()
    this.#calls.set(toolUseId, known)
    return known
  }

  #settle(): void {
    this.#options.channel.turn(this.#turn)
    this.#done.resolve(this.#turn)
  }

  /** The record could not be written: says so on the turn, which exists on the screen alone until it can be. */
  #unwritable(thrown: unknown): void {
    const error = toAppError(thrown)
    const first = this.#turn.outcome === null || !this.#ending
    this.#ending = true
    const tools = this.#tools.abandon(false)
    this.#time({ totalMs: this.#elapsed(), toolMs: this.#tools.totalMs })
    this.#turn = { ...this.#turn, outcome: 'failed', error: error.toInfo(), endedAt: new Date().toISOString() }
    this.#late.write(thrown, { turn: this.#turn, tools, asked: [...this.#unanswered.values()] })
    this.#settle()
    if (first) this.#options.onUnwritable(error)
  }

  #firstToken(): void {
    if (this.#turn.timing.firstTokenMs !== null) return
    this.#time({ firstTokenMs: this.#elapsed() })
    this.#publish()
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#options.acceptedAt) * 10) / 10
  }

  #time(change: Partial<Turn['timing']>): void {
    this.#turn = { ...this.#turn, timing: { ...this.#turn.timing, ...change } }
  }

  #publish(): void {
    this.#options.channel.turn(this.#turn)
    this.#options.onChange()
  }
}

function startedAlone({ cause }: { cause: string | null }): Pick<Turn, 'startedBy' | 'startedFor'> {
  return { startedBy: 'claude', ...(cause === null ? {} : { startedFor: cause }) }
}
