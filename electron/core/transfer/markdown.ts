import type { Block, Message } from '../../../shared/domain/message.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { originWords } from '../../../shared/domain/work-origin.ts'
import { oneLine, shellWords, speakers, toolInput, toolLine } from './tool-words.ts'
import { visible } from './visible.ts'

/** The beginning of a conversation as Markdown. */
export function markdownHead({ title, createdAt, cwd, tags, origin }: Conversation): string {
  const words = tags.length > 0 ? tags.map((tag) => `#${tag}`).join(' ') : null
  const facts = [createdAt.slice(0, 16).replace('T', ' '), cwd, words, origin && originWords(origin)]
  return `# ${visible(oneLine(title, 300))}\n\n${facts
    .filter(Boolean)
    .map((fact) => visible(String(fact)))
    .join(' · ')}\n`
}

/** One message as Markdown; empty for one without anything to read. */
export function markdownMessage(message: Message): string {
  const parts = message.blocks.map(blockText).filter((part) => part !== '')
  if (parts.length === 0) return ''
  const agent = message.parentToolUseId === undefined ? '' : ' (sub-agent)'
  const cut = message.partial ? ' (cut off)' : ''
  const when = message.createdAt.slice(0, 19).replace('T', ' ')
  return `\n## ${speakers[message.role]}${agent}${cut} · ${when}\n\n${parts.join('\n\n')}\n`
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'text':
      return visible(block.text.trim())
    case 'thinking':
      return block.text.trim() === '' ? '' : visible(block.text.trim().replace(/^/gm, '> '))
    case 'image':
      return `![image](data:${block.mediaType};base64,${block.data})`
    case 'document':
      return block.mediaType === 'text/plain'
        ? `**${plainName(block.name)}**\n\n${fenced(block.data, '')}`
        : `[PDF: ${plainName(block.name)}]`
    case 'shell':
      return `**! ${plainName(block.command)}**\n\n${fenced(shellWords(block), '')}`
    case 'tool_use': {
      const { language, text } = toolInput(block)
      return `**${plainName(toolLine(block))}**\n\n${fenced(text, language)}`
    }
    case 'tool_result':
      return `${block.isError ? 'Failed:\n\n' : ''}${fenced(block.output, '')}`
  }
}

/** On one line, and nothing in it is a mark. */
function plainName(name: string): string {
  return visible(oneLine(name, 300)).replace(/([*_`[\]<>\\])/g, '\\$1')
}

/** Fenced by more backticks than are in it. */
function fenced(text: string, language: string): string {
  let longest = 2
  for (const run of text.match(/`{3,}/g) ?? []) longest = Math.max(longest, run.length)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${visible(text)}\n${fence}`
}
