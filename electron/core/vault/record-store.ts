import { toStorageError } from '../storage/storage-error.ts'
import { RecordLog } from './record-log.ts'
import { syncCopies } from './safe-copy.ts'
import { keyOf, type FileRecord } from './vault-record.ts'

export type RecordStoreOptions = {
  /** The file it is kept in. */
  path: string
  onRecords: (records: readonly FileRecord[]) => void
  /** Called when what is known could not be written; it is made again at the next start. */
  onProblem: (message: string) => void
}

const perTelling = 500

/** What is known of every copy. What changes is told after it is on the disk, and with it the copies that it speaks of. */
export class RecordStore {
  readonly #options: RecordStoreOptions
  readonly #log: RecordLog
  #records = new Map<string, FileRecord>()
  #changed = new Map<string, FileRecord>()
  #unsynced = new Set<string>()
  /** What goes from the disk as soon as it is known there what stands in its place. */
  #leaving = new Map<string, () => Promise<void>>()

  constructor(options: RecordStoreOptions) {
    this.#options = options
    this.#log = new RecordLog(options.path)
  }

  /** Reads what was known at the last end, and tells it. Throws DISK_FULL or DATA_FOLDER_READONLY. */
  async open(): Promise<void> {
    this.#records = await this.#log.load()
    const all = [...this.#records.values()]
    for (let from = 0; from < all.length; from += perTelling) this.#options.onRecords(all.slice(from, from + perTelling))
  }

  get(file: Pick<FileRecord, 'source' | 'path'>): FileRecord | undefined {
    return this.#records.get(keyOf(file))
  }

  /** Those of one source. */
  *of(source: string): Generator<FileRecord, void, void> {
    for (const record of this.#records.values()) if (record.source === source) yield record
  }

  /** How many wait to be written. */
  get pending(): number {
    return this.#changed.size
  }

  keep(record: FileRecord): void {
    this.#records.set(keyOf(record), record)
    this.#changed.set(keyOf(record), record)
  }

  /** Known from now on as in doubt, without being told: it is looked at soon. */
  doubt(record: FileRecord): void {
    this.#records.set(keyOf(record), record)
  }

  /** The copy is deleted by its user. */
  remove(record: FileRecord): void {
    this.#records.delete(keyOf(record))
    this.#changed.set(keyOf(record), { ...record, removed: true })
  }

  /** A copy that has to reach the disk before what is known of it. */
  written(copy: string): void {
    this.#unsynced.add(copy)
  }

  /** Something of this copy goes as soon as the records so far are on the disk. */
  leave(copy: string, go: () => Promise<void>): void {
    this.#leaving.set(copy, go)
  }

  isLeaving(copy: string): boolean {
    return this.#leaving.has(copy)
  }

  /** It is in use again. */
  stay(copy: string): void {
    this.#leaving.delete(copy)
  }

  async flush(): Promise<void> {
    if (this.#changed.size === 0) return
    const records = [...this.#changed.values()]
    const copies = [...this.#unsynced]
    const leaving = [...this.#leaving.values()]
    this.#unsynced.clear()
    this.#leaving.clear()
    try {
      await syncCopies(copies)
      await this.#log.append(records)
      const written = new Set(records)
      this.#changed = new Map([...this.#changed].filter(([, record]) => !written.has(record)))
    } catch (thrown) {
      // The copies are there; what is known of them is made again at the next start.
      this.#changed.clear()
      leaving.length = 0
      this.#options.onProblem(toStorageError(thrown, this.#options.path).message)
    }
    this.#options.onRecords(records)
    for (const go of leaving) await go()
  }

  close(): Promise<void> {
    return this.#log.close()
  }
}
