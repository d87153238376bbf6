import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Vault } from '../vault/vault.ts'
import type { Search } from './search.ts'
import { conversationSource, sessionOf, vaultSources, type Source } from './source.ts'

/** What is searchable: all conversations, and the vault's sessions that none of them holds. */
export class SearchSources {
  readonly #conversations: ConversationStore
  readonly #vault: Vault

  constructor(conversations: ConversationStore, vault: Vault) {
    this.#conversations = conversations
    this.#vault = vault
  }

  all(): Source[] {
    const sessions = this.#vault.sessions().flatMap((session) => vaultSources(session, this.#vault.filesOf(session.sessionId)))
    return [...this.#conversations.files().map(conversationSource), ...sessions]
  }

  one(key: string): Source | null {
    const sessionId = sessionOf(key)
    if (sessionId === null) return this.#conversations.has(key) ? conversationSource(this.#conversations.fileOf(key)) : null
    return this.#ofSession(sessionId).find((source) => source.key === key) ?? null
  }

  isHeld(sessionId: string): boolean {
    return this.#holderOf(sessionId) !== null
  }

  /** Tells a search which sessions have changed, until the returned function is called. */
  follow(search: Search): () => void {
    return this.#vault.onChange((sessionIds) => {
      for (const sessionId of sessionIds) {
        const sources = this.#ofSession(sessionId)
        for (const { key } of sources) search.touch(key)
        if (sources.length === 0) search.removeSession(sessionId, this.#holderOf(sessionId))
      }
    })
  }

  #holderOf(sessionId: string): string | null {
    if (this.#vault.filesOf(sessionId).length === 0) return null
    const { conversationId } = this.#vault.get(sessionId)
    return conversationId !== null && this.#conversations.has(conversationId) ? conversationId : null
  }

  #ofSession(sessionId: string): Source[] {
    const files = this.#vault.filesOf(sessionId)
    return files.length === 0 ? [] : vaultSources(this.#vault.get(sessionId), files)
  }
}
