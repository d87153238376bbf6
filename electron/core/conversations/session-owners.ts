import type { Conversation } from '../../../shared/domain/conversation.ts'

type Owner = Pick<Conversation, 'id' | 'sessionId' | 'pastSessionIds' | 'forkAt'>

/** Who held which session when the app started. */
export type HeldSessions = {
  /** What the summaries tell of all; read when it is needed, always the same. */
  told: () => Iterable<Held>
  toldOf: (id: string) => readonly string[]
  /** What is known of some instead. */
  read: readonly Held[]
  /** Conversations in the trash. */
  trashed: readonly string[]
}
type Held = { id: string; sessions: readonly string[] }

/** Which conversation holds a session of Claude Code's, or held it before. One in the trash keeps its sessions until it is erased. */
export class SessionOwners {
  readonly #held: HeldSessions
  /** A session that nobody else holds has its conversation's id alone: there may be a hundred thousand. */
  readonly #bySession = new Map<string, string | Set<string>>()
  /** Of those that the summaries do not tell of, or no longer rightly. */
  readonly #byConversation = new Map<string, readonly string[]>()
  readonly #trashed: Set<string>
  #isRead = false
  #revision = 0

  constructor(held: HeldSessions = { told: () => [], toldOf: () => none, read: [], trashed: [] }) {
    this.#held = held
    for (const { id, sessions } of held.read) this.#byConversation.set(id, sessions)
    this.#trashed = new Set(held.trashed)
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
    const before = this.#sessionsOf(id)
    const isBack = this.#trashed.delete(id)
    if (!isBack && before.length === sessions.length && before.every((session, place) => session === sessions[place])) return []
    this.#read()
    this.#forget(id, before)
    this.#byConversation.set(id, sessions)
    this.#hold(id, sessions)
    this.#revision += 1
    return [...new Set([...before, ...sessions])]
  }

  /** To be called when a conversation has gone into the trash. Answers as `note`. */
  trash(id: string): readonly string[] {
    this.#trashed.add(id)
    this.#revision += 1
    return this.#sessionsOf(id)
  }

  /** To be called when a conversation was deleted for good. Answers as `note`. */
  drop(id: string): readonly string[] {
    const sessions = this.#sessionsOf(id)
    this.#read()
    this.#forget(id, sessions)
    this.#byConversation.set(id, none)
    this.#trashed.delete(id)
    this.#revision += 1
    return sessions
  }

  #sessionsOf(id: string): readonly string[] {
    return this.#byConversation.get(id) ?? this.#held.toldOf(id)
  }

  #holders(sessionId: string): string[] {
    this.#read()
    const holders = this.#bySession.get(sessionId) ?? []
    return typeof holders === 'string' ? [holders] : [...holders]
  }

  #read(): void {
    if (this.#isRead) return
    this.#isRead = true
    for (const { id, sessions } of this.#held.told()) if (!this.#byConversation.has(id)) this.#hold(id, sessions)
    for (const [id, sessions] of this.#byConversation) this.#hold(id, sessions)
  }

  #hold(id: string, sessions: readonly string[]): void {
    for (const session of sessions) {
      const holders = this.#bySession.get(session)
      if (holders === undefined) this.#bySession.set(session, id)
      else if (typeof holders !== 'string') holders.add(id)
      else if (holders !== id) this.#bySession.set(session, new Set([holders, id]))
    }
  }

  #forget(id: string, sessions: readonly string[]): void {
    for (const session of sessions) {
      const holders = this.#bySession.get(session)
      if (holders === id) this.#bySession.delete(session)
      else if (holders instanceof Set && holders.delete(id) && holders.size === 0) this.#bySession.delete(session)
    }
  }
}

const none: readonly string[] = []

/** Claude Code names its sessions by UUIDs; anything else could lead out of its folder when it is looked for. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
}

/** The sessions that a conversation holds or held. A fork that has had no turn of its own yet still names its parent's. */
export function sessionsOf({ sessionId, pastSessionIds = [], forkAt }: Owner): string[] {
  return sessionId === null || forkAt !== undefined ? [...pastSessionIds] : [...pastSessionIds, sessionId]
}
