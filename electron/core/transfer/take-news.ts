import type { Message } from '../../../shared/domain/message.ts'
import { breathe } from '../storage/breathe.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Entry } from '../conversations/entry.ts'
import { conversationEntries } from './conversation-source.ts'

/**
 * Has a conversation take what a newer reading of its source, staged as a file, says beyond what it holds; answers the new messages. Null
 * while a turn runs in it. Throws CONVERSATION_ARCHIVED, or what a full disk throws.
 */
export async function takeNews(conversations: ConversationStore, id: string, path: string): Promise<Message[] | null> {
  const entries: Entry[] = []
  for await (const some of conversationEntries({ id, path, compressed: false })) {
    entries.push(...some)
    await breathe()
  }
  return conversations.catchUp(id, entries)
}
