import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { importInto } from './import-job.ts'
import { TransferRecord } from './transfer-record.ts'

/** The vault, as far as opening a session needs it. */
export type SessionCopies = {
  ready: Promise<void>
  /** Throws NOT_FOUND. */
  get: (sessionId: string) => { conversationId: string | null }
  /** The conversation in the trash that holds it. */
  trashedOwner: (sessionId: string) => string | null
  /** The transcript and those of its sub-agents, and what tools answered at length. */
  filesOf: (sessionId: string) => readonly { kind: 'session' | 'agent' | 'internal' | 'output'; name: string; path: string }[]
}

export type SessionOpenerOptions = {
  conversations: ConversationStore
  vault: SessionCopies
  onTaken?: () => void
  /** For files that are not published yet, within the data folder. */
  folder: string
}

/** Makes conversations of the sessions that the vault has copies of, one for each session. */
export class SessionOpener {
  readonly #options: SessionOpenerOptions
  readonly #opening = new Map<string, Promise<Conversation>>()
  readonly #records = new Set<TransferRecord>()

  constructor(options: SessionOpenerOptions) {
    this.#options = options
  }

  /** Finds the conversation that holds it, in the trash too, or makes one. Throws NOT_FOUND, or STATE_CONFLICT when nothing was said in it. */
  async open(sessionId: string): Promise<Conversation> {
    const { conversations, vault } = this.#options
    await vault.ready
    const { conversationId } = vault.get(sessionId)
    if (conversationId !== null && conversations.has(conversationId)) return conversations.get(conversationId)
    const opening = this.#opening.get(sessionId) ?? this.#fromTrash(sessionId) ?? this.#make(sessionId)
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
    return trashed !== null && conversations.trashedOne(trashed) ? conversations.untrash(trashed) : null
  }

  /** Somebody waits before the screen, so it does not wait its turn as imports do. */
  async #make(sessionId: string): Promise<Conversation> {
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
      await mkdir(staging, { recursive: true, mode: 0o700 })
      await importInto(conversations, record, { ...first, staging, beside })
    } finally {
      this.#records.delete(record)
      await rm(staging, { recursive: true, force: true })
    }
    const items = record.value.report?.items ?? []
    const id = items.find((item) => item.conversationId !== null)?.conversationId
    if (!id) throw new AppError('STATE_CONFLICT', `This session cannot be opened. ${items[0]?.reason ?? 'It was stopped.'}`)
    this.#options.onTaken?.()
    return conversations.get(id)
  }
}
