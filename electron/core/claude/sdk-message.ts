import { z } from 'zod'

/**
 * What we read of the SDK's messages: only the fields we use, and only the kinds we know. Anything else is passed over,
 * so a newer Claude Code does not break us.
 */
const usage = z.object({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
})

const lane = { parent_tool_use_id: z.string().nullish().default(null) }

const contentBlock = z.object({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
})
export type ContentBlock = z.infer<typeof contentBlock>

const toolResultPart = z.object({
  type: z.string(),
  text: z.string().optional(),
  source: z.object({ type: z.string(), media_type: z.string().optional(), data: z.string().optional() }).optional(),
})
export type ToolResultPart = z.infer<typeof toolResultPart>

const userBlock = z.object({
  type: z.string(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().nullish(),
  content: z.union([z.string(), z.array(toolResultPart)]).nullish(),
})
export type UserBlock = z.infer<typeof userBlock>

const streamEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ id: z.string(), usage: usage.optional() }) }),
  z.object({
    type: z.literal('content_block_start'),
    index: z.number(),
    content_block: z.object({ type: z.string(), id: z.string().optional(), name: z.string().optional() }),
  }),
  z.object({
    type: z.literal('content_block_delta'),
    index: z.number(),
    delta: z.object({ type: z.string(), text: z.string().optional(), thinking: z.string().optional() }),
  }),
  z.object({ type: z.literal('message_delta'), usage: usage.optional() }),
])

const totals = z.object({
  inputTokens: z.number().default(0),
  outputTokens: z.number().default(0),
  cacheReadInputTokens: z.number().default(0),
  cacheCreationInputTokens: z.number().default(0),
  costUSD: z.number().default(0),
})

const system = z.discriminatedUnion('subtype', [
  z.object({
    type: z.literal('system'),
    subtype: z.literal('init'),
    session_id: z.string(),
    model: z.string(),
    claude_code_version: z.string().default(''),
    tools: z.array(z.string()).default([]),
    mcp_servers: z.array(z.object({ name: z.string(), status: z.string() })).default([]),
  }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('api_retry'),
    attempt: z.number(),
    max_retries: z.number(),
    retry_delay_ms: z.number(),
    error_status: z.number().nullish().default(null),
  }),
  z.object({ type: z.literal('system'), subtype: z.literal('status'), status: z.string().nullish() }),
  z.object({ type: z.literal('system'), subtype: z.literal('session_writes_lost'), error_code: z.string() }),
  z.object({ type: z.literal('system'), subtype: z.literal('permission_denied'), tool_name: z.string() }),
  z.object({ type: z.literal('system'), subtype: z.literal('background_tasks_changed'), tasks: z.array(z.unknown()) }),
])

export const sdkMessageSchema = z.union([
  z.object({ type: z.literal('stream_event'), event: streamEvent, ...lane }),
  z.object({
    type: z.literal('assistant'),
    uuid: z.string(),
    message: z.object({ id: z.string(), model: z.string(), content: z.array(contentBlock), usage: usage.nullish() }),
    error: z.string().optional(),
    ...lane,
  }),
  z.object({
    type: z.literal('user'),
    uuid: z.string().optional(),
    isReplay: z.boolean().optional(),
    message: z.object({ content: z.union([z.string(), z.array(userBlock)]) }),
    ...lane,
  }),
  z.object({
    type: z.literal('result'),
    subtype: z.string(),
    is_error: z.boolean(),
    session_id: z.string(),
    result: z.string().optional(),
    errors: z.array(z.string()).optional(),
    api_error_status: z.number().nullish().default(null),
    terminal_reason: z.string().optional(),
    /** The prompts it answers; absent when Claude went on by itself. */
    user_message_uuid: z.string().optional(),
    user_message_uuids: z.array(z.string()).optional(),
    origin: z.object({ kind: z.string() }).nullish(),
    modelUsage: z.record(z.string(), totals).default({}),
  }),
  z.object({ type: z.literal('tool_progress'), tool_use_id: z.string(), tool_name: z.string(), elapsed_time_seconds: z.number(), ...lane }),
  z.object({
    type: z.literal('rate_limit_event'),
    rate_limit_info: z.object({ status: z.string(), resetsAt: z.number().optional(), rateLimitType: z.string().optional() }),
  }),
  system,
])
export type SdkMessage = z.infer<typeof sdkMessageSchema>

const readTypes = new Set(['assistant', 'user', 'result', 'tool_progress', 'rate_limit_event'])
const readEvents = new Set(['message_start', 'content_block_start', 'content_block_delta', 'message_delta'])
const readSubtypes = new Set(['init', 'api_retry', 'status', 'session_writes_lost', 'permission_denied', 'background_tasks_changed'])
const outlineSchema = z.object({
  type: z.string(),
  subtype: z.unknown().optional(),
  event: z.object({ type: z.unknown().optional() }).optional().catch(undefined),
})

/** Whether a message is of a kind that we read: one that then cannot be read is damaged, and not merely unknown. */
export function isOfReadKind(raw: unknown): boolean {
  const outline = outlineSchema.safeParse(raw).data
  if (!outline) return false
  const { type, subtype, event } = outline
  if (type === 'system') return typeof subtype === 'string' && readSubtypes.has(subtype)
  if (type === 'stream_event') return event === undefined || (typeof event.type === 'string' && readEvents.has(event.type))
  return readTypes.has(type)
}
