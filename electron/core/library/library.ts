import { toAppError } from '../../../shared/app-error.ts'
import type { PoolEvent } from '../../../shared/domain/event.ts'
import {
  libraryQuerySchema,
  type CleanUp,
  type ForkNode,
  type LibraryAction,
  type LibraryFacets,
  type LibraryItem,
  type LibraryOutcome,
  type LibraryQuery,
  type LibraryWindow,
} from '../../../shared/domain/library.ts'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { Coalescer } from '../events/coalescer.ts'
import type { EventLog } from '../events/event-log.ts'
import type { Log } from '../log.ts'
import { forkTree } from './fork-tree.ts'
import { conversationItem, sessionItem, trashedItem } from './library-items.ts'
import { LibraryList } from './library-list.ts'

/** What moves a conversation together with whoever works in it. Each throws what the user should read. */
export type ConversationMoves = {
  archive: (id: string) => Promise<unknown>
  restore: (id: string) => Promise<unknown>
  remove: (id: string) => Promise<unknown>
}

export type LibraryDeps = {
  conversations: ConversationStore
  moves: ConversationMoves
  /** The sessions that Claude Code has by itself. */
  sessions: { sessions: () => Iterable<VaultSession>; find: (sessionId: string) => VaultSession | null }
  events: EventLog<PoolEvent>
  log: Log
}

const trashDays = 30
const dayMs = 86_400_000
const purgeMs = 6 * 3_600_000
const atOnce = 4
const mostShown = 200

/** All conversations ever had, in one list, and what is done to many of them. */
export class Library {
  readonly #deps: LibraryDeps
  readonly #list: LibraryList
  readonly #told: Coalescer
  readonly #timer: NodeJS.Timeout

  constructor(deps: LibraryDeps) {
    this.#deps = deps
    const { conversations } = deps
    this.#list = new LibraryList({ ready: () => conversations.settled(), all: () => this.#all(), one: (id) => this.#one(id) })
    this.#told = new Coalescer(300, () => deps.events.publish((seq) => ({ type: 'library', seq, revision: this.#list.revision })))
    this.#timer = setInterval(() => void this.#purge(), purgeMs)
    this.#timer.unref()
    void this.#purge()
    // Made before anybody asks, so that the first look at it is as quick as the next.
    void this.#list.window(libraryQuerySchema.parse({}), { offset: 0, limit: 1 })
  }

  /** A window on the list. */
  window(query: LibraryQuery, place: { offset: number; limit: number }): Promise<LibraryWindow> {
    return this.#list.window(query, place)
  }

  /** All conversations of ours that a filter lets through, in order. */
  async ids(query: LibraryQuery): Promise<string[]> {
    return (await this.#list.items(query)).filter(({ state }) => state !== 'claude').map(({ id }) => id)
  }

  facets(): Promise<LibraryFacets> {
    return this.#list.facets()
  }

  /** Does the same to many, a few at a time; one that cannot be done keeps none of the others back. Answers in the order of `ids`. */
  async act(action: LibraryAction, ids: readonly string[], tags: readonly string[]): Promise<LibraryOutcome> {
    const outcome: LibraryOutcome = { done: [], refused: [] }
    const waiting = [...new Set(ids)]
    const worker = async () => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        try {
          if (await this.#do(action, id, tags)) outcome.done.push(id)
        } catch (thrown) {
          const { code, message } = toAppError(thrown)
          outcome.refused.push({ id, title: this.#one(id)?.title ?? id, code, message })
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    const places = new Map(ids.map((id, place) => [id, place]))
    const placeOf = (id: string) => places.get(id) ?? 0
    return {
      done: outcome.done.toSorted((a, b) => placeOf(a) - placeOf(b)),
      refused: outcome.refused.toSorted((a, b) => placeOf(a.id) - placeOf(b.id)),
    }
  }

  /** What a clean-up by age and size would take. */
  async cleanUp(wanted: {
    olderThanDays?: number | undefined
    minBytes?: number | undefined
    state: 'active' | 'archived' | 'all'
  }): Promise<CleanUp> {
    const { olderThanDays, minBytes, state } = wanted
    const to = olderThanDays === undefined ? undefined : new Date(Date.now() - olderThanDays * dayMs).toISOString()
    const all = await this.#list.items(libraryQuerySchema.parse({ state, to, minBytes, sort: 'size' }))
    const items = all.filter(({ state: is }) => is === 'active' || is === 'archived')
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
    return { ids: items.map(({ id }) => id), bytes, items: items.slice(0, mostShown) }
  }

  /** Deletes for good what is in the trash. */
  emptyTrash(): Promise<number> {
    return this.#erase(() => true)
  }

  /** The conversations that hang together with this one by forks, parents before children. Throws NOT_FOUND. */
  async forks(id: string): Promise<ForkNode[]> {
    const { conversations } = this.#deps
    conversations.get(id)
    const heads = await conversations.allHeads()
    const trashed = conversations.shelf.trashed().map(({ conversation }) => ({ ...conversation, state: 'trash' as const }))
    const all = [...heads, ...trashed].map(({ id: own, title, state, messageCount, updatedAt, forkedFrom }) => {
      const messageId = forkedFrom?.messageId ?? null
      return { id: own, title, state, messageCount, updatedAt, messageId, forkedFrom: forkedFrom?.conversationId ?? null }
    })
    return forkTree(id, all)
  }

  /** To be called when conversations, or Claude Code's own sessions, have come, changed, moved or gone. */
  changed(ids: Iterable<string>): void {
    for (const id of ids) this.#list.changed(id)
    this.#told.add('library')
  }

  close(): void {
    clearInterval(this.#timer)
    this.#told.close()
  }

  async #do(action: LibraryAction, id: string, tags: readonly string[]): Promise<boolean> {
    const { conversations, moves } = this.#deps
    const state = this.#one(id)?.state
    switch (action) {
      case 'archive':
        if (state === 'archived') return false
        await moves.archive(id)
        return true
      case 'restore':
        if (state === 'active') return false
        await moves.restore(id)
        return true
      case 'delete':
        if (state === 'trash') return false
        await moves.remove(id)
        return true
      case 'erase':
        await conversations.shelf.erase(id)
        return true
      case 'tag':
      case 'untag':
        return this.#tag(id, (own) => (action === 'tag' ? [...new Set([...own, ...tags])] : own.filter((tag) => !tags.includes(tag))))
    }
  }

  async #tag(id: string, change: (tags: string[]) => string[]): Promise<boolean> {
    const { conversations } = this.#deps
    const { tags } = conversations.get(id)
    const next = change(tags)
    if (next.length === tags.length) return false
    await conversations.setTags(id, next)
    return true
  }

  async #purge(): Promise<void> {
    const since = Date.now() - trashDays * dayMs
    const erased = await this.#erase((deletedAt) => deletedAt < since)
    if (erased > 0) this.#deps.log.info({ erased }, `conversations that were in the trash for ${trashDays} days were deleted`)
  }

  async #erase(which: (deletedAt: number) => boolean): Promise<number> {
    const { conversations, log } = this.#deps
    let erased = 0
    for (const { conversation, deletedAt } of conversations.shelf.trashed()) {
      if (!which(Date.parse(deletedAt))) continue
      try {
        await conversations.shelf.erase(conversation.id)
        erased += 1
      } catch (thrown) {
        log.warn({ err: thrown, id: conversation.id }, 'a conversation in the trash could not be deleted')
      }
    }
    return erased
  }

  *#all(): Generator<LibraryItem, void, void> {
    const { conversations, sessions } = this.#deps
    for (const head of conversations.heads()) if (conversations.has(head.id)) yield conversationItem(head, conversations.bytes(head.id))
    for (const trashed of conversations.shelf.trashed()) yield trashedItem(trashed)
    for (const session of sessions.sessions()) if (isOnItsOwn(session)) yield sessionItem(session)
  }

  #one(id: string): LibraryItem | null {
    const { conversations, sessions } = this.#deps
    if (conversations.has(id)) return conversationItem(conversations.get(id), conversations.bytes(id))
    const trashed = conversations.shelf.trashedOne(id)
    if (trashed) return trashedItem(trashed)
    const session = sessions.find(id)
    return session && isOnItsOwn(session) ? sessionItem(session) : null
  }
}

/** A session of a conversation of ours is that conversation, in the trash too. One in which nothing was said is none. */
function isOnItsOwn({ conversationId, inTrash, messageCount }: VaultSession): boolean {
  return conversationId === null && !inTrash && messageCount > 0
}
