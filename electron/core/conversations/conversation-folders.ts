import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { idPattern } from '../../../shared/domain/common.ts'
import type { Log } from '../log.ts'
import { syncFolder } from '../storage/atomic-file.ts'
import { compressFile, expandFile, holdsAllOf } from '../storage/gzip-file.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'

/** Where a conversation's file lies. `deletedAt`: since when it is in the trash, in milliseconds of the clock. */
export type Place = { folder: 'conversations' | 'archive' | 'trash'; path: string; compressed: boolean; deletedAt: number | null }

/** In the data folder, the folders that `ConversationFolders` looks after: what a killed run left half written is removed by its `open`. */
export const conversationFolders = ['conversations', 'archive', 'trash', 'opened'] as const

/** The ids of all conversations, by where they lie. */
export type FoundIds = { active: string[]; archived: string[]; trash: Map<string, Place> }

/**
 * The folders that conversations lie in: plain in `conversations`, compressed in `archive`, and as they were in `trash`.
 * A move makes the new file whole before it lets go of the old one: a crash at any moment leaves one of them, or both,
 * and then `open` puts that right. What is between has the ending `.tmp` and is nobody's.
 */
export class ConversationFolders {
  readonly #root: string
  readonly #log: Log
  /** With the separator at their ends: paths are made a hundred thousand times at a start. */
  readonly #conversations: string
  readonly #archive: string

  private constructor(root: string, log: Log) {
    this.#root = root
    this.#conversations = join(root, 'conversations', sep)
    this.#archive = join(root, 'archive', sep)
    this.#log = log
  }

  static async open(dataFolder: string, log: Log): Promise<{ folders: ConversationFolders; found: FoundIds }> {
    const folders = new ConversationFolders(dataFolder, log)
    await rm(folders.#in('opened'), { recursive: true, force: true })
    for (const name of conversationFolders) await mkdir(folders.#in(name), { recursive: true, mode: 0o700 })
    return { folders, found: await folders.#find() }
  }

  /** Where an active conversation lies. */
  active(id: string): Place {
    return { folder: 'conversations', path: `${this.#conversations}${id}.jsonl`, compressed: false, deletedAt: null }
  }

  /** Where an archived one lies. */
  archived(id: string): Place {
    return { folder: 'archive', path: `${this.#archive}${id}.jsonl.gz`, compressed: true, deletedAt: null }
  }

  /** Compresses an active conversation into the archive; every byte was read back before the plain file goes. */
  async archive(id: string, from: Place): Promise<Place> {
    const to = this.archived(id)
    await compressFile(from.path, to.path)
    await this.#leave(from.path, to.path)
    return to
  }

  /** Brings back the bytes that were archived. A damaged archive gives what it can and is kept beside. */
  async restore(id: string, from: Place): Promise<Place> {
    const to = this.active(id)
    if (await expandFile(from.path, to.path)) await this.#leave(from.path, to.path)
    else await rename(from.path, `${from.path}.damaged-${Date.now()}`)
    return to
  }

  /** Takes over a file that lies elsewhere in the data folder, as an active conversation. Throws STATE_CONFLICT when there is one. */
  async adopt(id: string, from: string): Promise<Place> {
    const to = this.active(id)
    if (await stat(this.archived(id).path).catch(() => null)) throw idTaken()
    try {
      await link(from, to.path)
    } catch (thrown) {
      if (systemCode(thrown) === 'EEXIST') throw idTaken()
      if (!withoutLinks.has(systemCode(thrown) ?? '')) throw toStorageError(thrown, to.path)
      if (await stat(to.path).catch(() => null)) throw idTaken()
      await rename(from, to.path)
    }
    await rm(from, { force: true })
    return to
  }

  /** Moves a conversation, as it is, into the trash; its name there says since when. */
  async trash(id: string, from: Place, now: number): Promise<Place> {
    const name = `${id}.${now}${from.compressed ? '.jsonl.gz' : '.jsonl'}`
    const to: Place = { folder: 'trash', path: this.#in('trash', name), compressed: from.compressed, deletedAt: now }
    await this.#move(from.path, to.path)
    return to
  }

  /** Back to where it was deleted from. */
  async untrash(id: string, from: Place): Promise<Place> {
    const to = from.compressed ? this.archived(id) : this.active(id)
    if (await stat(to.path).catch(() => null)) {
      throw new AppError('STATE_CONFLICT', 'This conversation already exists. Find it in the Library; the deleted one stays in the trash.')
    }
    await this.#move(from.path, to.path)
    return to
  }

  /** Deletes for good. */
  async erase(id: string, place: Place): Promise<void> {
    try {
      await rm(place.path, { force: true })
      await rm(`${this.active(id).path}.torn`, { force: true })
    } catch (thrown) {
      throw toStorageError(thrown, place.path)
    }
  }

  /** A plain copy of an archived conversation, to read in; `close` it after use. `isWhole`: the archive was not damaged. */
  async expand(id: string, { path }: Place): Promise<{ path: string; isWhole: boolean }> {
    const plain = this.#in('opened', `${id}.jsonl`)
    return { path: plain, isWhole: await expandFile(path, plain) }
  }

  /** Puts a changed plain copy in the place of an archived conversation. */
  async replaceArchived(place: Place, plain: string): Promise<void> {
    await compressFile(plain, place.path)
  }

  async close(id: string): Promise<void> {
    await rm(this.#in('opened', `${id}.jsonl`), { force: true }).catch((thrown: unknown) =>
      this.#log.warn({ err: thrown, id }, 'the plain copy of an archived conversation was not removed'),
    )
  }

  async #move(from: string, to: string): Promise<void> {
    try {
      await rename(from, to)
      await syncFolder(this.#in('conversations'))
      await syncFolder(this.#in('archive'))
      await syncFolder(this.#in('trash'))
    } catch (thrown) {
      throw toStorageError(thrown, to)
    }
  }

  /** Where the old file cannot be removed, the new one goes again: the conversation stays where it was. */
  async #leave(from: string, to: string): Promise<void> {
    try {
      await rm(from)
    } catch (thrown) {
      await rm(to, { force: true }).catch(() => {})
      throw toStorageError(thrown, from)
    }
    await syncFolder(this.#in(from.endsWith('.gz') ? 'archive' : 'conversations'))
  }

  async #find(): Promise<FoundIds> {
    const trash = new Map<string, Place>()
    for (const name of await this.#names('trash')) {
      const [id, deletedAt] = name.split('.')
      const at = Number(deletedAt)
      if (id === undefined || !isId(id) || !/^[0-9]+\.jsonl(\.gz)?$/.test(name.slice(id.length + 1))) continue
      trash.set(id, { folder: 'trash', path: this.#in('trash', name), compressed: name.endsWith('.gz'), deletedAt: at })
    }
    const archived = new Set(idsIn(await this.#names('archive'), '.jsonl.gz'))
    const active = idsIn(await this.#names('conversations'), '.jsonl')
    if (archived.size > 0) for (const id of active) if (archived.delete(id)) await this.#settle(id)
    if (trash.size > 0) for (const id of [...active, ...archived]) trash.delete(id)
    return { active, archived: [...archived], trash }
  }

  /** Both are there: the last run ended between making the one and removing the other. The plain one is the newer or the same. */
  async #settle(id: string): Promise<void> {
    const { path } = this.archived(id)
    const isSame = await holdsAllOf(this.active(id).path, path)
    this.#log.info({ id, isSame }, 'a conversation was both active and archived; it is active now')
    if (isSame) await rm(path, { force: true })
    else await rename(path, `${path}.other-${Date.now()}`)
  }

  async #names(folder: string): Promise<string[]> {
    const names = await readdir(this.#in(folder))
    const halves = names.filter((name) => name.endsWith('.tmp'))
    for (const name of halves) await rm(this.#in(folder, name), { force: true })
    return halves.length === 0 ? names : names.filter((name) => !name.endsWith('.tmp'))
  }

  #in(...parts: string[]): string {
    return join(this.#root, ...parts)
  }
}

/** What file systems that have no links say. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

function idTaken(): AppError {
  return new AppError('STATE_CONFLICT', 'A conversation with this id already exists. Keep it, or delete it first.')
}

/** The ids in the names of files of ours; those of others are left out. */
function idsIn(names: readonly string[], ending: string): string[] {
  const ids = names.map((name) => (name.endsWith(ending) ? name.slice(0, -ending.length) : ''))
  return ids.filter(isId)
}

function isId(text: string): boolean {
  return idPattern.test(text)
}
