import type { ErrorInfo } from '../../../shared/app-error.ts'
import { blockOf, toolResultsOf } from './blocks.ts'
import type { ClaudeEvent } from './claude-event.ts'
import { leavesNothing } from './leftovers.ts'
import { isOfReadKind, sdkMessageSchema, type SdkMessage } from './sdk-message.ts'
import { TurnAccount } from './turn-account.ts'
import { turnError } from './turn-errors.ts'

type Of<T extends SdkMessage['type']> = Extract<SdkMessage, { type: T }>
const syntheticModel = '<synthetic>'

/** Turns what the SDK says of one process into our events, and keeps the sums of each turn. */
export class Normaliser {
  readonly #account: TurnAccount
  /** The message that streams in each lane: the main thread and every sub-agent have one. */
  readonly #streaming = new Map<string, string>()
  #model: string | null = null
  #failure: { kind: string; detail: string } | null = null
  #retryStatus: number | null = null
  /** When the usage limit that the running turn has met is over. */
  #limitEnds: string | null = null
  #interrupting = false
  #prompt: string | null = null
  /** The `/clear` that was sent and has not been answered. */
  #clearing: string | null = null
  #hasLeftovers = false
  /** Something was said since the last result, so a turn is at work, with a prompt or without. */
  #active = false

  constructor(options: { resumed: boolean }) {
    this.#account = new TurnAccount(options)
  }

  /** A prompt was sent: the turn ends with the result that answers it. */
  prompted(uuid: string): void {
    this.#prompt = uuid
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
    return this.#prompt !== null || this.#active
  }

  /** The user ends the turn that is at work, if any: its result is an interruption, not a failure. */
  interrupting(): void {
    this.#interrupting = this.working
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
        return this.#isForeign(message) ? [] : [this.#result(message)]
      case 'tool_progress': {
        const { tool_use_id: toolUseId, tool_name: name, elapsed_time_seconds: seconds, parent_tool_use_id: parentToolUseId } = message
        return [{ type: 'tool-progress', toolUseId, name, elapsedMs: seconds * 1_000, parentToolUseId }]
      }
      case 'rate_limit_event': {
        const { status, resetsAt } = message.rate_limit_info
        this.#limitEnds = status === 'rejected' && resetsAt !== undefined ? new Date(resetsAt * 1_000).toISOString() : null
        return rateLimit(message)
      }
      case 'system':
        return this.#system(message)
    }
  }

  #stream({ event, parent_tool_use_id: parentToolUseId }: Of<'stream_event'>): ClaudeEvent[] {
    const lane = parentToolUseId ?? ''
    if (event.type === 'message_start') {
      this.#streaming.set(lane, event.message.id)
      this.#active = true
      if (parentToolUseId === null) this.#retryStatus = null
      if (event.message.usage) this.#account.count(event.message.id, event.message.usage, lane === '')
      return [{ type: 'message-start', providerId: event.message.id, parentToolUseId }]
    }
    const providerId = this.#streaming.get(lane)
    if (providerId === undefined) return []
    if (event.type === 'message_delta') {
      if (event.usage) this.#account.count(providerId, event.usage, lane === '')
      return []
    }
    if (event.type === 'content_block_start') {
      const { type, id, name } = event.content_block
      return type === 'tool_use' && id && name ? [{ type: 'tool-announced', toolUseId: id, name, parentToolUseId }] : []
    }
    const { delta, index } = event
    if (delta.type === 'text_delta' && delta.text)
      return [{ type: 'delta', providerId, index, kind: 'text', text: delta.text, parentToolUseId }]
    if (delta.type !== 'thinking_delta' || !delta.thinking) return []
    return [{ type: 'delta', providerId, index, kind: 'thinking', text: delta.thinking, parentToolUseId }]
  }

  #assistant({ message, uuid, error, parent_tool_use_id: parentToolUseId }: Of<'assistant'>): ClaudeEvent[] {
    const { id, model, content, usage } = message
    this.#active = true
    const synthetic = model === syntheticModel
    const blocks = content.map(blockOf)
    if (!blocks.every(leavesNothing)) this.#hasLeftovers = true
    const failed = synthetic && error !== undefined
    if (failed) this.#failure = { kind: error, detail: content.map(({ text }) => text ?? '').join(' ') }
    if (!synthetic) {
      if (parentToolUseId === null) this.#model = model
      // The stream's own figures are newer than those of a block that was sent while it ran.
      if (usage && this.#streaming.get(parentToolUseId ?? '') !== id) this.#account.count(id, usage, parentToolUseId === null)
    }
    const info: ErrorInfo | null = failed
      ? turnError({ status: this.#retryStatus, kind: error, detail: this.#failure?.detail ?? '', resetsAt: null })
      : null
    return [{ type: 'assistant', providerId: id, uuid, blocks, model, parentToolUseId, synthetic, error: info }]
  }

  #user({ message, uuid, isReplay, parent_tool_use_id: parentToolUseId }: Of<'user'>): ClaudeEvent[] {
    const results = isReplay === true ? [] : toolResultsOf(message.content)
    return results.length === 0 ? [] : [{ type: 'tool-results', uuid: uuid ?? null, results, parentToolUseId }]
  }

  /**
   * What Claude did by itself, such as reporting a task in the background, ends with a result of its own. While a prompt
   * waits behind it, that is not the prompt's end; its tokens count to the prompt's turn.
   */
  #isForeign({ user_message_uuid: uuid, user_message_uuids: uuids = [], origin }: Of<'result'>): boolean {
    this.#active = false
    if (this.#prompt === null || this.#interrupting || uuid === this.#prompt || uuids.includes(this.#prompt)) return false
    return origin?.kind === 'task-notification'
  }

  #cleared({ is_error: isError, session_id: sessionId }: Of<'result'>): ClaudeEvent[] {
    this.#clearing = null
    this.#active = false
    if (isError) return []
    this.#account.restart()
    return [{ type: 'cleared', sessionId }]
  }

  #result(message: Of<'result'>): ClaudeEvent {
    const { is_error: isError, subtype, session_id: sessionId, result, errors, modelUsage, terminal_reason: reason } = message
    const { usage, costUsd, calls } = this.#account.settle(modelUsage)
    const interrupted = this.#interrupting && (subtype !== 'success' || reason?.startsWith('aborted') === true)
    const ok = !isError && subtype === 'success' && !interrupted
    const detail = this.#failure?.detail ?? result ?? (errors ?? []).join(' ')
    const kind = this.#failure?.kind ?? reason ?? null
    const facts = { status: message.api_error_status ?? this.#retryStatus, kind, detail, resetsAt: this.#limitEnds }
    const error = ok || interrupted ? null : turnError(facts)
    this.#limitEnds = null
    this.#interrupting = false
    this.#prompt = null
    this.#failure = null
    this.#retryStatus = null
    return { type: 'result', ok, interrupted, error, text: ok ? (result ?? '') : '', usage, costUsd, calls, model: this.#model, sessionId }
  }

  #system(message: Of<'system'>): ClaudeEvent[] {
    switch (message.subtype) {
      case 'background_tasks_changed':
        if (message.tasks.length > 0) this.#hasLeftovers = true
        return []
      case 'init': {
        if (this.#clearing !== null) return []
        this.#active = true
        const { session_id: sessionId, model, claude_code_version: claudeVersion, tools, mcp_servers: mcpServers } = message
        return [{ type: 'session', sessionId, model, claudeVersion, tools, mcpServers }]
      }
      case 'api_retry': {
        this.#retryStatus = message.error_status
        const { attempt, max_retries: maxRetries, retry_delay_ms: delayMs, error_status: status } = message
        return [{ type: 'retry', attempt, maxRetries, delayMs, status }]
      }
      case 'status':
        return [{ type: 'compacting', active: message.status === 'compacting' }]
      case 'session_writes_lost':
        return [
          notice(
            'error',
            'SESSION_WRITES_LOST',
            'The disk was full and Claude Code could not save its session. Free some space; Bullpen has its own copy of what was said.',
          ),
        ]
      case 'permission_denied':
        return [notice('info', 'PERMISSION_DENIED', `A rule of yours refused ${message.tool_name}. Change the rule if that was not meant.`)]
    }
  }
}

function rateLimit({ rate_limit_info: { status, resetsAt } }: Of<'rate_limit_event'>): ClaudeEvent[] {
  if (status === 'allowed') return []
  const until =
    resetsAt === undefined ? '' : ` It is over at ${new Date(resetsAt * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC.`
  return status === 'rejected'
    ? [notice('error', 'USAGE_LIMIT', `Your account has reached its usage limit.${until}`)]
    : [notice('warning', 'USAGE_LIMIT_NEAR', `Your account is close to its usage limit.${until}`)]
}

function notice(level: 'info' | 'warning' | 'error', code: string, message: string): ClaudeEvent {
  return { type: 'notice', level, code, message }
}
