import type { DraftChange, DraftInput, DraftNews, DraftPart } from '../../shared/domain/draft.ts'

/** What is written and not sent, as far as this page knows it. */
export type LocalDraft = { text: string; parts: readonly DraftPart[] }
export type DraftView = LocalDraft & {
  /** The core has told what was there before. */
  loaded: boolean
  /** Why the newest words are not kept; null while they are, or are about to be. */
  problem: string | null
}

/** The calls that a store makes. `put` answers which parts the draft has now, some of which others may have added. */
export type DraftSource = {
  /** Of the parts that are `known` the names only. */
  get: (key: string, known: readonly string[]) => Promise<DraftNews>
  put: (key: string, draft: DraftInput) => Promise<{ revision: number; parts: readonly { id: string }[] }>
  /** Whether trying again later may help, and what to tell; null where the core was not reached. */
  explain: (thrown: unknown) => { words: string; missingPart: boolean } | null
}

type Entry = {
  view: DraftView
  /** The revision that the core has told last. */
  base: number
  /** What the core has. */
  kept: ReadonlySet<string>
  /** It has changed here since it was kept last. */
  dirty: boolean
  timer: ReturnType<typeof setTimeout> | null
  saving: Promise<void> | null
  reading: Promise<void> | null
  readAgain: boolean
  listeners: Set<() => void>
}

const saveMs = 250
const retryMs = 1_500
const mostIdle = 20

export const emptyDraft: LocalDraft = { text: '', parts: [] }
const unread: DraftView = { ...emptyDraft, loaded: false, problem: null }

/**
 * Drafts as the core keeps them: shown at once, kept a moment later, and read again when another page has written. Where both
 * write, the newest words win and the files of both stay.
 */
export class DraftStore {
  readonly #source: DraftSource
  readonly #writer: string
  readonly #entries = new Map<string, Entry>()

  constructor(source: DraftSource, writer: string) {
    this.#source = source
    this.#writer = writer
  }

  get(key: string): DraftView {
    return this.#entry(key).view
  }

  /** Calls back with every change until the returned function is called. */
  subscribe(key: string, listener: () => void): () => void {
    const { listeners } = this.#entry(key)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      void this.flush(key)
    }
  }

  change(key: string, how: (now: LocalDraft) => LocalDraft): void {
    const entry = this.#entry(key)
    const { text, parts } = how(entry.view)
    if (text === entry.view.text && parts === entry.view.parts) return
    entry.dirty = true
    this.#show(entry, { text, parts })
    entry.timer ??= setTimeout(() => void this.#save(key, entry), saveMs)
  }

  /** Keeps what is not kept yet; answers the revision of what is here now, null where that could not be kept. */
  async flush(key: string): Promise<number | null> {
    const entry = this.#entries.get(key)
    if (!entry) return null
    await entry.saving
    if (entry.dirty) await this.#save(key, entry)
    return entry.dirty || entry.base === 0 ? null : entry.base
  }

  /** Keeps all, as the page may be gone in a moment. */
  flushAll(): void {
    for (const key of this.#entries.keys()) void this.flush(key)
  }

  /** It was sent and cleared as it was; what was written since stays, without what was sent before it. */
  sent(key: string, what: LocalDraft): void {
    const entry = this.#entry(key)
    if (isSame(entry.view, what)) {
      entry.dirty = false
      entry.kept = new Set()
      this.#show(entry, emptyDraft)
    } else this.change(key, (now) => without(now, what))
    void this.#read(key, entry)
  }

  /** The core says that a draft has changed. */
  changed({ key, revision, writer }: DraftChange): void {
    const entry = this.#entries.get(key)
    if (entry && writer !== this.#writer && revision > entry.base) void this.#read(key, entry)
  }

  /** Anything may have changed while nobody listened. */
  readAll(): void {
    for (const [key, entry] of this.#entries) void this.#read(key, entry)
  }

  #entry(key: string): Entry {
    const known = this.#entries.get(key)
    if (known) return known
    const entry: Entry = {
      view: unread,
      base: 0,
      kept: new Set(),
      dirty: false,
      timer: null,
      saving: null,
      reading: null,
      readAgain: false,
      listeners: new Set(),
    }
    this.#entries.set(key, entry)
    this.#forgetIdle()
    void this.#read(key, entry)
    return entry
  }

  /** Reads it from the core; what was written here meanwhile stays. Never rejects. */
  #read(key: string, entry: Entry): Promise<void> {
    entry.readAgain = entry.reading !== null
    entry.reading ??= this.#readNow(key, entry).finally(() => {
      entry.reading = null
      if (entry.readAgain) void this.#read(key, entry)
    })
    return entry.reading
  }

  async #readNow(key: string, entry: Entry): Promise<void> {
    // A change that is on its way is answered first; the one that waits for this reading is not waited for.
    if (entry.view.loaded) await entry.saving
    try {
      const have = entry.view.parts
      const draft = withParts(await this.#source.get(key, ids(have)), have)
      if (draft.revision < entry.base) return
      const known = entry.kept
      entry.base = draft.revision
      entry.kept = new Set(draft.parts.map(({ id }) => id))
      this.#show(entry, { ...(entry.dirty ? joined(entry.view, draft, known) : { text: draft.text, parts: draft.parts }), loaded: true })
    } catch (thrown) {
      // A draft of nothing that is there has nothing to read; while the core is away it is read when it is back.
      if (this.#source.explain(thrown)) this.#show(entry, { loaded: true })
    }
  }

  /** Never rejects. */
  #save(key: string, entry: Entry): Promise<void> {
    if (entry.timer) clearTimeout(entry.timer)
    entry.timer = null
    entry.saving ??= this.#saveNow(key, entry).finally(() => {
      entry.saving = null
    })
    return entry.saving
  }

  async #saveNow(key: string, entry: Entry): Promise<void> {
    // Nothing may be written over words that were not read yet.
    if (!entry.view.loaded) await this.#read(key, entry)
    const { text, parts, loaded } = entry.view
    if (!entry.dirty) return
    if (!loaded) {
      entry.timer ??= setTimeout(() => void this.#save(key, entry), retryMs)
      return
    }
    const input = {
      text,
      parts: parts.map((part) => (entry.kept.has(part.id) ? { type: 'kept' as const, id: part.id } : part)),
      base: entry.base,
      writer: this.#writer,
    }
    try {
      const answer = await this.#source.put(key, input)
      entry.base = Math.max(entry.base, answer.revision)
      const ids = new Set(parts.map(({ id }) => id))
      const others = answer.parts.some(({ id }) => !ids.has(id))
      entry.kept = new Set(answer.parts.map(({ id }) => id).filter((id) => ids.has(id)))
      entry.dirty = !isSame(entry.view, { text, parts })
      this.#show(entry, { problem: null })
      if (others) void this.#read(key, entry)
      if (entry.dirty) entry.timer ??= setTimeout(() => void this.#save(key, entry), saveMs)
    } catch (thrown) {
      this.#failed(key, entry, thrown)
    }
  }

  #failed(key: string, entry: Entry, thrown: unknown): void {
    const why = this.#source.explain(thrown)
    if (why?.missingPart) entry.kept = new Set()
    else if (why) this.#show(entry, { problem: why.words })
    entry.timer ??= setTimeout(() => void this.#save(key, entry), retryMs)
  }

  #show(entry: Entry, change: Partial<DraftView>): void {
    entry.view = { ...entry.view, ...change }
    for (const listener of entry.listeners) listener()
  }

  /** What nobody looks at and the core has is read again when it is wanted. */
  #forgetIdle(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= mostIdle) return
      if (entry.listeners.size === 0 && !entry.dirty && entry.view.loaded && entry.timer === null) this.#entries.delete(key)
    }
  }
}

/** The same words and files. Each part keeps its id for as long as it is what it was. */
export function isSame(one: LocalDraft, other: LocalDraft): boolean {
  if (one.text !== other.text || one.parts.length !== other.parts.length) return false
  return one.parts.every(({ id }, at) => other.parts[at]?.id === id)
}

function without(now: LocalDraft, sent: LocalDraft): LocalDraft {
  const gone = new Set(ids(sent.parts))
  const parts = now.parts.filter(({ id }) => !gone.has(id))
  return {
    text: now.text.startsWith(sent.text) ? now.text.slice(sent.text.length) : now.text,
    parts: parts.length === now.parts.length ? now.parts : parts,
  }
}

type ReadDraft = LocalDraft & { revision: number }

function ids(parts: readonly DraftPart[]): string[] {
  return parts.map(({ id }) => id)
}

/** What was read, with the parts that were here when it was asked for. */
function withParts({ text, parts, revision }: DraftNews, have: readonly DraftPart[]): ReadDraft {
  const known = new Map(have.map((part) => [part.id, part]))
  return { text, parts: parts.flatMap((part) => (part.type === 'kept' ? (known.get(part.id) ?? []) : part)), revision }
}

/** Words that were written before, or elsewhere, and the words of now. */
function joined(here: DraftView, there: ReadDraft, known: ReadonlySet<string>): LocalDraft {
  const shown = new Set(ids(here.parts))
  const news = there.parts.filter(({ id }) => !shown.has(id) && !known.has(id))
  const isFirst = !here.loaded && there.text !== ''
  return {
    text: isFirst ? [there.text, here.text].filter((text) => text !== '').join('\n') : here.text,
    parts: news.length === 0 ? here.parts : [...here.parts, ...news],
  }
}
