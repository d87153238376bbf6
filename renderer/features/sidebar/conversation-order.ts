import type { Conversation } from '../../../shared/domain/conversation.ts'

/** Those that are not archived, the one that changed last first. Of ten thousand only those that have changed are put in their places anew. */
export class ConversationOrder {
  #seen = new Map<string, Conversation>()
  #sorted: readonly Conversation[] = []

  update(conversations: ReadonlyMap<string, Conversation>): readonly Conversation[] {
    const changed: Conversation[] = []
    for (const [id, conversation] of conversations) if (this.#seen.get(id) !== conversation) changed.push(conversation)
    if (changed.length === 0 && conversations.size === this.#seen.size) return this.#sorted
    this.#seen = new Map(conversations)
    const kept = this.#sorted.filter((one) => conversations.get(one.id) === one)
    const fresh = changed.filter(({ state }) => state === 'active').toSorted(byTime)
    this.#sorted = merged(kept, fresh)
    return this.#sorted
  }
}

function merged(first: readonly Conversation[], second: readonly Conversation[]): Conversation[] {
  const all: Conversation[] = []
  let at = 0
  for (const one of second) {
    for (let next = first[at]; next !== undefined && byTime(next, one) < 0; next = first[at]) {
      all.push(next)
      at += 1
    }
    all.push(one)
  }
  for (; at < first.length; at += 1) {
    const rest = first[at]
    if (rest) all.push(rest)
  }
  return all
}

function byTime(a: Conversation, b: Conversation): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}
