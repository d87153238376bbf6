import { stat } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import { ConversationFile } from './conversation-file.ts'
import type { ConversationFolders } from './conversation-folders.ts'
import { bytesOf, headOf, isBusy, type Known } from './known.ts'

/** Files that are kept read in memory, besides those in use. */
export const maxLoaded = 24

/** The conversation files that are in memory: read when they are asked for, given up when others are, let go of when they move. */
export class OpenedFiles {
  readonly #folders: ConversationFolders
  readonly #log: Log
  /** Those whose file is in memory, or on its way there, in the order of their last use. */
  readonly #used = new Map<string, Known>()

  constructor(folders: ConversationFolders, log: Log) {
    this.#folders = folders
    this.#log = log
  }

  /** The active ones among them. */
  *loaded(): Generator<[id: string, file: ConversationFile], void, void> {
    for (const [id, { loaded, place }] of Array.from(this.#used)) if (loaded && !place.compressed) yield [id, loaded]
  }

  /** One that was read just now. */
  add(id: string, known: Known): void {
    this.#used.set(id, known)
  }

  /** A file, read when it is not in memory; `find` says anew what is known of it, as it may move while somebody waits. */
  async file(id: string, find: () => Known): Promise<ConversationFile> {
    let known = find()
    while (known.moving) {
      await known.moving
      known = find()
    }
    this.#used.delete(id)
    this.#used.set(id, known)
    known.file ??= this.#load(id, known)
    return known.file
  }

  /** Lets go of the file, moves it and says where it is now. One move at a time; whoever wants the file meanwhile waits. */
  async move(known: Known, doing: string, work: (known: Known) => Promise<void>): Promise<void> {
    while (known.moving) await known.moving
    const done = this.#letGo(known, doing).then(async () => {
      await work(known)
      known.size = (await stat(known.place.path).catch(() => null))?.size ?? 0
    })
    known.moving = done.catch(() => {})
    try {
      await done
    } finally {
      known.moving = null
    }
  }

  async #letGo(known: Known, doing: string): Promise<void> {
    const file = await known.file?.catch(() => null)
    if (!file) return
    if (isBusy(known.place, file)) {
      const message = `Something is still being written in “${headOf(known).title}”, or messages wait in it. Stop the turn before ${doing}.`
      throw new AppError('CONVERSATION_BUSY', message)
    }
    this.#forget(known)
    await file.close()
    if (known.place.compressed) await this.#folders.close(known.id)
  }

  async #load(id: string, known: Known): Promise<ConversationFile> {
    try {
      const { path, isWhole } = known.place.compressed
        ? await this.#folders.expand(id, known.place)
        : { path: known.place.path, isWhole: true }
      const file = await ConversationFile.load(id, path)
      if (!isWhole) file.fold.damaged()
      known.loaded = file
      known.checked = true
      this.#unloadOthers(known)
      return file
    } catch (thrown) {
      known.file = null
      this.#used.delete(id)
      throw thrown
    }
  }

  /** `needed` was read just now for somebody who waits for it, however old its place in the row is by now. */
  #unloadOthers(needed: Known): void {
    if (this.#used.size <= maxLoaded) return
    for (const [id, known] of [...this.#used].slice(0, -maxLoaded)) {
      const file = known.loaded
      if (!file || known === needed || isBusy(known.place, file) || known.moving) continue
      this.#forget(known)
      const closing = file.close().then(() => (known.place.compressed ? this.#folders.close(id) : undefined))
      // A plain copy that is being removed must not be the one that is opened next.
      known.moving = closing
        .catch((thrown: unknown) => this.#log.warn({ err: thrown }, 'closing a conversation file'))
        .finally(() => (known.moving = null))
    }
  }

  #forget(known: Known): void {
    if (known.loaded) {
      known.size = bytesOf(known)
      known.conversation = known.loaded.fold.conversation
      known.lastMessageSeq = known.loaded.fold.lastMessageSeq
    }
    known.loaded = null
    known.file = null
    this.#used.delete(known.id)
  }
}
