import { imageSchema, type Block, type Image } from '../../../shared/domain/message.ts'
import { serverResultOf } from '../../../shared/domain/server-result.ts'
import { fieldsOf, textIn, type Fields } from './fields.ts'

/** What was said in an entry of Claude Code's, in our own blocks. Parts that nobody knows are left out here; the file keeps them. */
export function blocksOf(content: unknown): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return Array.isArray(content) ? content.flatMap((part: unknown) => blockOf(part)) : []
}

/** The text blocks joined. */
export function textOf(blocks: readonly Block[]): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
}

function blockOf(raw: unknown): Block[] {
  if (typeof raw === 'string') return [{ type: 'text', text: raw }]
  const part = fieldsOf(raw)
  if (!part) return []
  switch (part['type']) {
    case 'text':
      return typeof part['text'] === 'string' ? [{ type: 'text', text: part['text'] }] : []
    case 'thinking':
      return [{ type: 'thinking', text: textIn(part, 'thinking') ?? '' }]
    case 'image':
      return imageOf(part).map((image) => ({ type: 'image', ...image }))
    case 'tool_result':
      return toolResultOf(part)
    default:
      return toolUseOf(part)
  }
}

/** Also tools that run at the model's side: `server_tool_use` and its kind, and what they found. */
function toolUseOf(part: Fields): Block[] {
  const [toolUseId, name] = [textIn(part, 'id'), textIn(part, 'name')]
  const result = serverResultOf(part)
  if (result) return [result]
  if (toolUseId === null || name === null) return []
  return [{ type: 'tool_use', toolUseId, name, input: { ...fieldsOf(part['input']) } }]
}

function toolResultOf(part: Fields): Block[] {
  const toolUseId = textIn(part, 'tool_use_id')
  if (toolUseId === null) return []
  const parts = blocksOf(part['content'])
  const images = parts.flatMap((block) => (block.type === 'image' ? [{ mediaType: block.mediaType, data: block.data }] : []))
  const output = textOf(parts)
  return [{ type: 'tool_result', toolUseId, output, isError: part['is_error'] === true, ...(images.length > 0 ? { images } : {}) }]
}

function imageOf(part: Fields): Image[] {
  const source = fieldsOf(part['source'])
  const image = imageSchema.safeParse({ mediaType: source?.['media_type'], data: source?.['data'] })
  return image.success ? [image.data] : []
}
