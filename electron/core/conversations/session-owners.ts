import type { Conversation } from '../../../shared/domain/conversation.ts'

type Owner = Pick<Conversation, 'id' | 'sessionId' | 'pastSessionIds' | 'forkAt'>

/** Which conversation holds a session of Claude Code's, or held it before. */
export class SessionOwners {
  readonly #bySession = new Map<string, string>()
  readonly #byConversation = new Map<string, readonly string[]>()
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
  note(conversation: Owner): void {
    const { id } = conversation
    const sessions = sessionsOf(conversation)
    const before = this.#byConversation.get(id) ?? []
    if (before.length === sessions.length && before.every((session, place) => session === sessions[place])) return
    this.drop(id)
    this.#byConversation.set(id, sessions)
    for (const session of sessions) this.#bySession.set(session, id)
    this.#revision += 1
  }

  /** To be called when a conversation was removed. */
  drop(id: string): void {
    const sessions = this.#byConversation.get(id)
    if (sessions === undefined) return
    this.#byConversation.delete(id)
    for (const session of sessions) if (this.#bySession.get(session) === id) this.#bySession.delete(session)
    this.#revision += 1
  }
}

/** The sessions that a conversation holds or held. A fork that has had no turn of its own yet still names its parent's. */
export function sessionsOf({ sessionId, pastSessionIds = [], forkAt }: Owner): string[] {
  return sessionId === null || forkAt !== undefined ? [...pastSessionIds] : [...pastSessionIds, sessionId]
}
