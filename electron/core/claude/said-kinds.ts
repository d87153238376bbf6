import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'

/** A kind of message of the SDK's: its type, and for `system` ones the subtype too. */
type KindOf<M> = M extends { type: 'system'; subtype: infer S extends string } ? `system/${S}` : M extends { type: infer T } ? T : never
export type SaidKind = KindOf<SDKMessage>

/** `shown`: it can become a line of the thread. `kept`: it moves a turn, a tool or a figure, and is shown as that. Else why it is left out. */
type Treatment = 'shown' | 'kept' | { leftOut: string }

const progress = { leftOut: 'it says how far something is that is shown when it is done' }
const notAsked = { leftOut: 'it comes only to hosts that ask for it, and Bullpen does not' }

/**
 * Everything that the SDK can say, and what becomes of it here. A kind of a later SDK that is not named here does not compile, and
 * neither does one that is gone.
 */
export const saidKinds = {
  assistant: 'kept',
  user: 'kept',
  result: 'kept',
  stream_event: 'kept',
  tool_progress: 'kept',
  rate_limit_event: 'shown',
  auth_status: 'shown',
  conversation_reset: 'shown',
  prompt_suggestion: notAsked,
  tool_use_summary: { leftOut: 'each call has a line of its own that says more' },
  'system/init': 'kept',
  'system/status': 'shown',
  'system/api_retry': 'kept',
  'system/background_tasks_changed': 'kept',
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
  'system/thinking_tokens': { leftOut: 'thoughts stream in, and the tokens of a turn are counted at its end' },
  'system/task_started': 'kept',
  'system/task_updated': { leftOut: 'the set of tasks and the notification of each say the same' },
  'system/task_progress': 'kept',
  'system/task_notification': 'kept',
  'system/session_state_changed': notAsked,
  'system/worker_shutting_down': notAsked,
  'system/commands_changed': 'kept',
  'system/elicitation_complete': 'kept',
} as const satisfies Readonly<Record<SaidKind, Treatment>>

/** Kinds that were seen on the wire and are in no type of the SDK's. */
const undocumented: Readonly<Record<string, Treatment>> = {
  'system/model_fallback': 'shown',
  command_lifecycle: 'kept',
}

const treatments: ReadonlyMap<string, Treatment> = new Map(Object.entries<Treatment>({ ...undocumented, ...saidKinds }))

/** True for a kind that is left out on purpose, and for one of a later Claude Code. */
export function isLeftOut(kind: string): boolean {
  return typeof (treatments.get(kind) ?? progress) === 'object'
}
