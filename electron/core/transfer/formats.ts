import type { Message } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ExportFormat } from '../../../shared/domain/transfer.ts'
import type { ConversationFold } from '../conversations/conversation-fold.ts'
import { messageOf } from '../conversations/conversation-fold.ts'
import { conversationBytes, conversationEntries, entriesWith, outlineOf, type SourceFile } from './conversation-source.ts'
import { htmlHead, htmlMessage, htmlTail } from './html.ts'
import { markdownHead, markdownMessage } from './markdown.ts'

/** The forms that one conversation alone can have. */
export type SingleFormat = Exclude<ExportFormat, 'bundle'>

export const fileKinds: Record<ExportFormat, { ending: string; mediaType: string }> = {
  json: { ending: 'json', mediaType: 'application/json' },
  markdown: { ending: 'md', mediaType: 'text/markdown;charset=utf-8' },
  jsonl: { ending: 'jsonl', mediaType: 'application/x-ndjson' },
  html: { ending: 'html', mediaType: 'text/html;charset=utf-8' },
  bundle: { ending: 'zip', mediaType: 'application/zip' },
}

/** One conversation in a format, piece by piece. What an edit took the place of is only in `json` and `jsonl`. */
export function formatted(file: SourceFile, format: SingleFormat): AsyncGenerator<string | Buffer, void, void> {
  switch (format) {
    case 'jsonl':
      return conversationBytes(file)
    case 'json':
      return asJson(file)
    case 'markdown':
      return asMarkdown(file)
    case 'html':
      return asHtml(file)
  }
}

async function* asMarkdown(file: SourceFile): AsyncGenerator<string, void, void> {
  const outline = await outlineOf(file)
  yield markdownHead(outline.conversation)
  for await (const messages of messagesOf(file, outline))
    yield messages.flatMap((one) => (one.superseded ? [] : [markdownMessage(one)])).join('')
}

async function* asHtml(file: SourceFile): AsyncGenerator<string, void, void> {
  const outline = await outlineOf(file)
  yield htmlHead(outline.conversation)
  for await (const messages of messagesOf(file, outline))
    yield messages.flatMap((one) => (one.superseded ? [] : [htmlMessage(one)])).join('')
  yield htmlTail
}

async function* asJson(file: SourceFile): AsyncGenerator<string, void, void> {
  const outline = await outlineOf(file)
  yield `{"conversation":${JSON.stringify(outline.conversation)},\n"messages":[`
  let first = true
  for await (const messages of messagesOf(file, outline)) {
    for (const message of messages) {
      yield `${first ? '\n' : ',\n'}${JSON.stringify(message)}`
      first = false
    }
  }
  yield `],\n"turns":[${(await turnsOf(file)).map((turn) => `\n${JSON.stringify(turn)}`).join(',')}]}\n`
}

async function* messagesOf(file: SourceFile, outline: ConversationFold): AsyncGenerator<Message[], void, void> {
  const replaced = new Map(outline.messages.map(({ seq, superseded }) => [seq, superseded]))
  const seen = new Set<string>()
  for await (const entries of conversationEntries(file)) {
    yield entries.flatMap((entry) => {
      if (entry.type !== 'message' || seen.has(entry.message.id) || !replaced.has(entry.seq)) return []
      seen.add(entry.message.id)
      return [messageOf(entry, replaced.get(entry.seq) ?? false)]
    })
  }
}

/** The turns that have ended, in order; the last record of each counts. */
export async function turnsOf(file: SourceFile): Promise<Turn[]> {
  const turns = new Map<string, Turn>()
  for await (const entry of entriesWith(file, '"turn"')) if (entry.type === 'turn') turns.set(entry.turn.id, entry.turn)
  return [...turns.values()]
}
