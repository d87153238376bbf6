import { z } from 'zod'
import { lifecycleSchema } from './background-message.ts'
import { isLeftOut } from './said-kinds.ts'
import { systemMessageSchema } from './sdk-system.ts'

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
  /** On the result of a tool that ran at the model's side. */
  tool_use_id: z.string().optional(),
  is_error: z.boolean().nullish(),
  content: z.unknown().optional(),
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
  text: z.string().optional(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().nullish(),
  content: z.union([z.string(), z.array(toolResultPart)]).nullish(),
})
export type UserBlock = z.infer<typeof userBlock>

const streamEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_start'),
    message: z.object({ id: z.string(), model: z.string().optional(), usage: usage.optional() }),
  }),
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
  webSearchRequests: z.number().optional(),
  costBasis: z.string().optional(),
})

export const sdkMessageSchema = z.union([
  z.object({ type: z.literal('stream_event'), event: streamEvent, ...lane }),
  z.object({
    type: z.literal('assistant'),
    uuid: z.string(),
    message: z.object({ id: z.string(), model: z.string(), content: z.array(contentBlock), usage: usage.nullish() }),
    error: z.string().optional(),
    /** Messages that it takes the place of, by their ids in the transcript. */
    supersedes: z.array(z.string()).optional().catch(undefined),
    ...lane,
  }),
  z.object({
    type: z.literal('user'),
    uuid: z.string().optional(),
    isReplay: z.boolean().optional(),
    /** Claude Code wrote it for Claude. */
    isSynthetic: z.boolean().optional(),
    message: z.object({ content: z.union([z.string(), z.array(userBlock)]) }),
    /** The result as data, of a message with one result. */
    tool_use_result: z.unknown().optional(),
    ...lane,
  }),
  z.object({
    type: z.literal('result'),
    subtype: z.string(),
    is_error: z.boolean(),
    session_id: z.string(),
    result: z.string().optional(),
    structured_output: z.unknown().optional(),
    errors: z.array(z.string()).optional(),
    api_error_status: z.number().nullish().default(null),
    api_error_type: z.string().nullish(),
    terminal_reason: z.string().optional(),
    /** The prompts it answers; absent when Claude went on by itself. */
    user_message_uuid: z.string().optional(),
    user_message_uuids: z.array(z.string()).optional(),
    origin: z.object({ kind: z.string() }).nullish(),
    /** 0 where no request was made: a local command, or a message that a hook has blocked. */
    num_turns: z.number().optional(),
    modelUsage: z.record(z.string(), totals).default({}),
  }),
  z.object({ type: z.literal('tool_progress'), tool_use_id: z.string(), tool_name: z.string(), elapsed_time_seconds: z.number(), ...lane }),
  z.object({
    type: z.literal('rate_limit_event'),
    rate_limit_info: z.object({
      status: z.string(),
      resetsAt: z.number().optional(),
      rateLimitType: z.string().optional(),
      isUsingOverage: z.boolean().optional(),
      utilization: z.number().optional(),
      unifiedWindows: z
        .record(
          z.string(),
          z.object({ utilization: z.number().optional(), resetsAt: z.number().optional(), status: z.string().optional() }),
        )
        .optional()
        .catch(undefined),
    }),
  }),
  z.object({ type: z.literal('auth_status'), error: z.string().optional() }),
  z.object({ type: z.literal('conversation_reset') }),
  systemMessageSchema,
  lifecycleSchema,
])
export type SdkMessage = z.infer<typeof sdkMessageSchema>

const readEvents = new Set(['message_start', 'content_block_start', 'content_block_delta', 'message_delta'])
const outlineSchema = z.object({
  type: z.string(),
  subtype: z.unknown().optional(),
  event: z.object({ type: z.unknown().optional() }).optional().catch(undefined),
})

/** Whether a message ends a turn, as far as its type tells. */
export function isResult(raw: unknown): boolean {
  return outlineSchema.safeParse(raw).data?.type === 'result'
}

/** Whether a message is of a kind that we read: one that then cannot be read is damaged, and not merely unknown. */
export function isOfReadKind(raw: unknown): boolean {
  const outline = outlineSchema.safeParse(raw).data
  if (!outline) return false
  const { type, subtype, event } = outline
  if (type === 'stream_event') return event === undefined || (typeof event.type === 'string' && readEvents.has(event.type))
  return !isLeftOut(type === 'system' ? `system/${String(subtype)}` : type)
}
