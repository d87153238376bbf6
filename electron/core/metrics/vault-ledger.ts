import { gunzipSync, gzipSync } from 'node:zlib'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readConversation } from './conversation-turns.ts'
import type { ConversationSource } from './roll-up.ts'
import type { Source } from './metrics-files.ts'
import { KeyTable } from './key-table.ts'
import type { TurnStore } from './turn-store.ts'
import { readSession, type SessionSource } from './vault-turns.ts'

type Known = { number: number; signature: string; keys: Float64Array }

export type VaultReading = {
  sessions: readonly SessionSource[]
  /** Conversations of ours by id. */
  conversations: ReadonlyMap<string, ConversationSource>
  /** What is known of them. */
  sources: ReadonlyMap<string, Source>
  /** Whether a message was part of a turn of a conversation that was deleted since. */
  isSpent: (messageId: string) => boolean
  stopped: () => boolean
  onProgress: (share: number) => void
  onProblem: (sessionId: string, thrown: unknown) => void
}

/** Which sessions of the vault have been counted, and which messages each of them counts, so that none counts twice. */
export class VaultLedger {
  readonly #sessions = new Map<string, Known>()
  readonly #keys = new KeyTable()
  #nextNumber = 1

  /** Reads the sessions that have changed; what others were forked from first, so that it counts what they share. Answers whether any had. */
  async read(store: TurnStore, reading: VaultReading): Promise<boolean> {
    const { stopped, onProgress, onProblem } = reading
    const owners = new Owners(reading)
    const sessions = reading.sessions.map((session) => owners.with(session))
    const there = new Set(sessions.map(({ sessionId }) => sessionId))
    const gone = [...this.#sessions.keys()].filter((sessionId) => !there.has(sessionId))
    const changed = sessions.filter(({ sessionId, signature }) => this.#sessions.get(sessionId)?.signature !== signature)
    this.#forget(store, [...gone, ...changed.flatMap(({ sessionId }) => (this.#sessions.has(sessionId) ? [sessionId] : []))])
    for (const [index, session] of changed.toSorted(inOrder).entries()) {
      if (stopped()) return true
      onProgress(index / changed.length)
      try {
        await this.#readOne(store, session, reading)
      } catch (thrown) {
        onProblem(session.sessionId, thrown)
      }
    }
    return gone.length + changed.length > 0
  }

  pack(): Uint8Array {
    const out = new ByteWriter()
    out.number(this.#sessions.size)
    for (const [sessionId, { signature, keys }] of this.#sessions) {
      out.text(sessionId)
      out.text(signature)
      out.number(keys.length)
      for (const key of keys) out.number(key)
    }
    return gzipSync(out.bytes(), { level: 1 })
  }

  static unpack(bytes: Uint8Array): VaultLedger {
    const ledger = new VaultLedger()
    const from = new ByteReader(gunzipSync(bytes))
    for (let left = from.number(); left > 0; left -= 1) {
      const sessionId = from.text()
      const signature = from.text()
      const keys = Float64Array.from({ length: from.number() }, () => from.number())
      ledger.#add(sessionId, signature, keys)
    }
    return ledger
  }

  #forget(store: TurnStore, sessionIds: readonly string[]): void {
    if (sessionIds.length === 0) return
    store.remove('vault', new Set(sessionIds))
    for (const sessionId of sessionIds) {
      const known = this.#sessions.get(sessionId)
      this.#sessions.delete(sessionId)
      for (const key of known?.keys ?? []) if (this.#keys.owner(key) === known?.number) this.#keys.set(key, 0)
    }
  }

  async #readOne(store: TurnStore, session: OwnedSession, { conversations, isSpent }: VaultReading): Promise<void> {
    const claimed = new Set<string>()
    const turns: TurnRecord[] = []
    for (const owner of session.owners) {
      const conversation = conversations.get(owner)
      if (!conversation) continue
      const { records, providerIds } = await readConversation(owner, conversation)
      for (const id of providerIds) claimed.add(id)
      turns.push(...records)
    }
    const { records, keys } = await readSession(session, session.owners[0] ?? null, {
      claimed: (messageId) => claimed.has(messageId) || isSpent(messageId),
      taken: (key) => this.#keys.owner(key) !== 0,
      turns,
    })
    for (const { record, isTurn } of records) store.put(record, { again: false, isTurn })
    this.#add(session.sessionId, session.signature, keys)
  }

  #add(sessionId: string, signature: string, keys: Float64Array): void {
    const number = this.#nextNumber
    this.#nextNumber += 1
    this.#sessions.set(sessionId, { number, signature, keys })
    for (const key of keys) this.#keys.set(key, number)
  }
}

type OwnedSession = SessionSource & {
  /** Conversations of ours whose turns may be in it: the one that holds it first, then those it was forked from. */
  owners: string[]
  /** How many of the sessions that it was forked from are there. */
  depth: number
}

/** Who knows which sessions of Claude Code's. */
class Owners {
  readonly #holders = new Map<string, string>()
  readonly #parents: ReadonlyMap<string, string | null>
  readonly #sources: VaultReading['sources']

  constructor({ sources, sessions }: VaultReading) {
    this.#sources = sources
    this.#parents = new Map(sessions.map(({ sessionId, parentSessionId }) => [sessionId, parentSessionId]))
    for (const [id, source] of sources) for (const sessionId of source.sessions) this.#holders.set(sessionId, id)
  }

  /** A session is to be read again when one of those has changed. */
  with(session: SessionSource): OwnedSession {
    const owners = [...this.#of(session.sessionId)]
    const marks = owners.map((id) => `${id} ${this.#sources.get(id)?.signature ?? ''}`)
    return { ...session, signature: [session.signature, ...marks].join(' '), owners, depth: this.#depthOf(session) }
  }

  #depthOf({ sessionId, parentSessionId }: SessionSource): number {
    const seen = new Set([sessionId])
    for (let at = parentSessionId; at !== null && !seen.has(at) && this.#parents.has(at); at = this.#parents.get(at) ?? null) seen.add(at)
    return seen.size - 1
  }

  #of(sessionId: string): Set<string> {
    const found = new Set<string>()
    const seen = new Set<string>()
    for (let at: string | null = sessionId; at !== null && !seen.has(at); at = this.#parents.get(at) ?? null) {
      seen.add(at)
      let holder = this.#holders.get(at) ?? null
      while (holder !== null && !found.has(holder)) {
        found.add(holder)
        holder = this.#sources.get(holder)?.forkedFrom ?? null
      }
    }
    return found
  }
}

/** What others were copied from comes first, then the older ones. */
function inOrder(a: OwnedSession, b: OwnedSession): number {
  if (a.depth !== b.depth) return a.depth - b.depth
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1
  return a.sessionId < b.sessionId ? -1 : 1
}
