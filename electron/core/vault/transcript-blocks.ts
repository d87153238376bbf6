import { z } from 'zod'
import { imageSchema, type Block, type Image } from '../../../shared/domain/message.ts'

/** What was said in an entry of Claude Code's, in our own blocks. Parts that nobody knows are left out here; the file keeps them. */
export function blocksOf(content: unknown): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  const list = listSchema.safeParse(content).data ?? []
  return list.flatMap((raw) => {
    const part = partSchema.safeParse(raw).data
    return part ? blockOf(part) : typeof raw === 'string' ? [{ type: 'text', text: raw }] : []
  })
}

/** The text blocks joined. */
export function textOf(blocks: readonly Block[]): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
}

const listSchema = z.array(z.unknown())
const recordSchema = z.record(z.string(), z.unknown())
const text = z.string().optional().catch(undefined)
const partSchema = z.object({
  type: z.string(),
  text,
  thinking: text,
  id: text,
  name: text,
  input: z.unknown().optional(),
  tool_use_id: text,
  is_error: z.boolean().nullish().catch(null),
  content: z.unknown().optional(),
  source: z.unknown().optional(),
})
type Part = z.infer<typeof partSchema>
const sourceSchema = z.object({ media_type: z.string(), data: z.string() })

function blockOf(part: Part): Block[] {
  switch (part.type) {
    case 'text':
      return part.text === undefined ? [] : [{ type: 'text', text: part.text }]
    case 'thinking':
      return [{ type: 'thinking', text: part.thinking ?? '' }]
    case 'image':
      return imageOf(part.source).map((image) => ({ type: 'image', ...image }))
    case 'tool_result':
      return part.tool_use_id === undefined ? [] : [toolResultOf(part.tool_use_id, part)]
    default:
      // Also tools that run at the model's side: `server_tool_use` and its kind.
      return part.id === undefined || part.name === undefined
        ? []
        : [{ type: 'tool_use', toolUseId: part.id, name: part.name, input: recordSchema.safeParse(part.input).data ?? {} }]
  }
}

function toolResultOf(toolUseId: string, { content, is_error: isError }: Part): Block {
  const parts = blocksOf(content)
  const images = parts.flatMap((block) => (block.type === 'image' ? [{ mediaType: block.mediaType, data: block.data }] : []))
  return { type: 'tool_result', toolUseId, output: textOf(parts), isError: isError === true, ...(images.length > 0 ? { images } : {}) }
}

function imageOf(raw: unknown): Image[] {
  const source = sourceSchema.safeParse(raw).data
  const image = imageSchema.safeParse({ mediaType: source?.media_type, data: source?.data })
  return image.success ? [image.data] : []
}
