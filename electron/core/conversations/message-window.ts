import { AppError } from '../../../shared/app-error.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { StoredTool } from '../../../shared/domain/stored-tool.ts'
import type { ByteRange, MessagePage } from './conversation-file.ts'
import type { ConversationFold } from './conversation-fold.ts'
import type { ConversationRegistry } from './conversation-registry.ts'

/** Some messages in ascending `seq`, and what asks for those before and after. */
export type MessageWindow = { items: Message[]; nextCursor: string | null; newerCursor?: string | null; tools?: StoredTool[] }

/** The messages that are asked for, of a file in memory or, where that works, without reading all of it. Throws NOT_FOUND. */
export async function pageOfMessages(registry: ConversationRegistry, id: string, page: MessagePage): Promise<MessageWindow> {
  const { bytes, ...found } = await windowOf(registry, id, page)
  return page.tools === true ? { ...found, tools: await registry.unread.tools(id, bytes) } : found
}

type Found = Omit<MessageWindow, 'tools'> & { bytes: ByteRange }

async function windowOf(registry: ConversationRegistry, id: string, page: MessagePage): Promise<Found> {
  const { before, after, around, limit, superseded } = page
  if (around !== undefined) return windowAround(registry, id, { around, limit, superseded })
  const quick = superseded ? null : await quickPage(registry, id, page)
  const { items, more, bytes } = quick ?? (await (await registry.file(id)).page({ before, after, limit, superseded }))
  const edge = after === undefined ? items[0] : items.at(-1)
  return { items, nextCursor: more && edge ? String(edge.seq) : null, bytes }
}

/** Throws NOT_FOUND. */
export async function oneMessage(registry: ConversationRegistry, id: string, messageId: string): Promise<Message> {
  const message = await (await registry.file(id)).message(messageId)
  if (!message) throw messageGone()
  return message
}

/** What goes when a message of the user is replaced, and where Claude's session goes on. Throws NOT_FOUND and BAD_REQUEST. */
export function replacedFrom(
  fold: ConversationFold,
  messageId: string,
): { range: { fromSeq: number; toSeq: number }; previousUuid: string | null } {
  const ref = fold.messages.find((one) => one.id === messageId && !one.superseded)
  if (!ref) throw messageGone()
  if (ref.role !== 'user')
    throw new AppError('BAD_REQUEST', 'Only your own messages can be replaced. Choose one of those.', { data: { field: 'replaces' } })
  const before = fold.messages.findLast((one) => one.seq < ref.seq && !one.superseded && one.uuid !== null && one.role !== 'user')
  return { range: { fromSeq: ref.seq, toSeq: fold.lastMessageSeq }, previousUuid: before?.uuid ?? null }
}

/** From a file that is not in memory, without reading all of it. */
async function quickPage(
  registry: ConversationRegistry,
  id: string,
  { before, after, limit }: MessagePage,
): Promise<{ items: Message[]; more: boolean; bytes: ByteRange } | null> {
  if (before === undefined && after === undefined) return registry.unread.latest(id, limit)
  const range = after === undefined ? { before: before ?? 0, limit } : { after, limit }
  const page = await registry.unread.outlined(id, range)
  return page && { items: page.items, more: after === undefined ? page.older : page.newer, bytes: page.bytes }
}

async function windowAround(
  registry: ConversationRegistry,
  id: string,
  { around, limit, superseded }: { around: string; limit: number; superseded: boolean },
): Promise<Found> {
  const quick = superseded ? null : await registry.unread.outlined(id, { around, limit })
  const page = quick ?? (await (await registry.file(id)).around(around, limit, superseded))
  if (!page) throw messageGone()
  const [first, last] = [page.items[0], page.items.at(-1)]
  return {
    items: page.items,
    nextCursor: page.older && first ? String(first.seq) : null,
    newerCursor: page.newer && last ? String(last.seq) : null,
    bytes: page.bytes,
  }
}

function messageGone(): AppError {
  return new AppError('NOT_FOUND', 'This message is no longer in this conversation. Reload the conversation.')
}
