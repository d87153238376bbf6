import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'

/** A kind of message of the SDK's: its type, and for `system` ones the subtype too. */
type KindOf<M> = M extends { type: 'system'; subtype: infer S extends string } ? `system/${S}` : M extends { type: infer T } ? T : never
type SaidKind = KindOf<SDKMessage>

/** `shown`: it can become a line of the thread. `used`: it moves a turn, a tool or a figure. Else the reason why it is left out. */
type Treatment = 'shown' | 'used' | { leftOut: string }

const progress = { leftOut: 'it says how far something is that is shown when it is done' }
const notAsked = { leftOut: 'it comes only to hosts that ask for it' }
const backgroundWork = { leftOut: 'the turn that Claude begins when the work ends says it' }

/** Everything that the SDK can say. A kind of a later SDK that is not named here does not compile. */
const saidKinds: Readonly<Record<SaidKind, Treatment>> = {
  assistant: 'used',
  user: 'used',
  result: 'used',
  stream_event: 'used',
  tool_progress: 'used',
  rate_limit_event: 'shown',
  auth_status: 'shown',
  conversation_reset: 'shown',
  prompt_suggestion: notAsked,
  tool_use_summary: notAsked,
  'system/init': 'used',
  'system/status': 'shown',
  'system/api_retry': 'used',
  'system/background_tasks_changed': 'used',
  'system/compact_boundary': 'shown',
  'system/informational': 'shown',
  'system/notification': 'shown',
  'system/hook_response': 'shown',
  'system/local_command_output': 'shown',
  'system/model_refusal_fallback': 'shown',
  'system/model_refusal_no_fallback': 'shown',
  'system/permission_denied': 'shown',
  'system/memory_recall': 'shown',
  'system/plugin_install': 'shown',
  'system/files_persisted': 'shown',
  'system/mirror_error': 'shown',
  'system/session_writes_lost': 'shown',
  'system/hook_started': progress,
  'system/hook_progress': progress,
  'system/control_request_progress': progress,
  'system/thinking_tokens': progress,
  'system/task_started': 'used',
  'system/task_updated': backgroundWork,
  'system/task_progress': 'used',
  'system/task_notification': 'used',
  'system/session_state_changed': notAsked,
  'system/worker_shutting_down': notAsked,
  'system/commands_changed': { leftOut: 'commands are asked for when they are needed' },
  'system/elicitation_complete': { leftOut: 'the tool that asked answers next' },
}

/** Kinds that were seen on the wire and are in no type of the SDK's. */
const undocumented: Readonly<Record<string, Treatment>> = {
  'system/model_fallback': 'shown',
  command_lifecycle: 'used',
}

const treatments: ReadonlyMap<string, Treatment> = new Map(Object.entries({ ...undocumented, ...saidKinds }))

/** True for a kind that is left out on purpose, and for one of a later Claude Code. */
export function isLeftOut(kind: string): boolean {
  return typeof (treatments.get(kind) ?? progress) === 'object'
}
