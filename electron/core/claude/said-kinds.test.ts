import { expect, test } from 'vitest'
import type { ClaudeEvent } from './claude-event.ts'
import { Normaliser } from './normaliser.ts'
import { isLeftOut, saidKinds, type SaidKind } from './said-kinds.ts'

/** One message of each kind that says something, as Claude Code sends it. A new kind does not compile without one. */
const samples = {
  assistant: { uuid: 'u-1', message: { id: 'm-1', model: 'claude-x', content: [{ type: 'text', text: 'Hello' }] } },
  user: { message: { content: [{ type: 'tool_result', tool_use_id: 't-1', content: 'done' }] } },
  result: { subtype: 'success', is_error: false, session_id: 's-1', result: 'Hello' },
  stream_event: { event: { type: 'message_start', message: { id: 'm-1' } } },
  tool_progress: { tool_use_id: 't-1', tool_name: 'Bash', elapsed_time_seconds: 30 },
  rate_limit_event: { rate_limit_info: { status: 'allowed_warning', rateLimitType: 'five_hour' } },
  auth_status: { isAuthenticating: false, output: [], error: 'expired' },
  conversation_reset: { new_conversation_id: 'c-1' },
  prompt_suggestion: { suggestion: 'Run the tests' },
  tool_use_summary: { summary: 'Read three files', preceding_tool_use_ids: ['t-1'] },
  'system/init': { session_id: 's-1', model: 'claude-x' },
  'system/status': { status: null, compact_result: 'failed', compact_error: 'too_few_groups' },
  'system/api_retry': { attempt: 1, max_retries: 10, retry_delay_ms: 5, error_status: 529 },
  'system/background_tasks_changed': { tasks: [{ task_id: 'b-1', task_type: 'local_bash', description: 'npm test' }] },
  'system/compact_boundary': { compact_metadata: { trigger: 'auto', pre_tokens: 100_000, post_tokens: 9_000 } },
  'system/informational': { content: 'Careful', level: 'warning' },
  'system/notification': { key: 'k', text: 'Low on credit', priority: 'low' },
  'system/hook_response': { hook_name: 'Stop', hook_event: 'Stop', stderr: 'Tests are missing', exit_code: 2, outcome: 'error' },
  'system/local_command_output': { content: 'Cost: 0' },
  'system/model_refusal_fallback': { original_model: 'a', fallback_model: 'b' },
  'system/model_refusal_no_fallback': { content: 'It was refused' },
  'system/permission_denied': { tool_name: 'Bash', tool_use_id: 't-1', decision_reason: 'a rule', message: 'Denied' },
  'system/memory_recall': { mode: 'select', memories: [{ path: '/m/a.md', scope: 'personal' }] },
  'system/plugin_install': { status: 'failed', name: 'x', error: 'no net' },
  'system/files_persisted': { files: [], failed: [{ filename: 'a.txt', error: 'too large' }] },
  'system/mirror_error': { error: 'refused', key: { projectKey: 'p', sessionId: 's-1' } },
  'system/session_writes_lost': { error_code: 'ENOSPC' },
  'system/hook_started': { hook_id: 'h-1', hook_name: 'Stop', hook_event: 'Stop' },
  'system/hook_progress': { hook_id: 'h-1', hook_name: 'Stop', hook_event: 'Stop', stdout: '', stderr: '', output: '' },
  'system/control_request_progress': { request_id: 'r-1', status: 'started' },
  'system/thinking_tokens': { estimated_tokens: 50, estimated_tokens_delta: 50 },
  'system/task_started': { task_id: 'b-1', tool_use_id: 't-1', description: 'npm test' },
  'system/task_updated': { task_id: 'b-1', patch: { status: 'completed' } },
  'system/task_progress': { task_id: 'b-1', description: 'Reading', usage: { total_tokens: 5, tool_uses: 1, duration_ms: 9 } },
  'system/task_notification': { task_id: 'b-1', status: 'completed', output_file: '/tmp/o', summary: 'Done' },
  'system/session_state_changed': { state: 'idle' },
  'system/worker_shutting_down': { reason: 'host_exit' },
  'system/commands_changed': { commands: [] },
  'system/elicitation_complete': { mcp_server_name: 'linear', elicitation_id: 'e-1' },
} satisfies Record<SaidKind, Record<string, unknown>>

function eventsOf(kind: string, fields: Record<string, unknown>): ClaudeEvent[] | null {
  const [type, subtype] = kind.split('/')
  return new Normaliser({ before: {} }).read({ type, ...(subtype === undefined ? {} : { subtype }), ...fields, session_id: 's-1' })
}

const rows = Object.entries(saidKinds)
const treated = (as: string) => rows.filter(([, treatment]) => treatment === as).map(([kind]) => [kind] as const)
const fieldsOf: ReadonlyMap<string, Record<string, unknown>> = new Map(Object.entries(samples))

test.each(treated('shown'))('%s becomes a line of the thread', (kind) => {
  const events = eventsOf(kind, fieldsOf.get(kind) ?? {}) ?? []
  expect(events.filter(({ type }) => type === 'said')).toHaveLength(1)
})

test.each(treated('kept'))('%s is kept, and is no line', (kind) => {
  const events = eventsOf(kind, fieldsOf.get(kind) ?? {}) ?? []
  expect(events.length).toBeGreaterThan(0)
  expect(events.filter(({ type }) => type === 'said')).toEqual([])
})

test.each(rows.flatMap(([kind, treatment]) => (typeof treatment === 'string' ? [] : [[kind, treatment.leftOut] as const])))(
  '%s is left out: %s',
  (kind, reason) => {
    expect(reason.length).toBeGreaterThan(10)
    expect(isLeftOut(kind)).toBe(true)
    expect(eventsOf(kind, fieldsOf.get(kind) ?? {})).toEqual([])
  },
)
