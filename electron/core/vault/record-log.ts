import { open, type FileHandle } from 'node:fs/promises'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { readLines } from '../storage/read-lines.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'
import { fileRecordSchema, keyOf, type FileRecord } from './vault-record.ts'

const perChunk = 200

/** What is known of all files, as lines of which the last of a file counts. It is only a shortcut: without it everything is read again. */
export class RecordLog {
  readonly #path: string
  #handle: FileHandle | null = null

  constructor(path: string) {
    this.#path = path
  }

  /** Reads what is there; writes it anew when much of it is out of date. Lines that cannot be read are passed over. */
  async load(): Promise<Map<string, FileRecord>> {
    const records = new Map<string, FileRecord>()
    let lines = 0
    try {
      for await (const group of readLines(this.#path)) {
        for (const { text } of group) {
          lines += 1
          const record = parse(text)
          if (record?.removed) records.delete(keyOf(record))
          else if (record) records.set(keyOf(record), record)
        }
      }
    } catch (thrown) {
      if (systemCode(thrown) !== 'ENOENT') throw toStorageError(thrown, this.#path)
    }
    if (lines > 2 * records.size + perChunk) await writeFileAtomic(this.#path, chunksOf([...records.values()]))
    return records
  }

  /** Throws DISK_FULL or DATA_FOLDER_READONLY. */
  async append(records: readonly FileRecord[]): Promise<void> {
    try {
      this.#handle ??= await open(this.#path, 'a', 0o600)
      // The line end comes first as well: a write that was torn before must not spoil this one.
      await this.#handle.appendFile(`\n${records.map((record) => JSON.stringify(record)).join('\n')}\n`)
      await this.#handle.datasync()
    } catch (thrown) {
      throw toStorageError(thrown, this.#path)
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }
}

function* chunksOf(records: readonly FileRecord[]): Generator<string> {
  for (let from = 0; from < records.length; from += perChunk) {
    yield `${records
      .slice(from, from + perChunk)
      .map((record) => JSON.stringify(record))
      .join('\n')}\n`
  }
}

function parse(text: string | null): FileRecord | undefined {
  try {
    return fileRecordSchema.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}
