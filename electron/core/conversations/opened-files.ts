import { stat } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import { ConversationFile } from './conversation-file.ts'
import type { ConversationFolders } from './conversation-folders.ts'
import { bytesOf, headOf, isBusy, type ConversationRecord } from './conversation-record.ts'

/** Files that are kept read in memory, besides those in use. */
export const maxLoaded = 24

/** The conversation files that are in memory: read when they are asked for, given up when others are, let go of when they move. */
export class OpenedFiles {
  readonly #folders: ConversationFolders
  readonly #log: Log
  /** Those whose file is in memory, or on its way there, in the order of their last use. */
  readonly #used = new Map<string, ConversationRecord>()

  constructor(folders: ConversationFolders, log: Log) {
    this.#folders = folders
    this.#log = log
  }

  /** The active ones among them, or one of these. */
  *loaded(only?: string): Generator<[id: string, file: ConversationFile], void, void> {
    const asked = only === undefined ? Array.from(this.#used.values()) : [this.#used.get(only)]
    for (const record of asked) if (record?.loaded && !record.place.compressed) yield [record.id, record.loaded]
  }

  /** One that was made just now. */
  add(record: ConversationRecord): void {
    this.#used.set(record.id, record)
    this.#unloadOthers(record)
  }

  /** A file, read when it is not in memory; `find` says anew what is known of it, as it may move while somebody waits. */
  async file(id: string, find: () => ConversationRecord): Promise<ConversationFile> {
    let record = find()
    while (record.moving) {
      await record.moving
      record = find()
    }
    this.#used.delete(id)
    this.#used.set(id, record)
    record.file ??= this.#load(id, record)
    return record.file
  }

  /** Lets go of the file, moves it and says where it is now. One move at a time; whoever wants the file meanwhile waits. */
  async move(record: ConversationRecord, doing: string, work: (record: ConversationRecord) => Promise<void>): Promise<void> {
    while (record.moving) await record.moving
    const done = this.#letGo(record, doing).then(async () => {
      await work(record)
      record.size = (await stat(record.place.path).catch(() => null))?.size ?? 0
    })
    record.moving = done.catch(() => {})
    try {
      await done
    } finally {
      record.moving = null
    }
  }

  async #letGo(record: ConversationRecord, doing: string): Promise<void> {
    const file = await record.file?.catch(() => null)
    if (!file) return
    if (isBusy(record.place, file)) {
      const message = `A turn is still running in “${headOf(record).title}”, or messages wait in it. Stop the turn before ${doing}.`
      throw new AppError('CONVERSATION_BUSY', message)
    }
    this.#forget(record)
    await file.close()
    if (record.place.compressed) await this.#folders.close(record.id)
  }

  async #load(id: string, record: ConversationRecord): Promise<ConversationFile> {
    try {
      const { path, isWhole } = record.place.compressed
        ? await this.#folders.expand(id, record.place)
        : { path: record.place.path, isWhole: true }
      const file = await ConversationFile.load(id, path)
      if (!isWhole) file.fold.damaged()
      record.loaded = file
      record.checked = true
      this.#unloadOthers(record)
      return file
    } catch (thrown) {
      record.file = null
      this.#used.delete(id)
      throw thrown
    }
  }

  /** `needed` was read just now for somebody who waits for it, however old its place in the row is by now. */
  #unloadOthers(needed: ConversationRecord): void {
    if (this.#used.size <= maxLoaded) return
    for (const [id, record] of [...this.#used].slice(0, -maxLoaded)) {
      const file = record.loaded
      if (!file || record === needed || isBusy(record.place, file) || record.moving) continue
      this.#forget(record)
      const closing = file.close().then(() => (record.place.compressed ? this.#folders.close(id) : undefined))
      // A plain copy that is being removed must not be the one that is opened next.
      record.moving = closing
        .catch((thrown: unknown) => this.#log.warn({ err: thrown }, 'closing a conversation file'))
        .finally(() => (record.moving = null))
    }
  }

  #forget(record: ConversationRecord): void {
    if (record.loaded) {
      record.size = bytesOf(record)
      record.conversation = record.loaded.fold.conversation
      record.lastMessageSeq = record.loaded.fold.lastMessageSeq
    }
    record.loaded = null
    record.file = null
    this.#used.delete(record.id)
  }
}
