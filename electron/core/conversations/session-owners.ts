import type { Conversation } from '../../../shared/domain/conversation.ts'

/** Which conversation holds a session of Claude Code's. */
export class SessionOwners {
  readonly #bySession = new Map<string, string>()
  readonly #byConversation = new Map<string, string>()
  #revision = 0

  constructor(conversations: Iterable<Conversation>) {
    for (const conversation of conversations) this.note(conversation)
  }

  /** Ascends with every change of what `of` answers. */
  get revision(): number {
    return this.#revision
  }

  of(sessionId: string): string | null {
    return this.#bySession.get(sessionId) ?? null
  }

  /** To be called when a conversation was made or changed. */
  note({ id, sessionId }: Pick<Conversation, 'id' | 'sessionId'>): void {
    if (sessionId === null || this.#byConversation.get(id) === sessionId) return
    this.drop(id)
    this.#byConversation.set(id, sessionId)
    this.#bySession.set(sessionId, id)
    this.#revision += 1
  }

  /** To be called when a conversation was removed. */
  drop(id: string): void {
    const sessionId = this.#byConversation.get(id)
    if (sessionId === undefined) return
    this.#byConversation.delete(id)
    if (this.#bySession.get(sessionId) === id) this.#bySession.delete(sessionId)
    this.#revision += 1
  }
}
