import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { idSchema } from '../../../shared/domain/common.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Log } from '../log.ts'
import { toStorageError } from '../storage/storage-error.ts'
import { ConversationFile } from './conversation-file.ts'
import { readLatestPage, readLatestTurns } from './latest-page.ts'
import { ConversationFold } from './conversation-fold.ts'
import { readSummaries, writeSummaries, type Summary } from './summary-cache.ts'

type Known = { conversation: Conversation; lastMessageSeq: number; file: Promise<ConversationFile> | null; loaded: ConversationFile | null }

/** A conversation's file; `compressed`: it is gzip, as those in the archive are. */
export type ConversationPlace = { id: string; path: string; compressed: boolean }

/** Files that are kept read in memory, besides those in use. */
const maxLoaded = 24
const summaryMs = 60_000

/** All conversation files: the head of each in memory, the whole of those in use, the others read when they are asked for. */
export class ConversationShelf {
  readonly #folder: string
  readonly #summaryPath: string
  readonly #log: Log
  /** In the order of their last use. */
  readonly #known = new Map<string, Known>()
  readonly #timer: NodeJS.Timeout
  #changed = false

  private constructor(dataFolder: string, log: Log) {
    this.#folder = join(dataFolder, 'conversations')
    this.#summaryPath = join(dataFolder, 'summaries.jsonl')
    this.#log = log
    this.#timer = setInterval(() => void this.#saveSummaries(), summaryMs)
    this.#timer.unref()
  }

  /** Reads what is there: files that did not change since their summary was made are not opened. */
  static async open(dataFolder: string, log: Log): Promise<ConversationShelf> {
    const shelf = new ConversationShelf(dataFolder, log)
    await mkdir(shelf.#folder, { recursive: true, mode: 0o700 })
    await shelf.#readAll()
    return shelf
  }

  has(id: string): boolean {
    return this.#known.has(id)
  }

  heads(): Conversation[] {
    return [...this.#known.values()].map(headOf)
  }

  /** Throws NOT_FOUND. */
  head(id: string): Conversation {
    return headOf(this.#find(id))
  }

  lastMessageSeq(id: string): number {
    const known = this.#find(id)
    return known.loaded?.fold.lastMessageSeq ?? known.lastMessageSeq
  }

  /** Where a conversation lies on the disk. It moves when it is archived or restored: on ENOENT ask again. Throws NOT_FOUND. */
  fileOf(id: string): ConversationPlace {
    this.#find(id)
    return { id, path: this.#path(id), compressed: false }
  }

  /** All conversations' files, archived ones too, in no order. */
  files(): ConversationPlace[] {
    return [...this.#known.keys()].map((id) => this.fileOf(id))
  }

  /** The files that are in memory: among them all that hold waiting prompts or turns without an end. */
  *loaded(): Generator<[id: string, file: ConversationFile], void, void> {
    for (const [id, { loaded }] of this.#known) if (loaded) yield [id, loaded]
  }

  /** A file, read when it is not in memory. It takes entries until somebody has to give it up: look at `closed`. */
  file(id: string): Promise<ConversationFile> {
    const known = this.#find(id)
    this.#known.delete(id)
    this.#known.set(id, known)
    known.file ??= this.#load(id, known)
    return known.file
  }

  /** The newest messages of a file that is not in memory, without reading the whole of it first; null when that does not work. */
  async latest(id: string, limit: number): Promise<{ items: Message[]; more: boolean } | null> {
    return this.#isUnread(id) ? readLatestPage(this.#path(id), limit).catch(() => null) : null
  }

  /** The same for turns. */
  async latestTurns(id: string, limit: number): Promise<Turn[] | null> {
    return this.#isUnread(id) ? readLatestTurns(this.#path(id), limit).catch(() => null) : null
  }

  #isUnread(id: string): boolean {
    const { file, conversation } = this.#find(id)
    return file === null && conversation.damagedEntries === 0
  }

  /** A file that is not there yet. */
  draft(id: string): Promise<ConversationFile> {
    return ConversationFile.load(id, this.#path(id))
  }

  add(id: string, file: ConversationFile): void {
    this.#known.set(id, { conversation: file.fold.conversation, lastMessageSeq: -1, file: Promise.resolve(file), loaded: file })
    this.#changed = true
  }

  /** To be called after every entry, so that the summaries are made anew. */
  changed(): void {
    this.#changed = true
  }

  async remove(id: string): Promise<void> {
    const file = await this.#find(id).file
    this.#known.delete(id)
    this.#changed = true
    await file?.close()
    await rm(this.#path(id), { force: true }).catch((thrown: unknown) => {
      throw toStorageError(thrown, this.#path(id))
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const { file } of this.#known.values()) await (await file)?.close()
    await this.#saveSummaries()
  }

  #find(id: string): Known {
    const known = this.#known.get(id)
    if (!known) throw new AppError('NOT_FOUND', 'There is no such conversation; it may have been deleted. Load the list again.')
    return known
  }

  async #load(id: string, known: Known): Promise<ConversationFile> {
    try {
      known.loaded = await ConversationFile.load(id, this.#path(id))
    } catch (thrown) {
      known.file = null
      throw thrown
    }
    this.#unloadOthers()
    return known.loaded
  }

  #unloadOthers(): void {
    const loaded = [...this.#known.values()].filter((known) => known.loaded)
    for (const known of loaded.slice(0, -maxLoaded)) {
      if (!known.loaded || known.loaded.busy) continue
      known.conversation = known.loaded.fold.conversation
      known.lastMessageSeq = known.loaded.fold.lastMessageSeq
      known.loaded.close().catch((thrown: unknown) => this.#log.warn({ err: thrown }, 'closing a conversation file'))
      known.loaded = null
      known.file = null
    }
  }

  async #readAll(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.jsonl'))
    const summaries = names.length > 0 ? await readSummaries(this.#summaryPath) : new Map<string, Summary>()
    for (const name of names.toSorted()) {
      const id = name.slice(0, -'.jsonl'.length)
      if (!idSchema.safeParse(id).success) continue
      const summary = summaries.get(id)
      const { conversation, lastMessageSeq } = summary ?? { conversation: new ConversationFold(id).conversation, lastMessageSeq: -1 }
      this.#known.set(id, { conversation, lastMessageSeq, file: null, loaded: null })
      if (summary && (await this.#isCurrent(id, summary))) continue
      this.#changed = true
      await this.file(id).catch((thrown: unknown) => this.#log.warn({ err: thrown, id }, 'a conversation file cannot be read'))
    }
  }

  async #isCurrent(id: string, { size, mtimeMs }: Summary): Promise<boolean> {
    const now = await stat(this.#path(id))
    return now.size === size && now.mtimeMs === mtimeMs
  }

  /** Turns and prompts that wait are found by reading, so files that hold some get no summary. */
  async #saveSummaries(): Promise<void> {
    if (!this.#changed) return
    this.#changed = false
    try {
      const summaries: Summary[] = []
      for (const [id, known] of Array.from(this.#known)) {
        const { size, mtimeMs } = await stat(this.#path(id))
        if (known.loaded?.busy) continue
        summaries.push({ version: 1, size, mtimeMs, lastMessageSeq: this.lastMessageSeq(id), conversation: headOf(known) })
      }
      await writeSummaries(this.#summaryPath, summaries)
    } catch (thrown) {
      this.#log.warn({ err: thrown }, 'summaries were not saved; they are made again at the next start')
    }
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.jsonl`)
  }
}

function headOf(known: Known): Conversation {
  return known.loaded?.fold.conversation ?? known.conversation
}
