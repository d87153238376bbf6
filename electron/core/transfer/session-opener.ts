import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Log } from '../log.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { importInto } from './import-job.ts'
import { TransferRecord } from './transfer-record.ts'

/** The vault, as far as opening a session needs it. */
export type SessionCopies = {
  ready: Promise<void>
  /** When something was said in a session last; null when that is not known. */
  saidAt: (sessionId: string) => string | null
  /** Tells which sessions have come or changed. Answers how to stop that. */
  onChange: (listener: (sessionIds: readonly string[]) => void) => () => void
  /** Throws NOT_FOUND. */
  get: (sessionId: string) => { conversationId: string | null }
  /** The conversation in the trash that holds it. */
  trashedOwner: (sessionId: string) => string | null
  /** The transcript and those of its sub-agents, and what tools answered at length. */
  filesOf: (sessionId: string) => readonly {
    kind: 'session' | 'agent' | 'internal' | 'output'
    name: string
    path: string
    bytes: number
  }[]
}

export type SessionOpenerOptions = {
  conversations: ConversationStore
  vault: SessionCopies
  /** The conversation that holds a session; null without one. */
  ownerOf: (sessionId: string) => string | null
  onTaken?: () => void
  log: Log
  /** For files that are not published yet, within the data folder. */
  folder: string
}

const mostRemembered = 1_000

/** Makes conversations of the sessions that the vault has copies of, one for each session. */
export class SessionOpener {
  readonly #options: SessionOpenerOptions
  readonly #opening = new Map<string, Promise<Conversation>>()
  readonly #records = new Set<TransferRecord>()
  /** The size of each session when its conversation was as new as it. */
  readonly #caughtUp = new Map<string, number>()

  constructor(options: SessionOpenerOptions) {
    this.#options = options
  }

  /** Finds the conversation that holds it, in the trash too, or makes one. Throws NOT_FOUND, or STATE_CONFLICT when nothing was said in it. */
  async open(sessionId: string): Promise<Conversation> {
    const { conversations, vault } = this.#options
    await vault.ready
    const { conversationId } = vault.get(sessionId)
    if (conversationId !== null && conversations.has(conversationId)) {
      await this.catchUp(sessionId)
      return conversations.get(conversationId)
    }
    return this.#once(sessionId, () => this.#fromTrash(sessionId) ?? this.#make(sessionId, null))
  }

  /** Has the conversation that holds a session take what was said in it elsewhere since. Never rejects: what fails is tried again. */
  async catchUp(sessionId: string): Promise<void> {
    const { conversations, vault, log, ownerOf } = this.#options
    const conversationId = ownerOf(sessionId)
    const bytes = vault.filesOf(sessionId).reduce((sum, file) => sum + file.bytes, 0)
    if (conversationId === null || this.#caughtUp.get(sessionId) === bytes || !conversations.has(conversationId)) return
    const { sessionId: current, state, lastTurn } = conversations.get(conversationId)
    // Of a session that it has left, a conversation knows all that it needs; what runs here comes by itself.
    if (current !== sessionId || state === 'archived' || lastTurn?.outcome === null) return
    try {
      await this.#once(sessionId, () => this.#make(sessionId, conversationId))
      this.#caughtUp.set(sessionId, bytes)
      const oldest = this.#caughtUp.keys().next()
      if (this.#caughtUp.size > mostRemembered && !oldest.done) this.#caughtUp.delete(oldest.value)
    } catch (thrown) {
      log.warn({ sessionId, err: thrown }, 'what was said elsewhere in a session could not be taken')
    }
  }

  async #once(sessionId: string, begin: () => Promise<Conversation>): Promise<Conversation> {
    const opening = this.#opening.get(sessionId) ?? begin()
    this.#opening.set(sessionId, opening)
    try {
      return await opening
    } finally {
      this.#opening.delete(sessionId)
    }
  }

  /** Stops what is being opened. */
  async close(): Promise<void> {
    for (const record of this.#records) {
      record.end('cancelled')
      record.abort.abort()
    }
    await Promise.allSettled(this.#opening.values())
  }

  #fromTrash(sessionId: string): Promise<Conversation> | null {
    const { conversations, vault } = this.#options
    const trashed = vault.trashedOwner(sessionId)
    return trashed !== null && conversations.shelf.trashedOne(trashed) ? conversations.shelf.untrash(trashed) : null
  }

  /** Somebody waits before the screen, so it does not wait its turn as imports do. */
  async #make(sessionId: string, conversationId: string | null): Promise<Conversation> {
    const { conversations, vault } = this.#options
    const files = vault.filesOf(sessionId)
    const [first, ...beside] = files.flatMap(({ kind, name, path }) => {
      if (kind === 'internal') return []
      const folder = kind === 'agent' ? `${sessionId}/subagents/` : kind === 'output' ? `${sessionId}/tool-results/` : ''
      return [{ path, name: `${folder}${name}` }]
    })
    if (!first) throw new AppError('NOT_FOUND', 'The vault has no copy of this session. Scan Claude Code’s history, then try again.')
    const record = new TransferRecord('import', sessionId)
    const staging = join(this.#options.folder, record.id)
    this.#records.add(record)
    try {
      makeOwnFolder(staging)
      await importInto(conversations, record, { ...first, staging, beside, session: { sessionId, conversationId } })
    } finally {
      this.#records.delete(record)
      await rm(staging, { recursive: true, force: true })
    }
    const items = record.value.report?.items ?? []
    const id = items.find((item) => item.conversationId !== null)?.conversationId
    if (!id) throw new AppError('STATE_CONFLICT', `This session cannot be opened. ${items[0]?.reason ?? 'It was stopped.'}`)
    if ((record.value.report?.taken ?? 0) > 0) this.#options.onTaken?.()
    return conversations.get(id)
  }
}
