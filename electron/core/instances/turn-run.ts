import { toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Origin, Outcome, Turn } from '../../../shared/domain/turn.ts'
import type { ClaudeEvent, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import { LateEnd } from './late-end.ts'
import type { CutOff } from './lost-words.ts'
import { partialDrafts, textOf } from './partial-drafts.ts'
import { StepQueue } from './step-queue.ts'
import { ToolLedger } from './tool-ledger.ts'
import { TurnLines } from './turn-lines.ts'
import { TurnMessages } from './turn-messages.ts'
import { TurnQuestions } from './turn-questions.ts'
import type { MessageDraft } from './turn-recorder.ts'
import type { TurnRunOptions } from './turn-run-options.ts'
import { TurnState } from './turn-state.ts'

/**
 * One turn from its prompt to its result: writes what happens, then shows it, and keeps the times.
 *
 * Events are taken strictly in order. While nothing is being written a delta goes straight through,
 * so streaming costs no turn of the event loop.
 */
export class TurnRun {
  readonly #options: TurnRunOptions
  readonly #state: TurnState
  readonly #steps: StepQueue
  readonly #tools = new ToolLedger()
  readonly #lines: TurnLines
  readonly #late: LateEnd
  readonly #questions: TurnQuestions
  readonly #messages: TurnMessages
  readonly #done = Promise.withResolvers<Turn>()
  #ending = false
  #keeps = false

  constructor(options: TurnRunOptions) {
    this.#options = options
    this.#lines = new TurnLines(options)
    this.#late = new LateEnd(options)
    this.#state = new TurnState(options)
    const common = { ...options, state: this.#state, tools: this.#tools }
    this.#questions = new TurnQuestions({ ...common, ended: () => this.#ending })
    this.#messages = new TurnMessages({ ...common, lines: this.#lines, late: this.#late, questions: this.#questions })
    this.#steps = new StepQueue((thrown) => this.#unwritable(thrown))
    if (options.after) this.#steps.add(() => options.after?.then(() => undefined))
  }

  /** Settles when the turn is on disk with its outcome; never rejects. */
  get done(): Promise<Turn> {
    return this.#done.promise
  }

  get turn(): Turn {
    return this.#state.turn
  }

  get ended(): boolean {
    return this.#ending
  }

  /** What it does now, for the sidebar. */
  get activity(): string {
    if (this.#questions.waiting) return 'Waiting for your approval'
    return this.#tools.activity() ?? this.#messages.answering ?? (this.turn.timing.startedMs === null ? 'Starting' : 'Thinking')
  }

  /** True while silence is nothing to worry about: a tool is at work or the user is asked. */
  get quietIsFine(): boolean {
    return this.#questions.waiting || this.#tools.running > 0
  }

  get waitsForUser(): boolean {
    return this.#questions.waiting
  }

  /** Monotonic time of the last sign of life. */
  get lastEventAt(): number {
    return this.#state.lastEventAt
  }

  /** An instance took the prompt. */
  allocated(): void {
    const elapsed = this.#state.elapsed()
    this.#state.time({ waitedMs: elapsed, allocatedMs: elapsed })
    this.#state.publish()
  }

  /** A process is ready for the prompt. */
  started(origin: Origin): void {
    this.#state.time({ startedMs: this.#state.elapsed(), origin })
    this.#state.alive()
    this.#state.publish()
  }

  /** Nothing has come for so long that it was said. */
  stalled(): void {
    this.#state.change({ stalls: (this.turn.stalls ?? 0) + 1 })
  }

  /** Takes one event of the process. */
  handle(event: ClaudeEvent): void {
    if (this.#ending) return
    this.#state.alive()
    if (event.type === 'result' || event.type === 'withdrawn') this.#ending = true
    this.#steps.add(() => this.#apply(event))
  }

  /** Asks the user; the answer is a denial when the turn ends first. */
  ask(question: PermissionQuestion): Promise<PermissionAnswer> {
    const answer = Promise.withResolvers<PermissionAnswer>()
    this.#steps.add(() => {
      this.#questions.ask(question).then(answer.resolve, answer.reject)
    })
    return answer.promise
  }

  /** Writes a message of the user's in the place where Claude took it; `write` follows it on the disk. */
  take(draft: MessageDraft, written: () => Promise<void>): void {
    const { joinedAs } = draft
    if (joinedAs !== undefined) this.#state.change({ joined: [...(this.turn.joined ?? []), joinedAs] })
    this.#state.alive()
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
    return { tools: this.#tools.runningNames(), asked: this.#questions.unanswered }
  }

  #apply(event: ClaudeEvent): void | Promise<void> {
    switch (event.type) {
      case 'message-start':
        return this.#messages.begins(event)
      case 'delta':
        return this.#messages.streams(event)
      case 'assistant':
        return this.#messages.says(event)
      case 'tool-results':
        return this.#messages.results(event)
      case 'said':
        return this.#lines.say(event)
      case 'retracted':
        return this.#messages.retract(event)
      case 'elicitation-complete':
        return this.#options.desk.completed(this.#options.turnId, event)
      case 'retry':
        this.#state.change({ retries: this.turn.retries + 1 })
        return this.#state.publish()
      case 'result':
        return this.#result(event)
      case 'withdrawn':
        return this.#end('interrupted', undefined)
      default:
        return undefined
    }
  }

  async #result(event: Extract<ClaudeEvent, { type: 'result' }>): Promise<void> {
    // What no message said, such as a command's output, is in the result alone.
    if (event.ok && event.text !== '' && this.turn.text === '') await this.#lines.sayResult(event.text)
    const text = event.ok && event.text !== '' ? event.text : this.turn.text
    const { usage, costUsd, calls, searches, byModel } = event
    this.#state.change({
      text,
      usage,
      costUsd,
      ...(event.structured === undefined ? {} : { structured: event.structured }),
      ...(searches > 0 ? { searches } : {}),
      ...(byModel.length > 0 ? { byModel } : {}),
      model: event.model ?? this.turn.model,
      ...(calls ? { firstCall: calls.first, lastCall: calls.last } : {}),
    })
    const outcome: Outcome = event.interrupted ? 'interrupted' : event.ok ? 'done' : 'failed'
    return this.#end(outcome, event.error ?? undefined)
  }

  async #end(outcome: Outcome, error: ErrorInfo | undefined): Promise<void> {
    const { recorder, channel, conversationId, desk, turnId, goesOnAt: whenItGoesOn, goOnLater } = this.#options
    const kept = this.#keeps ? await this.#questions.keep() : new Set<string>()
    await desk.withdrawTurn(turnId)
    for (const draft of partialDrafts(channel.provisional())) {
      channel.message(await this.#late.append(draft))
      if (draft.parentToolUseId === undefined && this.turn.text === '') this.#state.change({ text: textOf(draft) })
    }
    for (const tool of this.#tools.abandon(outcome === 'done')) if (!kept.has(tool.toolUseId)) await this.#messages.tool(tool)
    this.#state.time({ totalMs: this.#state.elapsed(), toolMs: this.#tools.totalMs })
    const goesOnAt = outcome === 'failed' && error ? (whenItGoesOn?.(error) ?? null) : null
    // Before the end: a kill between the two must not leave a turn that nobody goes on with.
    if (goesOnAt !== null) await goOnLater?.({ turnId, at: goesOnAt })
    const ended = { outcome, endedAt: new Date().toISOString(), ...(error ? { error } : {}) }
    this.#state.change({ ...ended, ...(goesOnAt === null ? {} : { goesOnAt }) })
    await recorder.appendTurn(conversationId, this.turn, { sync: true })
    // What is left of it when the app ends here goes at the next start.
    void recorder.settle(conversationId, turnId).catch(() => {})
    this.#settle()
  }

  #settle(): void {
    this.#options.channel.turn(this.turn)
    this.#done.resolve(this.turn)
  }

  /** The record could not be written: says so on the turn, which exists on the screen alone until it can be. */
  #unwritable(thrown: unknown): void {
    const error = toAppError(thrown)
    const first = this.turn.outcome === null || !this.#ending
    this.#ending = true
    const tools = this.#tools.abandon(false)
    this.#state.time({ totalMs: this.#state.elapsed(), toolMs: this.#tools.totalMs })
    const unsaved = [...new Set([...tools.map(({ name }) => name), ...this.#late.unsavedCalls()])]
    const info = { ...error.toInfo(), ...(unsaved.length > 0 ? { data: { ...error.data, unsaved } } : {}) }
    this.#state.change({ outcome: 'failed', error: info, endedAt: new Date().toISOString() })
    this.#late.write(thrown, { turn: this.turn, tools, asked: this.#questions.unanswered })
    this.#settle()
    if (first) this.#options.onUnwritable(error)
  }
}
