import type { ErrorInfo } from '../../../shared/app-error.ts'
import { summaryNotice } from '../../../shared/domain/compaction.ts'
import { permissionModeSchema } from '../../../shared/domain/instance.ts'
import { blockOf, textOf, toolResultsOf } from './blocks.ts'
import { backgroundEvent, isBackground } from './background-message.ts'
import type { ClaudeEvent } from './claude-event.ts'
import { leavesNothing } from './leftovers.ts'
import { limitLines, limitWindows, metLimit, type MetLimit } from './limits.ts'
import { line, SaidLines, type SaidLine } from './said-lines.ts'
import { isOfReadKind, sdkMessageSchema, type SdkMessage } from './sdk-message.ts'
import { TurnAccount, type ModelTotals } from './turn-account.ts'
import { turnError } from './turn-errors.ts'

type Of<T extends SdkMessage['type']> = Extract<SdkMessage, { type: T }>
/** The end of a limit is told in whole seconds, and the answer that met it takes a while. */
const limitLagMs = 10_000
const syntheticModel = '<synthetic>'

/** Turns what the SDK says of one process into our events, and keeps the sums of each turn. */
export class Normaliser {
  readonly #account: TurnAccount
  /** The message that streams in each lane: the main thread and every sub-agent have one. */
  readonly #streaming = new Map<string, string>()
  #model: string | null = null
  #failure: { kind: string; detail: string } | null = null
  #retryStatus: number | null = null
  /** The usage limit that the account is at; it is told once and holds for later turns too. */
  #limit: MetLimit | null = null
  readonly #said = new SaidLines()
  /** What the last compaction left as it was: it was said before, also when it comes again. */
  #preserved: ReadonlySet<string> = new Set()
  /** The context was compacted, and what Claude remembers of it has not come. */
  #awaitsSummary = false
  #interrupting = false
  /** An interruption came before the prompt that it was meant for. */
  #interruptAgain = false
  #prompt: string | null = null
  /** Whether Claude Code has taken the prompt up; null where it does not say. */
  #promptStarted: boolean | null = null
  /** The `/clear` that was sent and has not been answered. */
  #clearing: string | null = null
  #hasLeftovers = false
  /** Prompts that steer, sent and not taken yet. */
  readonly #steering = new Set<string>()
  /** Something was said since the last result, so a turn is at work, with a prompt or without. */
  #active = false

  /** `before`: what the session had cost when the process took it up; null: that is not known. */
  constructor(options: { before: ModelTotals | null }) {
    this.#account = new TurnAccount(options)
  }

  /** A prompt was sent: the turn ends with the result that answers it. */
  prompted(uuid: string): void {
    this.#prompt = uuid
    this.#promptStarted = null
  }

  /** A prompt was sent that goes into the running turn, or begins one right after it. */
  steering(uuid: string): void {
    this.#steering.add(uuid)
  }

  /** `/clear` was sent: what comes until its result is nobody's turn. */
  clearing(uuid: string): void {
    this.#clearing = uuid
  }

  /** A tool of it may still be at work, or has left the process in a state that another session must not meet. */
  get hasLeftovers(): boolean {
    return this.#hasLeftovers
  }

  /** True from a prompt, or from the first sign of a turn without one, until the result. */
  get working(): boolean {
    return this.#prompt !== null || this.#active || this.#steering.size > 0
  }

  /** The user ends the turn that is at work, if any: its result is an interruption, not a failure. */
  interrupting(): void {
    this.#interrupting = this.working
  }

  /** True once when a prompt was taken up although it had been interrupted: Claude Code then knew nothing of it yet. */
  takeInterruptAgain(): boolean {
    const again = this.#interruptAgain
    this.#interruptAgain = false
    return again
  }

  /** The events of one message of the SDK's: none for kinds we do not read, null for one that is damaged. */
  read(raw: unknown): ClaudeEvent[] | null {
    const parsed = sdkMessageSchema.safeParse(raw)
    if (parsed.success) return this.#events(parsed.data)
    return isOfReadKind(raw) ? null : []
  }

  #events(message: SdkMessage): ClaudeEvent[] {
    switch (message.type) {
      case 'stream_event':
        return this.#stream(message)
      case 'assistant':
        return this.#assistant(message)
      case 'user':
        return this.#user(message)
      case 'result':
        if (this.#clearing !== null && message.user_message_uuid === this.#clearing) return this.#cleared(message)
        return [...this.#takenIn(message), ...(this.#isForeign(message) ? [] : this.#result(message))]
      case 'tool_progress': {
        const { tool_use_id: toolUseId, tool_name: name, elapsed_time_seconds: seconds, parent_tool_use_id: parentToolUseId } = message
        return [{ type: 'tool-progress', toolUseId, name, elapsedMs: seconds * 1_000, parentToolUseId }]
      }
      case 'rate_limit_event': {
        this.#limit = metLimit(message.rate_limit_info)
        return [{ type: 'limits', windows: limitWindows(message.rate_limit_info) }, ...limitLines(message.rate_limit_info)]
      }
      case 'auth_status':
        return message.error ? [saidEvent(line('notice', 'warning', message.error))] : []
      case 'conversation_reset':
        return this.#clearing === null ? [saidEvent(line('cleared', 'info', clearedWords))] : []
      case 'command_lifecycle':
        return this.#lifecycle(message)
      case 'system':
        return this.#system(message)
    }
  }

  #stream({ event, parent_tool_use_id: parentToolUseId }: Of<'stream_event'>): ClaudeEvent[] {
    const lane = parentToolUseId ?? ''
    if (event.type === 'message_start') {
      this.#streaming.set(lane, event.message.id)
      if (parentToolUseId === null) {
        this.#active = true
        this.#retryStatus = null
        if (this.#interrupting) this.#interruptAgain = true
      }
      const { id, model, usage } = event.message
      if (usage) this.#account.count(id, usage, lane === '', model)
      return [{ type: 'message-start', providerId: event.message.id, parentToolUseId }]
    }
    const providerId = this.#streaming.get(lane)
    if (providerId === undefined) return []
    if (event.type === 'message_delta') {
      if (!event.usage) return []
      this.#account.count(providerId, event.usage, lane === '')
      return [this.#spending()]
    }
    if (event.type === 'content_block_start') {
      const { type, id, name } = event.content_block
      return (type === 'tool_use' || type === 'server_tool_use') && id && name
        ? [{ type: 'tool-announced', toolUseId: id, name, parentToolUseId }]
        : []
    }
    const { delta, index } = event
    if (delta.type === 'text_delta' && delta.text)
      return [{ type: 'delta', providerId, index, kind: 'text', text: delta.text, parentToolUseId }]
    if (delta.type !== 'thinking_delta' || !delta.thinking) return []
    return [{ type: 'delta', providerId, index, kind: 'thinking', text: delta.thinking, parentToolUseId }]
  }

  #assistant({ message, uuid, error, supersedes, parent_tool_use_id: parentToolUseId }: Of<'assistant'>): ClaudeEvent[] {
    const { id, model, content, usage } = message
    if (this.#preserved.has(uuid)) return []
    const before = this.#survived()
    if (parentToolUseId === null) this.#active = true
    const synthetic = model === syntheticModel
    const blocks = content.map(blockOf)
    if (!blocks.every(leavesNothing)) this.#hasLeftovers = true
    const failed = synthetic && error !== undefined
    if (failed) this.#failure = { kind: error, detail: content.map(({ text }) => text ?? '').join(' ') }
    if (!synthetic) {
      if (parentToolUseId === null) this.#model = model
      // The stream's own figures are newer than those of a block that was sent while it ran.
      if (usage && this.#streaming.get(parentToolUseId ?? '') !== id) {
        this.#account.count(id, usage, parentToolUseId === null, model)
        before.push(this.#spending())
      }
    }
    const info: ErrorInfo | null = failed
      ? turnError({ status: this.#retryStatus, kinds: [error], detail: this.#failure?.detail ?? '', limit: null })
      : null
    const said: ClaudeEvent = { type: 'assistant', providerId: id, uuid, blocks, model, parentToolUseId, synthetic, error: info }
    return [...before, ...retracted(supersedes), said]
  }

  #spending(): ClaudeEvent {
    return { type: 'spending', models: this.#account.soFar }
  }

  /** A failure that the turn goes on after is a line of the thread; the one that ends it is the turn's own error. */
  #survived(): ClaudeEvent[] {
    const failure = this.#failure
    this.#failure = null
    return failure === null || failure.detail.trim() === '' ? [] : [saidEvent(line('notice', 'warning', failure.detail))]
  }

  #user({ message, uuid, isReplay, isSynthetic, tool_use_result: data, parent_tool_use_id: parentToolUseId }: Of<'user'>): ClaudeEvent[] {
    if (this.#awaitsSummary && isSynthetic === true) {
      this.#awaitsSummary = false
      return [saidEvent({ text: textOf(message.content), notice: summaryNotice })]
    }
    const results = isReplay === true ? [] : toolResultsOf(message.content, data)
    if (results.length === 0) return []
    const own = results.length === 1 && data !== undefined ? { data } : {}
    return [...this.#survived(), { type: 'tool-results', uuid: uuid ?? null, results, parentToolUseId, ...own }]
  }

  /**
   * What Claude did by itself, such as reporting a task in the background, ends with a result of its own. While a prompt
   * waits behind it, that is not the prompt's end; its tokens count to the prompt's turn.
   */
  #isForeign({ user_message_uuid: uuid, user_message_uuids: uuids = [], origin, num_turns: requests }: Of<'result'>): boolean {
    this.#active = false
    if (this.#prompt === null || this.#interrupting || uuid === this.#prompt || uuids.includes(this.#prompt)) return false
    const isOthers = uuid !== undefined || uuids.length > 0 || (origin !== undefined && origin !== null && origin.kind !== 'human')
    // A Claude Code that tells of prompts names the one that a result is of; a result of nothing is then of another.
    const isOfNothing = requests === 0 && this.#promptStarted !== null
    return isOthers || isOfNothing || this.#promptStarted === false
  }

  #lifecycle({ command_uuid: uuid, state, wakeup_source: source }: Of<'command_lifecycle'>): ClaudeEvent[] {
    if (this.#steering.has(uuid)) return this.#steered(uuid, state)
    if (uuid === this.#prompt && state === 'cancelled') return this.#withdrawn()
    if (uuid === this.#prompt && this.#promptStarted !== true) {
      this.#promptStarted = state !== 'queued'
      this.#interruptAgain = this.#interrupting && state === 'started'
    }
    return source !== undefined && state === 'started' ? [{ type: 'wakeup' }] : []
  }

  /** A Stop came before Claude Code had taken the prompt up: there is no turn of it, and no result comes. */
  #withdrawn(): ClaudeEvent[] {
    this.#prompt = null
    this.#promptStarted = null
    this.#interrupting = false
    return [{ type: 'withdrawn' }]
  }

  #steered(uuid: string, state: string): ClaudeEvent[] {
    if (state === 'queued') return []
    this.#steering.delete(uuid)
    const taken = state !== 'cancelled'
    // No prompt is at work: it begins a turn of its own.
    if (taken && this.#prompt === null) {
      this.#prompt = uuid
      this.#promptStarted = true
    }
    return [{ type: 'steered', uuid, taken }]
  }

  /** A result names the prompts that it answers: those were taken, whether or not that was said before. */
  #takenIn({ user_message_uuids: uuids = [] }: Of<'result'>): ClaudeEvent[] {
    return uuids.flatMap((uuid) => (this.#steering.delete(uuid) ? [{ type: 'steered' as const, uuid, taken: true }] : []))
  }

  #cleared({ is_error: isError, session_id: sessionId }: Of<'result'>): ClaudeEvent[] {
    this.#clearing = null
    this.#active = false
    if (isError) return []
    this.#account.restart()
    return [{ type: 'cleared', sessionId }]
  }

  #result(message: Of<'result'>): ClaudeEvent[] {
    const { is_error: isError, subtype, session_id: sessionId, result, errors, modelUsage, terminal_reason: reason } = message
    const { calls, ...spent } = this.#account.settle(modelUsage, this.#model)
    const interrupted = this.#interrupting && (subtype !== 'success' || reason?.startsWith('aborted') === true)
    const ok = !isError && subtype === 'success' && !interrupted
    const detail = this.#failure?.detail ?? result ?? (errors ?? []).join(' ')
    const kinds = [reason, this.#failure?.kind, subtype, message.api_error_type]
    const status = message.api_error_status ?? this.#retryStatus
    const error = ok || interrupted ? null : turnError({ status, kinds, detail, limit: this.#limitOf(status) })
    const before = ok ? [...this.#survived(), ...this.#stoppedByHook(reason)] : []
    this.#interrupting = false
    this.#prompt = null
    this.#failure = null
    this.#retryStatus = null
    // Why a hook has blocked the message was said in a line of its own.
    const text = ok && !this.#said.promptWasBlocked ? (result ?? '') : ''
    this.#said.turnEnded()
    const { structured_output: structured = null } = message
    const data = ok && structured !== null ? { structured } : {}
    return [...before, { type: 'result', ok, interrupted, error, text, ...data, ...spent, calls, model: this.#model, sessionId }]
  }

  /** The limit that a turn has met which failed with this status; one that is over is none. */
  #limitOf(status: number | null): MetLimit | null {
    const { retryAt = null } = this.#limit ?? {}
    const isOver = retryAt !== null && Date.parse(retryAt) <= Date.now() - limitLagMs
    if (isOver) this.#limit = null
    return status === 429 || this.#failure?.kind === 'rate_limit' ? this.#limit : null
  }

  #stoppedByHook(reason: string | undefined): ClaudeEvent[] {
    const stopped = reason === 'hook_stopped' || reason === 'stop_hook_prevented'
    return stopped && !this.#said.stopWasSaid ? [saidEvent(line('hook', 'warning', 'Stopped by a hook'))] : []
  }

  #system(message: Of<'system'>): ClaudeEvent[] {
    if (isBackground(message)) {
      if (message.subtype === 'background_tasks_changed' && message.tasks.length > 0) this.#hasLeftovers = true
      return [backgroundEvent(message)]
    }
    switch (message.subtype) {
      case 'init': {
        if (this.#clearing !== null) return []
        this.#active = true
        // What is told between the prompt and the begin of its turn ends nothing.
        if (this.#interrupting) this.#interruptAgain = true
        const { session_id: sessionId, model, claude_code_version: claudeVersion, tools, mcp_servers: mcpServers } = message
        const permissionMode = permissionModeSchema.safeParse(message.permissionMode).data ?? null
        return [{ type: 'session', sessionId, model, claudeVersion, tools, mcpServers, permissionMode }]
      }
      case 'api_retry': {
        this.#retryStatus = message.error_status
        const { attempt, max_retries: maxRetries, retry_delay_ms: delayMs, error_status: status } = message
        return [{ type: 'retry', attempt, maxRetries, delayMs, status }]
      }
      case 'status':
        return [{ type: 'compacting', active: message.status === 'compacting' }, ...modeOf(message.permissionMode), ...this.#lines(message)]
      case 'compact_boundary': {
        this.#awaitsSummary = true
        const { uuids = [], all_uuids: all = [] } = message.compact_metadata.preserved_messages ?? {}
        this.#preserved = new Set([...uuids, ...all])
        return this.#lines(message)
      }
      case 'elicitation_complete':
        return [{ type: 'elicitation-complete', server: message.mcp_server_name, elicitationId: message.elicitation_id }]
      case 'commands_changed':
        return [{ type: 'commands' }]
      case 'model_refusal_fallback':
        return [...retracted(message.retracted_message_uuids), ...this.#lines(message)]
      default:
        return this.#lines(message)
    }
  }

  #lines(message: Of<'system'>): ClaudeEvent[] {
    return this.#clearing === null ? this.#said.of(message).map(saidEvent) : []
  }
}

/** A mode that we do not know is none that could be kept. */
function modeOf(text: string | undefined): ClaudeEvent[] {
  const mode = permissionModeSchema.safeParse(text).data
  return mode === undefined ? [] : [{ type: 'mode', mode }]
}

const clearedWords = 'Context cleared. Claude no longer sees the messages above.'

function saidEvent({ text, notice }: SaidLine): ClaudeEvent {
  return { type: 'said', text, notice }
}

function retracted(uuids: string[] | undefined): ClaudeEvent[] {
  return uuids === undefined || uuids.length === 0 ? [] : [{ type: 'retracted', uuids }]
}
