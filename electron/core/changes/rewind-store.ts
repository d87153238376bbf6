import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { parseJson } from '../storage/parse-json.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'
import { rewindRecordSchema, type RewindRecord } from './rewind-record.ts'

/** So many are kept of a conversation; the oldest go. */
const mostKept = 100

/** Rewinds on the disk: those under way as journals, those that are done by their conversations. */
export class RewindStore {
  readonly #folder: string
  readonly #open: string

  constructor(home: string) {
    this.#folder = join(home, 'rewinds')
    this.#open = join(this.#folder, 'open')
  }

  /** Keeps the journal of one that is under way; on the disk when this resolves. Throws DISK_FULL, DATA_FOLDER_READONLY. */
  async journal(record: RewindRecord): Promise<void> {
    await this.#folderFor(this.#open)
    await writeFileAtomic(join(this.#open, fileOf(record)), JSON.stringify(record))
  }

  /** Those that the end of the last run cut off, the oldest first. What cannot be read is put aside. */
  async underWay(): Promise<RewindRecord[]> {
    const names = await namesIn(this.#open)
    const found: RewindRecord[] = []
    for (const name of names.toSorted()) {
      const record = await read(join(this.#open, name))
      if (record) found.push(record)
      else await rename(join(this.#open, name), join(this.#open, `${name}.damaged`)).catch(() => {})
    }
    return found
  }

  /** It is over: kept with its conversation. */
  async done(record: RewindRecord): Promise<void> {
    const folder = join(this.#folder, record.rewind.conversationId)
    await this.#folderFor(folder)
    await writeFileAtomic(join(folder, fileOf(record)), JSON.stringify(record))
    await this.drop(record)
    const names = (await namesIn(folder)).toSorted()
    for (const name of names.slice(0, Math.max(0, names.length - mostKept))) await rm(join(folder, name), { force: true })
  }

  /** It came to nothing: its journal goes. */
  async drop(record: RewindRecord): Promise<void> {
    await rm(join(this.#open, fileOf(record)), { force: true })
  }

  /** Of a conversation, the latest first. */
  async list(conversationId: string): Promise<RewindRecord[]> {
    const folder = join(this.#folder, conversationId)
    const records = await Promise.all((await namesIn(folder)).toSorted().map((name) => read(join(folder, name))))
    return records.filter((record) => record !== null).toReversed()
  }

  /** One that was cut off as it is kept with its conversation; null where it is not yet. */
  find({ rewind }: RewindRecord): Promise<RewindRecord | null> {
    return read(join(this.#folder, rewind.conversationId, `${rewind.id}.json`))
  }

  /** Throws NOT_FOUND. */
  async get(conversationId: string, rewindId: string): Promise<RewindRecord> {
    const record = await read(join(this.#folder, conversationId, `${rewindId}.json`))
    if (record) return record
    throw new AppError('NOT_FOUND', 'This rewind is no longer kept, so it can’t be undone.')
  }

  /** A conversation is gone for good. */
  async forget(conversationId: string): Promise<void> {
    await rm(join(this.#folder, conversationId), { recursive: true, force: true })
  }

  async #folderFor(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
      throw toStorageError(thrown, folder)
    })
  }
}

function fileOf({ rewind }: RewindRecord): string {
  if (rewind.id === null) throw new Error('A preview is not kept.')
  return `${rewind.id}.json`
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (systemCode(thrown) === 'ENOENT') return []
    throw toStorageError(thrown, folder)
  })
  return names.filter((name) => name.endsWith('.json'))
}

async function read(path: string): Promise<RewindRecord | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return rewindRecordSchema.safeParse(parseJson(text)).data ?? null
}
