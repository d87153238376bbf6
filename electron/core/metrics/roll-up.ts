import { dirname, join } from 'node:path'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { noMemory, readConversation, takeTurn } from './conversation-turns.ts'
import { MetricsFiles, type Source } from './metrics-files.ts'
import { NeverBeganLog } from './never-began-log.ts'
import { mostConversations, OlderTurns, type ConversationFiles } from './older-turns.ts'
import type { RawTable } from './raw-table.ts'
import { SpentLedger } from './spent-ledger.ts'
import type { NeverBegan } from './stored-row.ts'
import { TurnEngine, type OlderInput } from './turn-engine.ts'
import { recordOf, type TurnPlace } from './turn-row.ts'
import type { TurnStore } from './turn-store.ts'
import { VaultLedger } from './vault-ledger.ts'
import type { SessionSource } from './vault-turns.ts'

/** A conversation as it is now: where it lies, and a signature that changes with its turns. */
export type ConversationSource = {
  id: string
  path: string
  compressed: boolean
  signature: string
  /** It lies in the trash. */ isTrash: boolean
}

/** Everything that figures are made of. `sessions` is null while the vault is not known yet: then what is known of it stays. */
export type Sources = { conversations: readonly ConversationSource[]; sessions: readonly SessionSource[] | null }

type Figures = { store: TurnStore; engine: TurnEngine; sources: Map<string, Source>; vault: VaultLedger }

/** Old turns are made cells of when so many have come in. */
const rollEvery = 100_000
const unusedMs = 300_000
const manySources = 5_000
const rareSavesMs = 300_000
/** Stands among the conversations for work that no conversation tells of. */
const unstartedId = 'never-began'

/** The figures and their files: reads what is new, takes what happens, and writes it down now and then. */
export class RollUp {
  readonly #files: MetricsFiles
  readonly #spent: SpentLedger
  readonly #unstarted: NeverBeganLog
  readonly #older = new OlderTurns()
  #figures: Figures
  /** While everything is made again: what will take the place of the figures. */
  #next: Figures | null = null
  #dirty = false
  #vaultDirty = false
  #progress = 1
  #problem: string | null = null
  #reading: Promise<void> = Promise.resolve()
  readonly #ownRead = Promise.withResolvers<void>()
  #closed = false
  #savedAt = 0

  /** `spentPath`: where the turns of deleted conversations are kept in figures. */
  constructor(folder: string, spentPath: string) {
    this.#spent = new SpentLedger(spentPath)
    this.#unstarted = new NeverBeganLog(join(dirname(spentPath), 'never-began.jsonl'))
    this.#files = new MetricsFiles(folder)
    const kept = this.#files.open()
    if (kept) {
      this.#figures = { ...kept, engine: new TurnEngine(kept.store) }
      this.#readUnstarted(this.#figures)
    } else {
      this.#files.clear()
      this.#figures = this.#fresh()
    }
  }

  /** Settles when the conversations were read once, so that no turn of ours is missing; the vault may take longer. */
  get ownRead(): Promise<void> {
    return this.#ownRead.promise
  }

  get engine(): TurnEngine {
    return this.#figures.engine
  }

  state(): { building: boolean; progress: number; turns: number; firstAt: string | null; problem: string | null } {
    const { store } = this.#figures
    const first = store.firstAt
    return {
      building: this.#progress < 1,
      progress: this.#progress,
      turns: store.turns,
      firstAt: first === null ? null : new Date(first).toISOString(),
      problem: this.#problem,
    }
  }

  /** The conversations that have to be read to show the single turns of a question; none, and `cut`, when there are too many. */
  olderConversations(input: OlderInput, now: number): { ids: string[]; cut: boolean } {
    const ids = this.engine.olderConversations(input, now, mostConversations)
    return ids.length > mostConversations ? { ids: [], cut: true } : { ids, cut: false }
  }

  /** The turns of these conversations of which only sums are kept; null without any. */
  async olderTurns(ids: readonly string[], files: ConversationFiles): Promise<RawTable | null> {
    return ids.length === 0 ? null : this.#older.read(this.#figures.store, ids, files)
  }

  /** A turn has ended. */
  put(turn: Turn, place: TurnPlace, signature: string): TurnRecord {
    const record = putInto(this.#figures, turn, place, signature)
    if (this.#next) putInto(this.#next, turn, place, signature)
    this.#dirty = true
    return record
  }

  /** A side question was answered. Its figures are kept as those of a conversation that is gone: nothing else tells of it. */
  putAside(id: string, turn: Turn, place: TurnPlace): void {
    const record = { ...recordOf(turn, place, null), sessionId: null }
    try {
      this.#spent.add(id, [record], [])
    } catch (thrown) {
      this.#unread('A side question', thrown)
    }
    for (const figures of [this.#figures, this.#next]) {
      if (!figures || figures.sources.has(id)) continue
      figures.store.put(record, { again: false })
      figures.sources.set(id, { ...noMemory, signature: 'gone' })
    }
    this.#dirty = true
  }

  /** Work has ended before a turn of it began. */
  putNeverBegan(work: readonly NeverBegan[]): void {
    try {
      this.#unstarted.add(work)
    } catch (thrown) {
      this.#unread('Work that never began', thrown)
      return
    }
    for (const figures of [this.#figures, this.#next]) {
      for (const one of figures ? work : []) figures?.store.putNeverBegan(one)
      figures?.sources.set(unstartedId, { ...noMemory, signature: this.#unstarted.signature })
    }
    this.#dirty = true
  }

  /** Reads what has changed since it was read, and forgets what is gone. */
  reconcile(sources: Sources): Promise<void> {
    return this.#after(() => this.#readInto(this.#figures, sources))
  }

  /** Makes everything again from the beginning; until that is done the figures are those of before. */
  rebuild(sources: Sources): Promise<void> {
    return this.#after(async () => {
      const anew = this.#fresh()
      this.#next = anew
      try {
        await this.#readInto(anew, sources)
        if (this.#closed) return
        this.#files.clear()
        this.#figures = anew
        this.#vaultDirty = true
        this.#save()
      } finally {
        this.#next = null
      }
    })
  }

  /** To be called now and then: makes old turns coarser and writes what has changed. */
  tend(now = Date.now()): void {
    const { store } = this.#figures
    const { version } = store
    store.roll(now)
    const rolled = store.version !== version
    if ((this.#dirty || this.#vaultDirty || rolled) && this.#isTimeToSave(now)) this.#save()
    store.forget(now - unusedMs)
  }

  close(): void {
    this.#closed = true
    this.tend()
  }

  /** What is known of very many conversations is a large file: it is written less often. What a crash loses is read again. */
  #isTimeToSave(now: number): boolean {
    const pause = this.#figures.sources.size > manySources ? rareSavesMs : 0
    return this.#closed || now - this.#savedAt >= pause || now < this.#savedAt
  }

  /** One reading after another. */
  #after(task: () => Promise<void>): Promise<void> {
    this.#reading = this.#reading.then(task).catch((thrown: unknown) => {
      this.#progress = 1
      this.#ownRead.resolve()
      this.#problem = `The metrics could not be read (${wordsOf(thrown)}). Press Rebuild to try again.`
    })
    return this.#reading
  }

  #fresh(): Figures {
    const store = this.#files.newStore()
    const figures: Figures = { store, engine: new TurnEngine(store), sources: new Map(), vault: new VaultLedger() }
    this.#readUnstarted(figures)
    return figures
  }

  #readUnstarted({ store, sources }: Figures): void {
    const { signature, all } = this.#unstarted
    if (sources.get(unstartedId)?.signature === signature || (all.length === 0 && !sources.has(unstartedId))) return
    store.removeNeverBegan()
    for (const one of all) store.putNeverBegan(one)
    sources.set(unstartedId, { ...noMemory, signature })
    this.#dirty = true
  }

  async #readInto(figures: Figures, { conversations, sessions }: Sources): Promise<void> {
    this.#problem = null
    await this.#readConversations(figures, conversations)
    this.#ownRead.resolve()
    if (sessions !== null && !this.#closed) {
      const changed = await figures.vault.read(figures.store, {
        sessions,
        conversations: new Map(conversations.map((conversation) => [conversation.id, conversation])),
        sources: figures.sources,
        isSpent: (messageId) => this.#spent.claims(messageId),
        stopped: () => this.#closed,
        onProgress: (share) => (this.#progress = 0.5 + share / 2),
        onProblem: (_, thrown) => this.#unread('A session of the vault', thrown),
      })
      this.#vaultDirty ||= changed
    }
    figures.store.roll(Date.now())
    this.#progress = 1
  }

  async #readConversations(figures: Figures, conversations: readonly ConversationSource[]): Promise<void> {
    const { store, sources } = figures
    const there = new Set(conversations.map(({ id }) => id))
    const changed = conversations.filter(({ id, signature }) => sources.get(id)?.signature !== signature)
    const again = new Set(changed.map(({ id }) => id))
    const isOld = (id: string) => id !== unstartedId && (again.has(id) || (!there.has(id) && !this.#spent.has(id)))
    const old = new Set([...sources.keys()].filter(isOld))
    store.remove('bullpen', old)
    for (const id of old) sources.delete(id)
    this.#putAsidesAgain(figures, old)
    this.#dirty ||= old.size > 0 || changed.length > 0
    for (const [id, turns] of this.#spent.gone(there)) {
      if (sources.has(id)) continue
      for (const record of turns) store.put(record, { again: false })
      sources.set(id, { ...noMemory, signature: 'gone' })
    }
    for (const [index, conversation] of changed.entries()) {
      if (this.#closed) return
      this.#progress = index / changed.length / 2
      await this.#readOne(figures, conversation)
      if (store.raw.size > rollEvery) store.roll(Date.now())
    }
  }

  /** Side questions about these conversations, which went with the turns of them: no file of a conversation tells of those. */
  #putAsidesAgain({ store, sources }: Pick<Figures, 'store' | 'sources'>, conversations: ReadonlySet<string>): void {
    for (const [id, turns] of this.#spent.gone(conversations))
      for (const record of sources.has(id) ? turns : [])
        if (record.conversationId !== id && record.conversationId !== null && conversations.has(record.conversationId))
          store.put(record, { again: false })
  }

  async #readOne({ store, sources }: Figures, conversation: ConversationSource): Promise<void> {
    const { id, signature } = conversation
    try {
      const { records, memory, providerIds } = await readConversation(id, conversation)
      // A turn that ended while the file was read has been taken already, and is in what was read.
      if (sources.has(id)) {
        store.remove('bullpen', new Set([id]))
        this.#putAsidesAgain({ store, sources }, new Set([id]))
      }
      for (const record of records) store.put(record, { again: false })
      if (conversation.isTrash) this.#spent.add(id, records, providerIds)
      sources.set(id, { ...memory, signature })
    } catch (thrown) {
      this.#unread('A conversation', thrown)
    }
  }

  #unread(what: string, thrown: unknown): void {
    this.#problem = `${what} could not be read for the metrics (${wordsOf(thrown)}). Everything else is counted.`
  }

  #save(): void {
    const { store, sources, vault } = this.#figures
    try {
      this.#files.save(store, sources, this.#vaultDirty ? vault.pack() : null)
      this.#dirty = false
      this.#vaultDirty = false
      this.#savedAt = Date.now()
    } catch (thrown) {
      this.#problem = `Metrics couldn’t be saved (${wordsOf(thrown)}). They will be rebuilt at the next start.`
    }
  }
}

function putInto(figures: Figures, turn: Turn, place: TurnPlace, signature: string): TurnRecord {
  const { record, memory } = takeTurn(turn, place, figures.sources.get(place.conversationId) ?? noMemory)
  figures.store.put(record, { again: true })
  figures.sources.set(place.conversationId, { ...memory, signature })
  return record
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
