import { compactionLine } from '../../../shared/domain/compaction.ts'
import type { MessageNotice } from '../../../shared/domain/message.ts'
import { hookLines, type HookLine } from './hook-lines.ts'
import type { SystemMessage } from './sdk-system.ts'

/** Something that Claude Code says outside of an answer, as a line of the thread. */
export type SaidLine = { text: string; notice: MessageNotice }
type Level = MessageNotice['level']

const mostText = 20_000

/** Turns what Claude Code says in `system` messages into lines. What it says twice in a turn, as a hook's words, is said once. */
export class SaidLines {
  #hooks: HookLine[] = []
  #promptWasBlocked = false

  /** A hook has kept the message of this turn from Claude, and that was said. */
  get promptWasBlocked(): boolean {
    return this.#promptWasBlocked
  }

  /** A hook has told why it ended the turn. */
  get stopWasSaid(): boolean {
    return this.#hooks.some(({ stops }) => stops)
  }

  /** The turn is over: what is said from now on is new. */
  turnEnded(): void {
    this.#hooks = []
    this.#promptWasBlocked = false
  }

  of(message: SystemMessage): SaidLine[] {
    return this.#read(message).filter(({ text }) => text.trim() !== '')
  }

  #read(message: SystemMessage): SaidLine[] {
    switch (message.subtype) {
      case 'informational':
        if (message.prompt_submit_outcome?.kind === 'blocked_by_hook') return this.#blocked(message.prompt_submit_outcome.reason)
        return this.#saidByHook(message.content) ? [] : [line('notice', levelOf(message.level), message.content)]
      case 'notification':
        return this.#isOfHook(message.key) ? [] : [line('notice', message.priority === 'immediate' ? 'warning' : 'info', message.text)]
      case 'hook_response': {
        const lines = hookLines(message)
        this.#hooks = [...this.#hooks, ...lines].slice(-50)
        return lines.map(({ text, level, event }) => line('hook', level, text, { event }))
      }
      default:
        return plainLines(message)
    }
  }

  #blocked(reason: string | undefined): SaidLine[] {
    this.#promptWasBlocked = true
    const words = 'Claude did not get this message: the UserPromptSubmit hook blocked it'
    return [line('hook', 'warning', reason?.trim() ? `${words}: ${reason.trim()}` : words, { event: 'UserPromptSubmit' })]
  }

  /** `PostToolUse:Bash says: …` repeats what the hook's own answer said. */
  #saidByHook(content: string): boolean {
    return this.#hooks.some(({ said }) => said !== null && content.endsWith(`says: ${said}`))
  }

  #isOfHook(key: string | undefined): boolean {
    return key !== undefined && key.includes('hook') && this.#hooks.length > 0
  }
}

/** A line of Claude Code's; very long ones are cut, and say so. */
export function line(kind: string, level: Level, text: string, data?: Record<string, unknown>): SaidLine {
  const cut = text.length > mostText ? `${text.slice(0, mostText)}… (${text.length - mostText} more characters)` : text
  return { text: cut.trim(), notice: { kind, level, ...(data ? { data } : {}) } }
}

function plainLines(message: Exclude<SystemMessage, { subtype: 'informational' | 'notification' | 'hook_response' }>): SaidLine[] {
  switch (message.subtype) {
    case 'compact_boundary': {
      const { trigger = null, pre_tokens: preTokens = null, post_tokens: postTokens = null } = message.compact_metadata
      return [compactionLine({ trigger, preTokens, postTokens })]
    }
    case 'status':
      return message.compact_result === 'failed' ? [line('compaction', 'warning', notCompacted(message.compact_error))] : []
    case 'local_command_output':
      return [line('command', 'info', message.content)]
    case 'model_fallback':
    case 'model_refusal_fallback':
      return [line('model', 'warning', message.content?.trim() || fallbackWords(message), modelsOf(message))]
    case 'model_refusal_no_fallback':
      return [line('refusal', 'warning', message.content?.trim() || (message.api_refusal_explanation ?? ''))]
    case 'permission_denied':
      return [line('permission', 'info', deniedWords(message), { tool: message.tool_name })]
    case 'memory_recall':
      return message.memories.length === 0 ? [] : [line('memory', 'info', recallWords(message.memories))]
    case 'plugin_install':
      return message.status === 'failed' ? [line('notice', 'warning', pluginWords(message))] : []
    case 'files_persisted':
      return message.failed.map(({ filename, error }) => line('notice', 'warning', `${filename} was not saved: ${error}`))
    case 'mirror_error':
      return [line('storage', 'error', `Claude Code could not copy its session: ${message.error}`)]
    case 'session_writes_lost':
      return [line('storage', 'error', writesLostWords)]
    case 'init':
    case 'api_retry':
    case 'elicitation_complete':
    case 'background_tasks_changed':
    case 'task_started':
    case 'task_progress':
    case 'task_notification':
    case 'commands_changed':
      return []
  }
}

const writesLostWords =
  'The disk was full and Claude Code could not save its session. Free up space; Bullpen has its own copy of this conversation.'

function notCompacted(error: string | undefined): string {
  return error ? `Context could not be compacted: ${error}` : 'Context could not be compacted'
}

type Fallback = { original_model?: string | undefined; fallback_model?: string | undefined }

function fallbackWords({ original_model: from, fallback_model: to }: Fallback): string {
  return `Switched ${from ? `from ${from} ` : ''}to ${to ?? 'another model'}`
}

function modelsOf({ original_model: from, fallback_model: to }: Fallback): Record<string, unknown> {
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) }
}

function deniedWords({ tool_name: tool, decision_reason: reason }: Extract<SystemMessage, { subtype: 'permission_denied' }>): string {
  return reason ? `${tool} was denied: ${reason}` : `${tool} was denied by a permission rule`
}

function recallWords(memories: readonly { path: string; content?: string | undefined }[]): string {
  return `Recalled from memory:\n${memories.map(({ path, content }) => content ?? path).join('\n')}`
}

function pluginWords({ name, error }: Extract<SystemMessage, { subtype: 'plugin_install' }>): string {
  return `The plugin ${name ?? ''} could not be installed${error ? `: ${error}` : ''}`.replace('  ', ' ')
}

/** `info` is what a terminal shows only on request; here it is a quiet line like the others. */
function levelOf(level: string | undefined): Level {
  return level === 'warning' ? 'warning' : 'info'
}
