import type { Message } from '../../../shared/domain/message.ts'
import type { StoredTool } from '../../../shared/domain/stored-tool.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { AppendLog } from '../storage/append-log.ts'
import { readLines, readPlaces } from '../storage/read-lines.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'
import { ConversationFold, messageOf, type MessageRef } from './conversation-fold.ts'
import { parseEntry, type Entry } from './entry.ts'
import { readTools } from './stored-tools.ts'
import { breathe } from '../storage/breathe.ts'

type WithoutPlace<E> = E extends Entry ? Omit<E, 'seq' | 'at'> : never
/** An entry before it has its place in the file. */
export type EntryDraft = WithoutPlace<Entry>

export type MessagePage = {
  before?: number | undefined
  after?: number | undefined
  /** A message's id, or its uuid in Claude's transcript: the page has it in its middle. */
  around?: string | undefined
  limit: number
  superseded: boolean
  /** Also what is stored of the tool calls that happened among these messages. */
  tools?: boolean | undefined
}

/** From the first of some messages to the one that follows them: what happened among them lies there too. */
export type ByteRange = { from: number; to: number }

/** One conversation's file, read once and then kept up to date as it is written. */
export class ConversationFile {
  readonly fold: ConversationFold
  readonly #path: string
  readonly #log: AppendLog
  #nextSeq = 0
  #pending = 0
  #closed = false

  private constructor(id: string, path: string) {
    this.#path = path
    this.#log = new AppendLog(path)
    this.fold = new ConversationFold(id)
  }

  /** Reads the whole file, breathing between pieces of it. A file that is missing is an empty conversation. */
  static async load(id: string, path: string): Promise<ConversationFile> {
    const file = new ConversationFile(id, path)
    try {
      for await (const lines of readLines(path)) {
        for (const { text, ...place } of lines) file.#take(parseEntry(text), place)
        await breathe()
      }
    } catch (thrown) {
      if (systemCode(thrown) !== 'ENOENT') throw toStorageError(thrown, path)
    }
    file.#nextSeq = file.fold.nextSeq
    return file
  }

  /** True while something is being written or a turn has no end: it must stay in memory. */
  get busy(): boolean {
    return this.#pending > 0 || this.fold.openTurns.size > 0 || this.fold.tasks.size > 0 || this.fold.approvals.size > 0
  }

  /** Resolves once the entry is with the system, with `sync` once it is on the disk. Entries keep the order of the calls. */
  async append<D extends EntryDraft>(draft: D, options: { sync: boolean; at?: string }): Promise<D & { seq: number; at: string }> {
    const entry = { ...draft, seq: this.#nextSeq, at: options.at ?? new Date().toISOString() }
    this.#nextSeq += 1
    this.#pending += 1
    try {
      const place = await this.#log.append(JSON.stringify(entry), options)
      this.fold.apply(asEntry(entry), place)
      return entry
    } finally {
      this.#pending -= 1
    }
  }

  /** A page in ascending `seq`: the latest, the latest before, or the first after a `seq`. `more`: there are others beyond it. */
  async page({ before, after, limit, superseded }: MessagePage): Promise<{ items: Message[]; more: boolean; bytes: ByteRange }> {
    const refs = this.#refs(superseded)
    if (after !== undefined) {
      const from = lowerBound(refs, after + 1)
      return { ...(await this.#window(refs, from, from + limit)), more: from + limit < refs.length }
    }
    const to = before === undefined ? refs.length : lowerBound(refs, before)
    const from = Math.max(0, to - limit)
    return { ...(await this.#window(refs, from, to)), more: from > 0 }
  }

  /** The messages around one, given by its id or its uuid in Claude's transcript, or by a turn, whose first it is; null when it is not there. */
  async around(
    messageId: string,
    limit: number,
    superseded: boolean,
  ): Promise<{ items: Message[]; older: boolean; newer: boolean; bytes: ByteRange } | null> {
    const refs = this.#refs(superseded)
    const middle = refs.findIndex(({ id, uuid, turnId }) => id === messageId || uuid === messageId || turnId === messageId)
    if (middle < 0) return null
    const from = Math.max(0, middle - Math.floor(limit / 2))
    return { ...(await this.#window(refs, from, from + limit)), older: from > 0, newer: from + limit < refs.length }
  }

  /** What is stored of the tool calls within these bytes. */
  tools(bytes: ByteRange): Promise<StoredTool[]> {
    return readTools(this.#path, bytes)
  }

  async #window(refs: readonly MessageRef[], from: number, to: number): Promise<{ items: Message[]; bytes: ByteRange }> {
    const end = this.fold.bytes
    const bytes = { from: refs[from]?.offset ?? end, to: refs[to]?.offset ?? end }
    return { items: await this.#read(refs.slice(from, to)), bytes }
  }

  #refs(superseded: boolean): readonly MessageRef[] {
    return superseded ? this.fold.messages : this.fold.messages.filter((ref) => !ref.superseded)
  }

  async message(messageId: string): Promise<Message | undefined> {
    const ref = this.fold.messages.findLast(({ id }) => id === messageId)
    return ref ? (await this.#read([ref]))[0] : undefined
  }

  /** The latest turns that have ended, in order. */
  async turns(limit: number): Promise<Turn[]> {
    const places = [...this.fold.turns.values()].slice(-limit).map(({ place }) => place)
    const texts = await readPlaces(
      this.#path,
      places.toSorted((a, b) => a.offset - b.offset),
    )
    return texts.flatMap((text) => {
      const entry = parseEntry(text)
      return typeof entry === 'object' && entry.type === 'turn' ? [entry.turn] : []
    })
  }

  /** True once it was closed: it takes no more entries. */
  get closed(): boolean {
    return this.#closed
  }

  /** Waits for what is being written and lets go of the file. */
  close(): Promise<void> {
    this.#closed = true
    return this.#log.close()
  }

  #take(entry: ReturnType<typeof parseEntry>, place: { offset: number; length: number }): void {
    if (entry === 'damaged') this.fold.damaged()
    else if (entry !== 'unknown') this.fold.apply(entry, place)
  }

  async #read(refs: readonly MessageRef[]): Promise<Message[]> {
    const inFileOrder = refs.toSorted((a, b) => a.offset - b.offset)
    const texts = await readPlaces(this.#path, inFileOrder)
    const messages = texts.flatMap((text, index) => {
      const entry = parseEntry(text)
      return typeof entry === 'object' && entry.type === 'message' ? [messageOf(entry, inFileOrder[index]?.superseded ?? false)] : []
    })
    return messages.toSorted((a, b) => a.seq - b.seq)
  }
}

/** A draft with its place is an entry; the type system does not see that through the spread. */
function asEntry(entry: EntryDraft & { seq: number; at: string }): Entry {
  return entry
}

/** The first index whose `seq` is at least the given one. */
function lowerBound(refs: readonly MessageRef[], seq: number): number {
  let low = 0
  let high = refs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((refs[middle]?.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}
