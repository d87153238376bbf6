import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk'
import type { Attachment, ShellBlock } from '../../../shared/domain/attachment.ts'
import type { Image, ToolResultBlock } from '../../../shared/domain/message.ts'
import type { PromptToSend } from './claude-process.ts'

type Content = SDKUserMessage['message']['content']
type Part = Exclude<Content, string>[number]

/**
 * A message as the Messages API takes it: results of calls first, then images and files, then what commands said, the words last; the words
 * alone as a string.
 */
export function promptContent({ text, images, attachments = [], results = [] }: Omit<PromptToSend, 'uuid'>): Content {
  if (images.length + attachments.length + results.length === 0) return text
  const words = text === '' ? [] : [textPart(text)]
  return [...results.map(resultPart), ...images.map(imagePart), ...attachments.map(attachmentPart), ...words]
}

function resultPart({ toolUseId, output, isError, images = [] }: ToolResultBlock): Part {
  const pictures = images.map(({ mediaType, data }) => ({
    type: 'image' as const,
    source: { type: 'base64' as const, media_type: mediaType, data },
  }))
  const content = images.length === 0 ? output : [{ type: 'text' as const, text: output }, ...pictures]
  return { type: 'tool_result', tool_use_id: toolUseId, content, is_error: isError }
}

function imagePart({ mediaType, data }: Image): Part {
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data } }
}

function attachmentPart(one: Attachment): Part {
  if (one.type === 'shell') return textPart(shellText(one))
  const { name: title, mediaType, data } = one
  if (mediaType === 'application/pdf') return { type: 'document', title, source: { type: 'base64', media_type: mediaType, data } }
  return { type: 'document', title, source: { type: 'text', media_type: mediaType, data } }
}

function textPart(text: string): Part {
  return { type: 'text', text }
}

/** In the marks that Claude Code itself puts around a `!` command. */
function shellText({ command, stdout, stderr, exitCode, ended }: ShellBlock): string {
  const end = ended ?? (exitCode === 0 ? '' : `Exit code ${exitCode ?? 'unknown'}`)
  const errors = [stderr, end].filter((part) => part !== '').join('\n')
  return `${marked('bash-input', command)}${marked('bash-stdout', stdout)}${marked('bash-stderr', errors)}`
}

/** What a command says cannot end its mark. */
function marked(name: string, content: string): string {
  return `<${name}>${content.replaceAll('</bash-', '&lt;/bash-')}</${name}>`
}
