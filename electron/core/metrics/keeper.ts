import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { noMemory, readConversation, takeTurn } from './conversation-turns.ts'
import { MetricsFiles, type Source } from './metrics-files.ts'
import { TurnEngine } from './turn-engine.ts'
import type { TurnPlace } from './turn-row.ts'
import type { TurnStore } from './turn-store.ts'

/** A conversation as it is now: where it lies, and a signature that changes with its turns. */
export type ConversationSource = { id: string; path: string; compressed: boolean; signature: string }

type Figures = { store: TurnStore; engine: TurnEngine; sources: Map<string, Source> }

/** Old turns are made cells of when so many have come in. */
const rollEvery = 100_000
const unusedMs = 300_000

/** The figures and their files: reads what is new, takes what happens, and writes it down now and then. */
export class MetricsKeeper {
  readonly #files: MetricsFiles
  #figures: Figures
  /** While everything is made again: what will take the place of the figures. */
  #next: Figures | null = null
  #dirty = false
  #progress = 1
  #problem: string | null = null
  #reading: Promise<void> = Promise.resolve()
  #closed = false

  constructor(folder: string) {
    this.#files = new MetricsFiles(folder)
    const kept = this.#files.open()
    if (kept) {
      this.#figures = { store: kept.store, engine: new TurnEngine(kept.store), sources: kept.sources }
    } else {
      this.#files.clear()
      this.#figures = this.#fresh()
    }
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

  /** A turn has ended. */
  put(turn: Turn, place: TurnPlace, signature: string): TurnRecord {
    const record = this.#putInto(this.#figures, turn, place, signature)
    if (this.#next) this.#putInto(this.#next, turn, place, signature)
    this.#dirty = true
    return record
  }

  /** Reads the conversations that have changed since they were read, and forgets those that are gone. */
  reconcile(conversations: readonly ConversationSource[]): Promise<void> {
    return this.#after(() => this.#readInto(this.#figures, conversations))
  }

  /** Makes everything again from the beginning; until that is done the figures are those of before. */
  rebuild(conversations: readonly ConversationSource[]): Promise<void> {
    return this.#after(async () => {
      const anew = this.#fresh()
      this.#next = anew
      try {
        await this.#readInto(anew, conversations)
        if (this.#closed) return
        this.#files.clear()
        this.#figures = anew
        for (const partition of anew.store.partitions.values()) partition.dirty = true
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
    if (this.#dirty || store.version !== version) this.#save()
    store.forget(now - unusedMs)
  }

  close(): void {
    this.#closed = true
    this.tend()
  }

  /** One reading after another. */
  #after(task: () => Promise<void>): Promise<void> {
    this.#reading = this.#reading.then(task).catch((thrown: unknown) => {
      this.#progress = 1
      this.#problem = `The metrics could not be read (${thrown instanceof Error ? thrown.message : String(thrown)}). Press Rebuild to try again.`
    })
    return this.#reading
  }

  #fresh(): Figures {
    const store = this.#files.newStore()
    return { store, engine: new TurnEngine(store), sources: new Map() }
  }

  #putInto(figures: Figures, turn: Turn, place: TurnPlace, signature: string): TurnRecord {
    const { record, memory } = takeTurn(turn, place, figures.sources.get(place.conversationId) ?? noMemory)
    figures.store.put(record, { again: true })
    figures.sources.set(place.conversationId, { ...memory, signature })
    return record
  }

  async #readInto(figures: Figures, conversations: readonly ConversationSource[]): Promise<void> {
    const { store, sources } = figures
    const there = new Set(conversations.map(({ id }) => id))
    const gone = new Set([...sources.keys()].filter((id) => !there.has(id)))
    if (gone.size > 0) store.remove('conversation', gone)
    for (const id of gone) sources.delete(id)
    const changed = conversations.filter(({ id, signature }) => sources.get(id)?.signature !== signature)
    this.#dirty ||= gone.size > 0 || changed.length > 0
    const known = new Set(changed.flatMap(({ id }) => (sources.has(id) ? [id] : [])))
    if (known.size > 0) store.remove('conversation', known)
    for (const id of known) sources.delete(id)
    for (const [index, conversation] of changed.entries()) {
      if (this.#closed) return
      this.#progress = index / changed.length
      await this.#readOne(figures, conversation)
      if (store.raw.size > rollEvery) store.roll(Date.now())
    }
    store.roll(Date.now())
    this.#progress = 1
  }

  async #readOne({ store, sources }: Figures, conversation: ConversationSource): Promise<void> {
    const { id, signature } = conversation
    try {
      const { records, memory } = await readConversation(id, conversation)
      // A turn that ended while the file was read has been taken already, and is in what was read.
      if (sources.has(id)) store.remove('conversation', new Set([id]))
      for (const record of records) store.put(record, { again: false })
      sources.set(id, { ...memory, signature })
    } catch (thrown) {
      this.#problem = `A conversation could not be read for the metrics (${thrown instanceof Error ? thrown.message : String(thrown)}). The others are counted.`
    }
  }

  #save(): void {
    try {
      this.#files.save(this.#figures.store, this.#figures.sources, null)
      this.#dirty = false
    } catch (thrown) {
      this.#problem = `The metrics could not be saved (${thrown instanceof Error ? thrown.message : String(thrown)}). They are made again at the next start.`
    }
  }
}
