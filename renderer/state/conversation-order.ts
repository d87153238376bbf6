import type { Conversation } from '../../shared/domain/conversation.ts'

/** Those that are not archived, the one that changed last first. Of ten thousand only those that have changed are put in their places anew. */
export class ConversationOrder {
  #seen: ReadonlyMap<string, Conversation> = new Map()
  #sorted: readonly Conversation[] = []

  update(conversations: ReadonlyMap<string, Conversation>): readonly Conversation[] {
    const changed: Conversation[] = []
    for (const [id, conversation] of conversations) if (this.#seen.get(id) !== conversation) changed.push(conversation)
    if (changed.length === 0 && conversations.size === this.#seen.size) return this.#sorted
    this.#seen = conversations
    const kept = this.#sorted.filter((one) => conversations.get(one.id) === one)
    const fresh = changed.filter(({ state }) => state === 'active').toSorted(byTime)
    this.#sorted = merged(kept, fresh)
    return this.#sorted
  }
}

const order = new ConversationOrder()

/** The active conversations of the page, the one that changed last first. Several parts of a page ask; they are put in order once. */
export function newestFirst(conversations: ReadonlyMap<string, Conversation>): readonly Conversation[] {
  return order.update(conversations)
}

const none: readonly Conversation[] = []
const byInstance = new WeakMap<ReadonlyMap<string, Conversation>, ReadonlyMap<string | null, readonly Conversation[]>>()

/** Those of an instance, archived ones too, the one that changed last first; null: of none. All instances are looked for at once. */
export function ofInstance(conversations: ReadonlyMap<string, Conversation>, instanceId: string | null): readonly Conversation[] {
  const known = byInstance.get(conversations) ?? grouped(conversations)
  byInstance.set(conversations, known)
  return known.get(instanceId) ?? none
}

function grouped(conversations: ReadonlyMap<string, Conversation>): Map<string | null, Conversation[]> {
  const groups = new Map<string | null, Conversation[]>()
  for (const one of conversations.values()) {
    const group = groups.get(one.instanceId)
    if (group) group.push(one)
    else groups.set(one.instanceId, [one])
  }
  for (const group of groups.values()) group.sort(byTime)
  return groups
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
