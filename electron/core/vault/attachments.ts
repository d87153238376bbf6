import { blocksOf } from './transcript-blocks.ts'
import { fieldsOf, textIn, type Fields } from './fields.ts'
import { withoutCodes } from './marks.ts'
import { userLine, type UserLine } from './user-line.ts'

/** What an attachment says. `sentAs`: the id that its message was sent with. `isMeta`: it is for Claude alone. */
export type AttachedLine = { said: UserLine; sentAs: string | null; isMeta: boolean }

/** An attachment of a transcript as what it means to a reader; null for what Claude Code tells Claude only. */
export function attachedLine(attachment: Fields | null): AttachedLine | null {
  const type = textIn(attachment, 'type')
  if (!attachment || type === null) return null
  if (type === 'queued_command') return queuedLine(attachment)
  if (type === 'teammate_mailbox') return mailboxLine(attachment)
  const note = noteOf(type, attachment)
  return note === null ? null : { said: { ...userLine([], null), notes: [note] }, sentAs: null, isMeta: false }
}

/** A message that was typed while Claude worked. */
function queuedLine(attachment: Fields): AttachedLine | null {
  // One that was handed on from elsewhere stands where it was said first.
  if (fieldsOf(attachment['forwardedIntent']) !== null) return null
  const blocks = blocksOf(attachment['prompt'])
  const isBash = attachment['commandMode'] === 'bash'
  const said = isBash ? { ...userLine([], null), notes: [`! ${userLine(blocks, null).text}`] } : userLine(blocks, null)
  return { said: { ...said, isQueued: true }, sentAs: textIn(attachment, 'source_uuid'), isMeta: attachment['isMeta'] === true }
}

/** What teammates wrote, delivered together. */
function mailboxLine(attachment: Fields): AttachedLine | null {
  const messages: unknown[] = Array.isArray(attachment['messages']) ? attachment['messages'] : []
  const notes = messages.flatMap((raw) => {
    const message = fieldsOf(raw)
    const text = textIn(message, 'text')
    return text === null ? [] : [`${textIn(message, 'from') ?? 'Teammate'}: ${text}`]
  })
  return notes.length === 0 ? null : { said: { ...userLine([], null), notes, says: 'notice', isQueued: true }, sentAs: null, isMeta: false }
}

function noteOf(type: string, attachment: Fields): string | null {
  if (forClaude.has(type) || type.endsWith('_reminder') || type.endsWith('_delta')) return null
  const label = labels.get(type)
  const words = told
    .flatMap((field) => wordsIn(attachment[field]))
    .map(withoutCodes)
    .join(': ')
    .trim()
  if (label !== undefined) return words === '' ? label : `${label}: ${words}`
  return `[${type}${words === '' ? '' : `: ${words}`}]`
}

const told = [
  'filename',
  'path',
  'displayPath',
  'uri',
  'hookName',
  'hookEvent',
  'agentType',
  'message',
  'blockingError',
  'stopReason',
  'content',
  'stderr',
]

/** Paths and sentences; whole files are for Claude. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= longestWords) return [value.trim()]
  const inner = fieldsOf(value)
  return inner ? [...wordsIn(inner['blockingError']), ...wordsIn(inner['message'])] : []
}

const longestWords = 2_000

/** What the user gave along, what an editor told, and what hooks said. */
const labels: ReadonlyMap<string, string> = new Map([
  ['file', 'Attached'],
  ['already_read_file', 'Attached'],
  ['pdf_reference', 'Attached'],
  ['compact_file_reference', 'Attached'],
  ['directory', 'Attached folder'],
  ['mcp_resource', 'Attached resource'],
  ['agent_mention', 'Mentioned agent'],
  ['opened_file_in_ide', 'Opened in the editor'],
  ['selected_lines_in_ide', 'Selected in the editor'],
  ['hook_blocking_error', 'Hook stopped it'],
  ['hook_stopped_continuation', 'Hook ended the turn'],
  ['hook_system_message', 'Hook'],
  ['hook_error_during_execution', 'Hook failed'],
  ['hook_non_blocking_error', 'Hook failed'],
  ['hook_cancelled', 'Hook was cancelled'],
  ['hook_permission_decision', 'Hook decided'],
  ['max_turns_reached', 'Turn limit reached'],
  ['budget_usd', 'Budget'],
])

/** Left out on purpose: what Claude Code reminds Claude of at each turn, and nobody said. */
const forClaude: ReadonlySet<string> = new Set([
  'model',
  'date',
  'session_context',
  'prompt_snapshot',
  'remote_session_change',
  'edited_text_file',
  'edited_image_file',
  'todo',
  'task_status',
  'task_progress',
  'plan_mode',
  'plan_mode_reentry',
  'plan_mode_exit',
  'auto_mode',
  'auto_mode_exit',
  'plan_file_reference',
  'diagnostics',
  'nested_memory',
  'relevant_memories',
  'memory_update',
  'skill_listing',
  'dynamic_skill',
  'skill_discovery',
  'invoked_skills',
  'agent_listing',
  'output_style',
  'critical_system_reminder',
  'token_usage',
  'output_token_usage',
  'context_efficiency',
  'compaction_reminder',
  'date_change',
  'ultrathink_effort',
  'verify_plan',
  'command_permissions',
  'async_hook_response',
  'hook_success',
  'hook_additional_context',
  'structured_output',
  'team_context',
  'new_directory',
  'mcp_instructions',
  'deferred_tools',
  'companion_intro',
  'current_session_memory',
  'session_memory',
  'bagel_console',
  'goal_status',
  'environment',
  'git_status',
  'claude_md',
  'user_context',
  'system_context',
])
