import type { Conversation } from '../../../shared/domain/conversation.ts'

type Owner = Pick<Conversation, 'id' | 'sessionId' | 'pastSessionIds' | 'forkAt'>

/** Which conversation holds a session of Claude Code's, or held it before. One in the trash keeps its sessions until it is erased. */
export class SessionOwners {
  readonly #bySession = new Map<string, Set<string>>()
  readonly #byConversation = new Map<string, readonly string[]>()
  readonly #trashed = new Set<string>()
  #revision = 0

  constructor(held: Iterable<{ id: string; sessions: readonly string[]; inTrash: boolean }> = []) {
    for (const { id, sessions, inTrash } of held) {
      if (sessions.length > 0) this.#hold(id, [], sessions)
      if (inTrash) this.trash(id)
    }
  }

  /** Ascends with every change of what is answered. */
  get revision(): number {
    return this.#revision
  }

  /** The conversation that took it last and is not in the trash. */
  of(sessionId: string): string | null {
    return this.#holders(sessionId).findLast((id) => !this.#trashed.has(id)) ?? null
  }

  /** The conversation in the trash that holds it; null when another one has it too, or none. */
  inTrash(sessionId: string): string | null {
    return this.of(sessionId) === null ? (this.#holders(sessionId).at(-1) ?? null) : null
  }

  /** To be called when a conversation was made or changed, or is back from the trash. Answers the sessions that are held by others now. */
  note(conversation: Owner): readonly string[] {
    const { id } = conversation
    const sessions = sessionsOf(conversation)
    const before = this.#byConversation.get(id) ?? []
    const isBack = this.#trashed.delete(id)
    if (!isBack && before.length === sessions.length && before.every((session, place) => session === sessions[place])) return []
    this.#hold(id, before, sessions)
    return [...new Set([...before, ...sessions])]
  }

  /** To be called when a conversation has gone into the trash. Answers as `note`. */
  trash(id: string): readonly string[] {
    this.#trashed.add(id)
    this.#revision += 1
    return this.#byConversation.get(id) ?? []
  }

  /** To be called when a conversation was deleted for good. Answers as `note`. */
  drop(id: string): readonly string[] {
    const sessions = this.#byConversation.get(id) ?? []
    this.#forget(id, sessions)
    this.#byConversation.delete(id)
    this.#trashed.delete(id)
    this.#revision += 1
    return sessions
  }

  #hold(id: string, before: readonly string[], sessions: readonly string[]): void {
    this.#forget(id, before)
    this.#byConversation.set(id, sessions)
    for (const session of sessions) {
      const holders = this.#bySession.get(session) ?? new Set<string>()
      this.#bySession.set(session, holders.add(id))
    }
    this.#revision += 1
  }

  #forget(id: string, sessions: readonly string[]): void {
    for (const session of sessions) {
      const holders = this.#bySession.get(session)
      holders?.delete(id)
      if (holders?.size === 0) this.#bySession.delete(session)
    }
  }

  #holders(sessionId: string): string[] {
    return [...(this.#bySession.get(sessionId) ?? [])]
  }
}

/** Claude Code names its sessions by UUIDs; anything else could lead out of its folder when it is looked for. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
}

/** The sessions that a conversation holds or held. A fork that has had no turn of its own yet still names its parent's. */
export function sessionsOf({ sessionId, pastSessionIds = [], forkAt }: Owner): string[] {
  return sessionId === null || forkAt !== undefined ? [...pastSessionIds] : [...pastSessionIds, sessionId]
}
