import type { Conversation } from '../../../shared/domain/conversation.ts'

/** The active conversations with something said in them that changed last, the latest first; one look at each, however many there are. */
export function newestOf(conversations: Iterable<Conversation>, count: number): Conversation[] {
  const found: Conversation[] = []
  for (const one of conversations) {
    if (one.state !== 'active' || one.messageCount === 0) continue
    const last = found.at(-1)
    if (found.length === count && last && last.updatedAt >= one.updatedAt) continue
    const place = found.findIndex(({ updatedAt }) => updatedAt < one.updatedAt)
    found.splice(place < 0 ? found.length : place, 0, one)
    if (found.length > count) found.pop()
  }
  return found
}
