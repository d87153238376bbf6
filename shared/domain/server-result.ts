import type { ToolResultBlock } from './message.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The result of a tool that ran at the model's side, such as `web_search_tool_result` or `mcp_tool_result`: it stands beside its call in
 * Claude's own message. Null for any other block. What it found is listed a line each: a link with its title, text, output.
 */
export function serverResultOf(block: unknown): ToolResultBlock | null {
  const fields = fieldsOf(block)
  const [type, toolUseId] = [fields?.['type'], fields?.['tool_use_id']]
  if (!fields || typeof type !== 'string' || typeof toolUseId !== 'string' || type === 'tool_result') return null
  if (!type.endsWith('_tool_result')) return null
  const { content } = fields
  const parts = Array.isArray(content) ? content : [content]
  const output = parts.map(outputOf).filter((text) => text !== '')
  return { type: 'tool_result', toolUseId, output: output.join('\n\n'), isError: fields['is_error'] === true || parts.some(hasFailed) }
}

function outputOf(part: unknown): string {
  if (typeof part === 'string') return part
  const fields = fieldsOf(part)
  if (!fields) return ''
  const { error_code: code, url, title } = fields
  if (typeof code === 'string') return [code, textOf(fields['error_message'])].filter(Boolean).join(': ')
  const document = fieldsOf(fields['content'])
  const link = typeof url === 'string' ? [textOf(title) || textOf(document?.['title']), url] : []
  const references = Array.isArray(fields['tool_references'])
    ? fields['tool_references'].map((one) => textOf(fieldsOf(one)?.['tool_name']))
    : []
  // Files that code has made: they stay at the model's side, by these names.
  const files = Array.isArray(fields['content']) ? fields['content'].map((one) => textOf(fieldsOf(one)?.['file_id'])) : []
  const texts = [fields['text'], fields['stdout'], fields['stderr'], fields['content'], documentText(document), fields['lines'], ...files]
  return [...link, ...references, ...texts.map(textOf)].filter((text) => text !== '').join('\n')
}

/** What a fetched page says; a PDF's bytes are nothing to read. */
function documentText(document: Fields | null): unknown {
  const source = fieldsOf(document?.['source'])
  return source?.['type'] === 'text' ? source['data'] : ''
}

function hasFailed(part: unknown): boolean {
  const fields = fieldsOf(part)
  const { return_code: code, type } = fields ?? {}
  return (typeof code === 'number' && code !== 0) || (typeof type === 'string' && type.endsWith('_error'))
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : textOf(fieldsOf(one)?.['text']))).join('\n')
  return typeof value === 'string' ? value : ''
}

function fieldsOf(value: unknown): Fields | null {
  return isFields(value) ? value : null
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
