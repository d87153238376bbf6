import { z } from 'zod'
import { backgroundMessages } from './background-message.ts'

const type = z.literal('system')
const text = z.string().optional().catch(undefined)
const uuids = z.array(z.string()).optional().catch(undefined)

/** What we read of the SDK's `system` messages; `said-kinds` has the kinds that are left out. */
export const systemMessageSchema = z.discriminatedUnion('subtype', [
  z.object({
    type,
    subtype: z.literal('init'),
    session_id: z.string(),
    model: z.string(),
    claude_code_version: z.string().default(''),
    permissionMode: text,
    tools: z.array(z.string()).default([]),
    mcp_servers: z.array(z.object({ name: z.string(), status: z.string() })).default([]),
  }),
  z.object({
    type,
    subtype: z.literal('api_retry'),
    attempt: z.number(),
    max_retries: z.number(),
    retry_delay_ms: z.number(),
    error_status: z.number().nullish().default(null),
  }),
  z.object({
    type,
    subtype: z.literal('status'),
    status: z.string().nullish(),
    permissionMode: z.string().optional(),
    compact_result: text,
    compact_error: text,
  }),
  z.object({
    type,
    subtype: z.literal('compact_boundary'),
    compact_metadata: z
      .object({
        trigger: text,
        pre_tokens: z.number().optional(),
        post_tokens: z.number().optional(),
        /** What stays as it was said; lines of it come a second time. */
        preserved_messages: z
          .object({ uuids: z.array(z.string()).default([]), all_uuids: z.array(z.string()).default([]) })
          .optional()
          .catch(undefined),
      })
      .default({})
      .catch({}),
  }),
  z.object({
    type,
    subtype: z.literal('informational'),
    content: z.string(),
    level: text,
    /** What became of the prompt, where something stood against it. */
    prompt_submit_outcome: z.object({ kind: z.string(), reason: text }).optional().catch(undefined),
  }),
  z.object({ type, subtype: z.literal('notification'), text: z.string(), key: text, priority: text }),
  z.object({
    type,
    subtype: z.literal('hook_response'),
    hook_name: z.string(),
    hook_event: z.string(),
    stdout: z.string().default(''),
    stderr: z.string().default(''),
    exit_code: z.number().optional(),
    outcome: text,
  }),
  z.object({ type, subtype: z.literal('local_command_output'), content: z.string() }),
  z.object({
    type,
    subtype: z.literal('model_refusal_fallback'),
    original_model: z.string(),
    fallback_model: z.string(),
    content: text,
    retracted_message_uuids: uuids,
  }),
  z.object({ type, subtype: z.literal('model_refusal_no_fallback'), content: text, api_refusal_explanation: z.string().nullish() }),
  z.object({
    type,
    subtype: z.literal('model_fallback'),
    original_model: text,
    fallback_model: text,
    content: text,
  }),
  z.object({
    type,
    subtype: z.literal('permission_denied'),
    tool_name: z.string(),
    decision_reason_type: text,
    decision_reason: text,
  }),
  z.object({
    type,
    subtype: z.literal('memory_recall'),
    memories: z.array(z.object({ path: z.string(), content: text })).default([]),
  }),
  z.object({ type, subtype: z.literal('plugin_install'), status: z.string(), name: text, error: text }),
  z.object({
    type,
    subtype: z.literal('files_persisted'),
    failed: z.array(z.object({ filename: z.string(), error: z.string() })).default([]),
  }),
  z.object({ type, subtype: z.literal('elicitation_complete'), mcp_server_name: z.string(), elicitation_id: z.string() }),
  z.object({ type, subtype: z.literal('commands_changed') }),
  z.object({ type, subtype: z.literal('mirror_error'), error: z.string() }),
  z.object({ type, subtype: z.literal('session_writes_lost'), error_code: z.string() }),
  ...backgroundMessages,
])
export type SystemMessage = z.infer<typeof systemMessageSchema>
