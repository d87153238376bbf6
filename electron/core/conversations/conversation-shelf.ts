import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Log } from '../log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { ConversationFile, type EntryDraft } from './conversation-file.ts'
import { ConversationFolders, type Place } from './conversation-folders.ts'
import { Outlines, type OutlinePage, type OutlineRange } from './file-outline.ts'
import { readLatestPage, readLatestTurns } from './latest-page.ts'
import { bytesOf, groupsOf, headOf, trashedOf, unread, type ConversationPlace, type Known, type Trashed } from './known.ts'
import { maxLoaded, OpenedFiles } from './opened-files.ts'
import { lookAtAll, readHead, readTrashed, saveSummaries, Slices } from './shelf-start.ts'

const summaryMs = 60_000

/** All conversation files: the head of each in memory, the whole of those in use, the others read when they are asked for. */
export class ConversationShelf {
  readonly #folders: ConversationFolders
  readonly #summaryPath: string
  readonly #log: Log
  readonly #known = new Map<string, Known>()
  readonly #trash = new Map<string, Known>()
  readonly #opened: OpenedFiles
  readonly #outlines = new Outlines()
  readonly #timer: NodeJS.Timeout
  #changed = false

  private constructor(dataFolder: string, folders: ConversationFolders, log: Log) {
    this.#folders = folders
    this.#summaryPath = join(dataFolder, 'summaries.jsonl')
    this.#opened = new OpenedFiles(folders, log)
    this.#log = log
    this.#timer = setInterval(() => void this.#saveSummaries(), summaryMs)
    this.#timer.unref()
  }

  /** Reads what is there: files that did not change since their summary was made are not opened. */
  static async open(dataFolder: string, log: Log): Promise<ConversationShelf> {
    const { folders, places } = await ConversationFolders.open(dataFolder, log)
    const shelf = new ConversationShelf(dataFolder, folders, log)
    await shelf.#readAll(places)
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

  /** Bytes that its file takes on the disk. Throws NOT_FOUND. */
  bytes(id: string): number {
    return bytesOf(this.#find(id))
  }

  /** Where a conversation lies on the disk. It moves when it is archived or restored: on ENOENT ask again. Throws NOT_FOUND. */
  fileOf(id: string): ConversationPlace {
    const { path, compressed } = this.#find(id).place
    return { id, path, compressed }
  }

  /** All conversations' files, archived ones too, in no order. */
  files(): ConversationPlace[] {
    return [...this.#known.keys()].map((id) => this.fileOf(id))
  }

  isArchived(id: string): boolean {
    return this.#find(id).place.folder === 'archive'
  }

  lastMessageSeq(id: string): number {
    const known = this.#find(id)
    return known.loaded?.fold.lastMessageSeq ?? known.lastMessageSeq
  }

  /** The active files that are in memory: among them all that hold waiting prompts or turns without an end. */
  loaded(): Generator<[id: string, file: ConversationFile], void, void> {
    return this.#opened.loaded()
  }

  /** A file, read when it is not in memory. It takes entries until somebody has to give it up: look at `closed`. */
  async file(id: string): Promise<ConversationFile> {
    return this.#opened.file(id, () => this.#find(id))
  }

  /** A file that takes entries. Throws CONVERSATION_ARCHIVED. */
  async writable(id: string): Promise<ConversationFile> {
    let file = await this.file(id)
    // Others may have pushed it out of memory between these two lines.
    while (file.closed) file = await this.file(id)
    if (this.isArchived(id))
      throw new AppError('CONVERSATION_ARCHIVED', 'This conversation is archived. Restore it, then send the message again.')
    return file
  }

  /** The newest messages of a file that is not in memory, without reading the whole of it first; null when that does not work. */
  async latest(id: string, limit: number): Promise<{ items: Message[]; more: boolean } | null> {
    return this.#isUnread(id) ? readLatestPage(this.#find(id).place.path, limit).catch(() => null) : null
  }

  /** The same for turns. */
  async latestTurns(id: string, limit: number): Promise<Turn[] | null> {
    return this.#isUnread(id) ? readLatestTurns(this.#find(id).place.path, limit).catch(() => null) : null
  }

  /** Any other messages of such a file; null as above. */
  async outlined(id: string, range: OutlineRange): Promise<OutlinePage | null> {
    return this.#isUnread(id) ? this.#outlines.page(this.#find(id).place.path, range) : null
  }

  #isUnread(id: string): boolean {
    const { file, conversation, place, moving } = this.#find(id)
    return file === null && moving === null && !place.compressed && conversation.damagedEntries === 0
  }

  /** Makes a conversation; its first line is on the disk when this resolves. */
  async create(id: string, header: EntryDraft): Promise<void> {
    const file = await ConversationFile.load(id, this.#folders.active(id).path)
    try {
      await file.append(header, { sync: true })
    } catch (thrown) {
      // Nobody knows of it, so nobody else would close it; an empty file is no conversation.
      await file.close()
      await rm(this.#folders.active(id).path, { force: true }).catch(() => {})
      throw thrown
    }
    this.#add(id, file)
  }

  /**
   * Takes over a complete file that lies elsewhere in the data folder. It appears in one step, and never over another.
   * Throws STATE_CONFLICT when there is a conversation of this id.
   */
  async adopt(path: string, conversation: Conversation, lastMessageSeq: number): Promise<void> {
    const { id } = conversation
    const place = await this.#folders.adopt(id, path)
    this.#known.set(id, { ...unread(id, place), conversation, lastMessageSeq, size: (await stat(place.path)).size })
    this.#changed = true
  }

  /** Makes a conversation whose whole file is known: it is there with all lines or not at all. */
  async write(id: string, lines: AsyncIterable<string>): Promise<void> {
    const place = this.#folders.active(id)
    await writeFileAtomic(place.path, lines)
    this.#add(id, await ConversationFile.load(id, place.path))
  }

  /** To be called after every entry, so that the summaries are made anew. */
  changed(): void {
    this.#changed = true
  }

  /** Compresses it into the archive. Nothing happens to one that is there. Throws CONVERSATION_BUSY and what a full disk throws. */
  async archive(id: string): Promise<void> {
    await this.#move(this.#find(id), 'archiving it', async (known) => {
      if (known.place.folder !== 'archive') known.place = await this.#folders.archive(id, known.place)
    })
  }

  /** Brings the same bytes back from the archive. Nothing happens to one that is active. */
  async restore(id: string): Promise<void> {
    await this.#move(this.#find(id), 'restoring it', async (known) => {
      if (known.place.folder === 'archive') known.place = await this.#folders.restore(id, known.place)
    })
  }

  /** Appends to an archived conversation, which stays archived: for what can be said about it, not in it. */
  async changeArchived(id: string, draft: EntryDraft): Promise<void> {
    await this.#move(this.#find(id), 'changing it', async (known) => {
      const { path } = await this.#folders.expand(id, known.place)
      const file = await ConversationFile.load(id, path)
      try {
        await file.append(draft, { sync: false })
        await file.close()
        await this.#folders.replaceArchived(known.place, path)
        known.conversation = file.fold.conversation
        known.lastMessageSeq = file.fold.lastMessageSeq
      } finally {
        await file.close()
        await this.#folders.close(id)
      }
    })
  }

  /** Into the trash, archived or not; `now` in milliseconds. */
  async remove(id: string, now: number): Promise<void> {
    await this.#move(this.#find(id), 'deleting it', async (known) => {
      known.place = await this.#folders.trash(id, known.place, now)
      this.#known.delete(id)
      this.#trash.set(id, known)
    })
  }

  trashed(): Trashed[] {
    return [...this.#trash.values()].map(trashedOf)
  }

  /** The files of deleted conversations, as long as the trash holds them. */
  trashFiles(): ConversationPlace[] {
    return [...this.#trash].map(([id, { place }]) => ({ id, path: place.path, compressed: place.compressed }))
  }

  trashedOne(id: string): Trashed | null {
    const known = this.#trash.get(id)
    return known ? trashedOf(known) : null
  }

  /** Back from the trash to where it was. Throws NOT_FOUND. */
  async untrash(id: string): Promise<void> {
    await this.#move(this.#findTrashed(id), 'restoring it', async (known) => {
      known.place = await this.#folders.untrash(id, known.place)
      this.#trash.delete(id)
      this.#known.set(id, known)
    })
  }

  /** Deletes from the trash for good. Throws NOT_FOUND. */
  async erase(id: string): Promise<void> {
    await this.#move(this.#findTrashed(id), 'deleting it', async (known) => {
      await this.#folders.erase(id, known.place)
      this.#trash.delete(id)
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const { moving, file } of this.#known.values()) {
      await moving
      await (await file?.catch(() => null))?.close()
    }
    await this.#saveSummaries()
  }

  #find(id: string): Known {
    const known = this.#known.get(id)
    if (!known) throw new AppError('NOT_FOUND', 'There is no such conversation; it may have been deleted. Load the list again.')
    return known
  }

  #findTrashed(id: string): Known {
    const known = this.#trash.get(id)
    if (!known)
      throw new AppError('NOT_FOUND', 'The trash holds no such conversation; it may have been restored or erased. Load the list again.')
    return known
  }

  async #move(known: Known, doing: string, work: (known: Known) => Promise<void>): Promise<void> {
    try {
      await this.#opened.move(known, doing, work)
    } finally {
      this.#changed = true
    }
  }

  #add(id: string, file: ConversationFile): void {
    const known = { ...unread(id, this.#folders.active(id)), file: Promise.resolve(file), loaded: file }
    this.#known.set(id, known)
    this.#opened.add(id, known)
    this.#changed = true
  }

  async #readAll(places: ReadonlyMap<string, Place>): Promise<void> {
    const { active, trash, unsure } = await lookAtAll(places, this.#summaryPath)
    for (const [id, known] of active) this.#known.set(id, known)
    for (const [id, known] of trash) this.#trash.set(id, known)
    if (unsure.length > 0) this.#changed = true
    const slices = new Slices()
    const others: string[] = []
    for (const id of unsure) {
      const known = this.#known.get(id) ?? this.#trash.get(id)
      if (known && !readHead(id, known)) others.push(id)
      await slices.breathe()
    }
    for (const group of groupsOf(others, 8)) await Promise.all(group.map((id) => this.#readUnsure(id)))
    if (unsure.length > maxLoaded) await this.#saveSummaries()
  }

  async #readUnsure(id: string): Promise<void> {
    const deleted = this.#trash.get(id)
    try {
      await (deleted ? readTrashed(this.#folders, id, deleted) : this.file(id))
    } catch (thrown) {
      this.#log.warn({ err: thrown, id }, 'a conversation file cannot be read')
    }
  }

  async #saveSummaries(): Promise<void> {
    if (!this.#changed) return
    this.#changed = false
    try {
      await saveSummaries(this.#summaryPath, [...this.#known.values(), ...this.#trash.values()])
    } catch (thrown) {
      this.#log.warn({ err: thrown }, 'summaries were not saved; they are made again at the next start')
    }
  }
}
