import { rm, stat } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { ConversationFile, type EntryDraft } from './conversation-file.ts'
import type { ConversationFolders } from './conversation-folders.ts'
import { ConversationRecord } from './conversation-record.ts'
import type { ConversationRecords } from './conversation-records.ts'
import type { OpenedFiles } from './opened-files.ts'
import type { TouchedList } from './touched-list.ts'

export type ConversationMovesOptions = {
  folders: ConversationFolders
  touched: TouchedList
  records: ConversationRecords
  trash: Map<string, ConversationRecord>
  opened: OpenedFiles
  /** Its head is what its file says. Throws NOT_FOUND. */
  find: (id: string) => ConversationRecord
}

/** Where conversations come to be, lie and go: new files, the archive, the trash. */
export class ConversationMoves {
  readonly #folders: ConversationFolders
  readonly #touched: TouchedList
  readonly #records: ConversationRecords
  readonly #trash: Map<string, ConversationRecord>
  readonly #opened: OpenedFiles
  readonly #find: (id: string) => ConversationRecord

  constructor({ folders, touched, records, trash, opened, find }: ConversationMovesOptions) {
    this.#folders = folders
    this.#touched = touched
    this.#records = records
    this.#trash = trash
    this.#opened = opened
    this.#find = find
  }

  /** Makes a conversation; its first line is on the disk when this resolves. */
  async create(id: string, header: EntryDraft): Promise<void> {
    this.#touched.add(id)
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
    this.#touched.add(id)
    const record = new ConversationRecord(id, await this.#folders.adopt(id, path))
    record.conversation = conversation
    record.lastMessageSeq = lastMessageSeq
    record.size = (await stat(record.place.path)).size
    record.checked = true
    this.#records.set(id, record)
  }

  /** Makes a conversation whose whole file is known: it is there with all lines or not at all. */
  async write(id: string, lines: AsyncIterable<string>): Promise<void> {
    this.#touched.add(id)
    const place = this.#folders.active(id)
    await writeFileAtomic(place.path, lines)
    this.#add(id, await ConversationFile.load(id, place.path))
  }

  /** Compresses it into the archive. Nothing happens to one that is there. Throws CONVERSATION_BUSY and what a full disk throws. */
  async archive(id: string): Promise<void> {
    await this.#move(this.#find(id), 'archiving it', async (record) => {
      if (record.place.folder !== 'archive') record.place = await this.#folders.archive(id, record.place)
    })
  }

  /** Brings the same bytes back from the archive. Nothing happens to one that is active. */
  async restore(id: string): Promise<void> {
    await this.#move(this.#find(id), 'restoring it', async (record) => {
      if (record.place.folder === 'archive') record.place = await this.#folders.restore(id, record.place)
    })
  }

  /** Appends to an archived conversation, which stays archived: for what can be said about it, not in it. */
  async changeArchived(id: string, draft: EntryDraft): Promise<void> {
    await this.#move(this.#find(id), 'changing it', async (record) => {
      const { path } = await this.#folders.expand(id, record.place)
      const file = await ConversationFile.load(id, path)
      try {
        await file.append(draft, { sync: false })
        await file.close()
        await this.#folders.replaceArchived(record.place, path)
        record.conversation = file.fold.conversation
        record.lastMessageSeq = file.fold.lastMessageSeq
      } finally {
        await file.close()
        await this.#folders.close(id)
      }
    })
  }

  /** Into the trash, archived or not; `now` in milliseconds. */
  async remove(id: string, now: number): Promise<void> {
    await this.#move(this.#find(id), 'deleting it', async (record) => {
      record.place = await this.#folders.trash(id, record.place, now)
      this.#records.delete(id)
      this.#trash.set(id, record)
    })
  }

  /** Back from the trash to where it was. Throws NOT_FOUND. */
  async untrash(id: string): Promise<void> {
    await this.#move(this.#findTrashed(id), 'restoring it', async (record) => {
      record.place = await this.#folders.untrash(id, record.place)
      this.#trash.delete(id)
      this.#records.set(id, record)
    })
  }

  /** Deletes from the trash for good. Throws NOT_FOUND. */
  async erase(id: string): Promise<void> {
    await this.#move(this.#findTrashed(id), 'deleting it', async (record) => {
      await this.#folders.erase(id, record.place)
      this.#trash.delete(id)
    })
  }

  #findTrashed(id: string): ConversationRecord {
    const record = this.#trash.get(id)
    if (!record)
      throw new AppError('NOT_FOUND', 'This conversation isn’t in the trash; it may have been restored or deleted. Reload the list.')
    return record
  }

  async #move(record: ConversationRecord, doing: string, work: (record: ConversationRecord) => Promise<void>): Promise<void> {
    this.#touched.add(record.id)
    await this.#opened.move(record, doing, work)
  }

  #add(id: string, file: ConversationFile): void {
    const record = new ConversationRecord(id, this.#folders.active(id))
    record.file = Promise.resolve(file)
    record.loaded = file
    record.checked = true
    this.#records.set(id, record)
    this.#opened.add(record)
  }
}
