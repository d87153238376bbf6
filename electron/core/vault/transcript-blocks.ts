import { documentBlockSchema } from '../../../shared/domain/attachment.ts'
import { imageSchema, type Block, type Image } from '../../../shared/domain/message.ts'
import { serverResultOf } from '../../../shared/domain/server-result.ts'
import { fieldsOf, textIn, type Fields } from './fields.ts'

/** What was said in an entry of Claude Code's, in our own blocks. What cannot be shown leaves its name in brackets: nothing is left out silently. */
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
  const type = textIn(part, 'type')
  switch (type) {
    case 'text':
      return typeof part['text'] === 'string' ? [{ type: 'text', text: part['text'] }] : []
    case 'thinking':
      return [{ type: 'thinking', text: textIn(part, 'thinking') ?? '' }]
    case 'redacted_thinking':
      return [{ type: 'thinking', text: '' }]
    case 'image':
      return imageOf(part)
    case 'document':
      return [fileOf(part) ?? documentOf(part)]
    case 'tool_result':
      return toolResultOf(part, part['content'])
    default:
      return toolUseOf(part) ?? [named(type ?? 'unknown', plainOf(part) || null)]
  }
}

/** Also tools that run at the model's side: `server_tool_use` and its kind. */
function toolUseOf(part: Fields): Block[] | null {
  const result = serverResultOf(part)
  if (result) return [result]
  const [toolUseId, name] = [textIn(part, 'id'), textIn(part, 'name')]
  if (toolUseId === null || name === null) return null
  return [{ type: 'tool_use', toolUseId, name, input: { ...fieldsOf(part['input']) } }]
}

function toolResultOf(part: Fields, content: unknown): Block[] {
  const toolUseId = textIn(part, 'tool_use_id')
  if (toolUseId === null) return []
  const parts: unknown[] = Array.isArray(content) ? content : [content]
  const said: string[] = []
  const images: Image[] = []
  let isError = part['is_error'] === true
  for (const each of parts) {
    const fields = fieldsOf(each)
    if (typeof each === 'string') said.push(each)
    else if (fields?.['type'] === 'image') {
      for (const block of imageOf(fields)) {
        if (block.type === 'image') images.push({ mediaType: block.mediaType, data: block.data })
        if (block.type === 'text') said.push(block.text)
      }
    } else if (fields) said.push(wordsOf(fields))
    if (textIn(fields, 'error_code') !== null) isError = true
  }
  const output = said.join('\n')
  return [{ type: 'tool_result', toolUseId, output, isError, ...(images.length > 0 ? { images } : {}) }]
}

/** What a part of any kind says in words; its kind in brackets where it says nothing. */
export function wordsOf(part: Fields): string {
  return part['type'] === 'document' ? documentOf(part).text : plainOf(part) || named(textIn(part, 'type') ?? 'unknown').text
}

function imageOf(part: Fields): Block[] {
  const source = fieldsOf(part['source'])
  const image = imageSchema.safeParse({ mediaType: source?.['media_type'], data: source?.['data'] })
  if (image.success) return [{ type: 'image', ...image.data }]
  return [named('Image', textIn(source, 'url') ?? textIn(source, 'file_id') ?? textIn(source, 'media_type'))]
}

/** A PDF that is whole; everything else is told in words. */
function fileOf(part: Fields): Block | null {
  const source = fieldsOf(part['source'])
  if (textIn(source, 'media_type') !== pdf || textIn(source, 'type') !== 'base64') return null
  const name = textIn(part, 'title')?.slice(0, 300) ?? 'PDF'
  return documentBlockSchema.safeParse({ type: 'document', name, mediaType: pdf, data: source?.['data'] }).data ?? null
}

/** A file that was given to Claude: by its name, and with its text where that is text. */
function documentOf(part: Fields): Extract<Block, { type: 'text' }> {
  const source = fieldsOf(part['source'])
  const title = textIn(part, 'title') ?? textIn(part, 'name')
  const mediaType = textIn(source, 'media_type')
  const where = title ?? textIn(source, 'url') ?? textIn(source, 'file_id') ?? (mediaType === pdf ? null : mediaType)
  const head = named(mediaType === pdf ? 'PDF' : 'Document', where)
  const text =
    textIn(source, 'type') === 'text'
      ? textIn(source, 'data')
      : textIn(source, 'type') === 'content'
        ? textOf(blocksOf(source?.['content']))
        : null
  return text ? { type: 'text', text: `${head.text}\n\n${text}` } : head
}

const pdf = 'application/pdf'
/** Fields that hold what a reader wants, in the order of their worth. */
const tellingFields = [
  'title',
  'name',
  'tool_name',
  'url',
  'uri',
  'source',
  'text',
  'stdout',
  'stderr',
  'error_code',
  'error_message',
  'file_id',
]
/** Fields that hold more of the same. */
const innerFields = ['content', 'resource', 'tool_references', 'lines']
const deepest = 8

/** What a part of any kind says, a line for each field; empty when it says nothing in words. What is only for machines is left out. */
function plainOf(part: Fields, depth = 0): string {
  const said = tellingFields.flatMap((field) => textIn(part, field) ?? [])
  for (const field of innerFields) said.push(...innerOf(part[field], depth))
  return said.join('\n')
}

function innerOf(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (depth >= deepest) return []
  if (Array.isArray(value)) return value.flatMap((each: unknown) => innerOf(each, depth + 1))
  const fields = fieldsOf(value)
  if (!fields) return []
  const said = fields['type'] === 'document' ? documentOf(fields).text : plainOf(fields, depth + 1)
  return said === '' ? [] : [said]
}

function named(what: string, name: string | null = null): Extract<Block, { type: 'text' }> {
  return { type: 'text', text: name === null ? `[${what}]` : `[${what}: ${name}]` }
}
