import { z } from 'zod'
import { documentBlockSchema, shellBlockSchema } from './attachment.ts'
import { idSchema, timeSchema } from './common.ts'
import { appliedRuleSchema } from './rule.ts'
import { toolDataSchema } from './tool-data.ts'

export const imageMediaTypeSchema = z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
/** Base64 of an image is limited to about 5 MB, what the Messages API takes for one image. */
export const imageSchema = z.object({ mediaType: imageMediaTypeSchema, data: z.base64().max(7_000_000) })
export type Image = z.infer<typeof imageSchema>

export const textBlockSchema = z.object({ type: z.literal('text'), text: z.string() })
export const thinkingBlockSchema = z.object({ type: z.literal('thinking'), text: z.string() })
export const imageBlockSchema = z.object({ type: z.literal('image'), ...imageSchema.shape })
export const toolUseBlockSchema = z.object({
  type: z.literal('tool_use'),
  toolUseId: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
})
export const toolResultBlockSchema = z.object({
  type: z.literal('tool_result'),
  toolUseId: z.string(),
  output: z.string(),
  isError: z.boolean(),
  /** Images that the tool answered with. */
  images: z.array(imageSchema).optional(),
  /** The result as data, as far as the text does not say it. */
  data: toolDataSchema.optional(),
})
export const blockSchema = z.discriminatedUnion('type', [
  textBlockSchema,
  thinkingBlockSchema,
  imageBlockSchema,
  documentBlockSchema,
  shellBlockSchema,
  toolUseBlockSchema,
  toolResultBlockSchema,
])
export type Block = z.infer<typeof blockSchema>
export type ToolUseBlock = z.infer<typeof toolUseBlockSchema>
export type ToolResultBlock = z.infer<typeof toolResultBlockSchema>

/** `tool` messages carry tool results; `system` ones are lines of ours, such as a note about a lost turn. */
export const roleSchema = z.enum(['user', 'assistant', 'tool', 'system'])
export type Role = z.infer<typeof roleSchema>

/**
 * What a line of the role `system` that Claude Code itself said is about, such as `hook`, `compaction`, `summary`, `mcp`, `command`,
 * `model`, `refusal`, `limit`, `permission`, `memory`, `environment`, `background`, `continued` or `notice`; later versions may know more.
 */
export const messageNoticeSchema = z.object({
  kind: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  /** Facts for programs: times as ISO 8601, tokens as numbers. */
  data: z.record(z.string(), z.unknown()).optional(),
})
export type MessageNotice = z.infer<typeof messageNoticeSchema>

/** One message of a conversation. `seq` ascends within the conversation and is not dense. */
export const messageSchema = z.object({
  id: idSchema,
  seq: z.int().nonnegative(),
  role: roleSchema,
  /** The text blocks joined: what a reader or a search wants. */
  text: z.string(),
  blocks: z.array(blockSchema),
  turnId: idSchema.nullable(),
  createdAt: timeSchema,
  model: z.string().optional(),
  /** Set on a sub-agent's message: the tool call it works for. */
  parentToolUseId: z.string().optional(),
  /** Claude's own id of the message whose deltas came before; joins provisional text to this message. */
  providerId: z.string().optional(),
  /** The place of its first block within that message of Claude's, which arrives as several of ours. */
  providerIndex: z.int().nonnegative().optional(),
  /** The entry's id in Claude Code's transcript; where a fork or a resend starts. */
  claudeUuid: z.string().optional(),
  /** It was sent into a running turn, in the place where Claude took it; the id of the turn that it would have been. */
  joinedAs: idSchema.optional(),
  /** True when the stream was cut and this is what had arrived. */
  partial: z.boolean().optional(),
  /** Set on lines that Claude Code said outside of an answer. */
  notice: messageNoticeSchema.optional(),
  /** True when a later edit-and-resend took its place, or Claude Code took it back; kept in the file, not shown in the thread. */
  superseded: z.boolean().optional(),
})
export type Message = z.infer<typeof messageSchema>

/** A message as it is sent to whoever joins its text blocks by itself: long texts are not sent twice. */
export const sentMessageSchema = messageSchema.extend({
  /** `text` is left out: it is what the text blocks say, joined by a blank line. */
  textInBlocks: z.literal(true).optional(),
})
export type SentMessage = z.infer<typeof sentMessageSchema>

/** The text blocks joined, as `text` has them. */
export function textOfBlocks(blocks: readonly Block[]): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
}

/** Without a text that its blocks say again. */
export function withoutRepeatedText(message: Message): SentMessage {
  return message.text !== '' && message.text === textOfBlocks(message.blocks) ? { ...message, text: '', textInBlocks: true } : message
}

/** The message as it was before `withoutRepeatedText`. */
export function withRepeatedText({ textInBlocks, ...message }: SentMessage): Message {
  return textInBlocks ? { ...message, text: textOfBlocks(message.blocks) } : message
}

/** What a tool call is doing. `unknown`: it may have run, nobody can say (the process died in it). */
export const toolStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'denied', 'unknown'])
export const toolCallSchema = z.object({
  toolUseId: z.string(),
  turnId: idSchema,
  name: z.string(),
  state: toolStateSchema,
  /** Milliseconds it ran, without the wait for an approval; null while it runs. */
  durationMs: z.number().nullable(),
  /** When it was called, or allowed if it was asked about. */
  startedAt: timeSchema,
  parentToolUseId: z.string().optional(),
  /** The rule that decided about it, as it was then. */
  rule: appliedRuleSchema.optional(),
})
export type ToolCall = z.infer<typeof toolCallSchema>
