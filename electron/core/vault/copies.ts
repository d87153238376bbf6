import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { toStorageError } from '../storage/storage-error.ts'
import { earlierCopies, packedCopy, type EarlierCopy } from './copy-files.ts'
import { putBack, type Copy } from './put-back.ts'
import { agentIdOf, roleOf, type FileRecord } from './vault-record.ts'

/** Where a copy lies; `compressed`: as gzip. `agentId`: it is a sub-agent's. `bytes`: unpacked. */
export type VaultFile = { sessionId: string; agentId: string | null; path: string; compressed: boolean; bytes: number }

export type CopiesOptions = {
  /** The vault's folder. */
  folder: string
  /** The folder of projects of a history; undefined when it is not in use. */
  projects: (source: string) => string | undefined
}

/** Where the copies lie and how they get back to Claude Code. */
export class Copies {
  readonly #options: CopiesOptions

  constructor(options: CopiesOptions) {
    this.#options = options
  }

  file(record: FileRecord): VaultFile {
    const role = roleOf(record.path, record.fold)
    const agentId = role?.kind === 'agent' ? (record.fold?.agentId ?? agentIdOf(record.path)) : null
    return { sessionId: role?.sessionId ?? '', agentId, ...this.#now(record), bytes: record.copied }
  }

  /** Copies of states that the file had before it was rewritten, the first one first. */
  async earlier(record: FileRecord): Promise<EarlierCopy[]> {
    return record.versions > 0 ? earlierCopies(this.#path(record)) : []
  }

  /** Where the original lay. Throws NOT_FOUND when that history is not in use. */
  original({ source, path }: Pick<FileRecord, 'source' | 'path'>): string {
    const folder = this.#options.projects(source)
    if (folder === undefined)
      throw new AppError('NOT_FOUND', 'The history that this session is from is not in use. Start Bullpen as you did when it was kept.')
    return join(folder, ...path.split('/'))
  }

  /** Puts a file back, the newest copy or an earlier one; false when there is one. Throws NOT_FOUND, DISK_FULL, DATA_FOLDER_READONLY. */
  async putBack(record: FileRecord, version?: number): Promise<boolean> {
    const original = this.original(record)
    const copy = version === undefined ? this.#now(record) : await this.#earlierOne(record, version)
    try {
      return await putBack(copy, original)
    } catch (thrown) {
      throw toStorageError(thrown, original)
    }
  }

  /** Puts an earlier copy of a transcript beside the one that Claude Code has, as a session of its own. Throws as `putBack`. */
  async putBeside(record: FileRecord, sessionId: string, version: number): Promise<{ sessionId: string; path: string }> {
    const copy = await this.#earlierOne(record, version)
    const fresh = randomUUID()
    const path = record.path.replace(/[^/]*$/, `${fresh}.jsonl`)
    const original = this.original({ source: record.source, path })
    try {
      await putBack({ ...copy, rename: { from: sessionId, to: fresh } }, original)
      return { sessionId: fresh, path }
    } catch (thrown) {
      throw toStorageError(thrown, original)
    }
  }

  async #earlierOne(record: FileRecord, version: number): Promise<Copy> {
    const found = (await this.earlier(record)).find((one) => one.version === version)
    if (found) return found
    throw new AppError('NOT_FOUND', 'This earlier copy is not there any more. Load the session again and choose another.')
  }

  #now(record: FileRecord): Copy {
    const path = this.#path(record)
    return record.packed === null ? { path, compressed: false } : { path: packedCopy(path), compressed: true }
  }

  #path({ source, path }: FileRecord): string {
    return join(this.#options.folder, source, ...path.split('/'))
  }
}
