import type { Knowledge } from '../../../shared/domain/pool.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { KnownPair } from './affinity.ts'

const mostPairs = 10
/** Counting goes through all conversations, and the pool's state is told many times a second. */
const freshMs = 1_000

/** What each instance knows of: its conversations, and the pairs of source and target that go on in them, the newest first. */
export class ContextIndex {
  readonly #sources: KnowledgeSources
  #latest: { at: number; knowledge: Knowledge[] } | null = null

  constructor(sources: KnowledgeSources) {
    this.#sources = sources
  }

  /** At most a second old. */
  read(): Knowledge[] {
    const now = performance.now()
    if (this.#latest === null || now - this.#latest.at > freshMs) this.#latest = { at: now, knowledge: knowledgeOf(this.#sources) }
    return this.#latest.knowledge
  }
}

function knowledgeOf({ instances, pairs, conversations }: KnowledgeSources): Knowledge[] {
  const counts = new Map<string | null, number>()
  for (const { instanceId, state } of conversations.glances())
    if (state === 'active') counts.set(instanceId, (counts.get(instanceId) ?? 0) + 1)
  const owner = ({ conversationId: id }: KnownPair) => (conversations.has(id) ? conversations.get(id).instanceId : null)
  const known = Map.groupBy(pairs(), owner)
  return instances().flatMap(({ id }) => {
    const own = known.get(id) ?? []
    const newest = own.slice(-mostPairs).toReversed()
    const count = counts.get(id) ?? 0
    if (count === 0 && own.length === 0) return []
    return [
      { instanceId: id, conversations: count, pairCount: own.length, pairs: newest.map(({ source, target }) => ({ source, target })) },
    ]
  })
}

type KnowledgeSources = {
  instances: () => readonly { id: string }[]
  pairs: () => readonly KnownPair[]
  conversations: Pick<ConversationStore, 'has' | 'get' | 'glances'>
}
