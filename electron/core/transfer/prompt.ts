import type { Block, Message } from '../../../shared/domain/message.ts'
import type { ContextPrompt, PromptTools } from '../../../shared/domain/transfer.ts'
import { conversationEntries, outlineOf, type SourceFile } from './conversation-source.ts'
import { estimateTokens } from './token-estimate.ts'
import { oneLine, shellWords, speakers, toolInput, toolLine } from './tool-words.ts'
import { visible } from './visible.ts'

type PromptOptions = { tools: PromptTools; maxTokens: number }

/** A short result of a tool has at most so many characters. */
const shortOutput = 300

/**
 * A conversation as a prompt that another model or instance can go on from: what was said, in order, and as much of the
 * tools' work as is asked for. When it would be longer than `maxTokens`, the oldest messages are left out and it says so.
 */
export async function contextPrompt(file: SourceFile, options: PromptOptions): Promise<ContextPrompt> {
  const fold = await outlineOf(file)
  const replaced = new Set(fold.messages.flatMap(({ seq, superseded }) => (superseded ? [seq] : [])))
  const parts: { text: string; tokens: number }[] = []
  let tokens = 0
  let from = 0
  let last = ''
  for await (const entries of conversationEntries(file)) {
    for (const entry of entries) {
      if (entry.type !== 'message' || replaced.has(entry.seq)) continue
      const said = messageText(entry.message, options.tools)
      if (said === '') continue
      // Claude's message comes as several of ours: they read as one.
      const speaker = speakers[entry.message.role]
      const text = speaker === last ? said : `## ${speaker}\n${said}`
      last = speaker
      const part = { text, tokens: estimateTokens(text) }
      parts.push(part)
      tokens += part.tokens
      // The last message stays, however long it is.
      for (; tokens > options.maxTokens && from < parts.length - 1; from += 1) {
        const oldest = parts[from]
        if (!oldest) break
        tokens -= oldest.tokens
        oldest.text = ''
      }
    }
  }
  return promptOf(
    fold.conversation.title,
    parts.slice(from).map(({ text }) => text),
    from,
  )
}

function promptOf(title: string, messages: readonly string[], omitted: number): ContextPrompt {
  const left = omitted === 0 ? '' : `The first ${omitted} messages are left out to keep this short.\n`
  const text = `Below is a conversation between a user and Claude, as context. Read it, then go on from where it ends; wait for my next message if it asks for nothing.
${left}
<conversation title="${visible(oneLine(title, 200)).replaceAll('"', "'")}">
${messages.join('\n\n')}
</conversation>
`
  return { text, tokens: estimateTokens(text), messages: messages.length, omitted }
}

type Said = Pick<Message, 'blocks' | 'parentToolUseId'>

function messageText({ blocks, parentToolUseId }: Said, tools: PromptTools): string {
  // What a sub-agent did is in the result of its tool.
  if (parentToolUseId !== undefined && tools !== 'full') return ''
  const parts = blocks.map((block) => blockText(block, tools)).filter((part) => part !== '')
  return parts.join('\n\n')
}

function blockText(block: Block, tools: PromptTools): string {
  switch (block.type) {
    case 'text':
      return block.text.trim()
    case 'thinking':
      return ''
    case 'image':
      return '[an image]'
    case 'document':
      return block.mediaType === 'text/plain' ? `[${oneLine(block.name, 300)}]\n${block.data}` : `[PDF: ${oneLine(block.name, 300)}]`
    case 'shell':
      return `[! ${oneLine(block.command, 300)}]\n${shellWords(block)}`
    case 'tool_use':
      if (tools === 'none') return ''
      return tools === 'short' ? `[${toolLine(block)}]` : `[${block.name}]\n${toolInput(block).text}`
    case 'tool_result': {
      if (tools === 'none') return ''
      const output = tools === 'short' ? oneLine(block.output, shortOutput) : block.output
      return `[${block.isError ? 'failed' : 'answered'}] ${output}`
    }
  }
}
