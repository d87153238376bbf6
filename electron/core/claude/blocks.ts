import { z } from 'zod'
import { imageMediaTypeSchema, type Block, type Image } from '../../../shared/domain/message.ts'
import { serverResultOf } from '../../../shared/domain/server-result.ts'
import { toolDataOf } from '../../../shared/domain/tool-data.ts'
import type { ToolResult } from './claude-event.ts'
import type { ContentBlock, ToolResultPart, UserBlock } from './sdk-message.ts'

/** A block of Claude's as ours. Each becomes exactly one, so that their places stay those of the stream. */
export function blockOf(block: ContentBlock): Block {
  const { type, text, thinking, id, name, input } = block
  if (type === 'text') return { type: 'text', text: text ?? '' }
  if (type === 'thinking' || type === 'redacted_thinking') return { type: 'thinking', text: thinking ?? '' }
  if (id !== undefined && name !== undefined) return { type: 'tool_use', toolUseId: id, name, input: recordOf(input) }
  return serverResultOf(block) ?? { type: 'thinking', text: '' }
}

/** The results of tools in a message that goes to Claude. `result`: what Claude Code says of its only one as data. */
export function toolResultsOf(content: string | UserBlock[], result?: unknown): ToolResult[] {
  if (typeof content === 'string') return []
  const isOnly = content.filter(({ type }) => type === 'tool_result').length === 1
  const data = isOnly ? toolDataOf(result) : null
  return content.flatMap((block) => {
    if (block.type !== 'tool_result' || block.tool_use_id === undefined) return []
    const parts = typeof block.content === 'string' ? [{ type: 'text', text: block.content }] : (block.content ?? [])
    const output = parts.map(({ text }) => text ?? '').filter((text) => text !== '')
    const images = parts.flatMap(imageOf)
    return [{ toolUseId: block.tool_use_id, output: output.join('\n'), isError: block.is_error === true, images, data }]
  })
}

/** The text of a message that goes to Claude. */
export function textOf(content: string | UserBlock[]): string {
  return typeof content === 'string' ? content : content.flatMap(({ type, text }) => (type === 'text' && text ? [text] : [])).join('\n\n')
}

function imageOf({ type, source }: ToolResultPart): Image[] {
  const mediaType = imageMediaTypeSchema.safeParse(source?.media_type)
  if (type !== 'image' || source?.data === undefined || !mediaType.success) return []
  return [{ mediaType: mediaType.data, data: source.data }]
}

const recordSchema = z.record(z.string(), z.unknown())

function recordOf(input: unknown): Record<string, unknown> {
  return recordSchema.safeParse(input).data ?? {}
}
