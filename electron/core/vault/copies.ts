import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { toStorageError } from '../storage/storage-error.ts'
import { earlierCopies, packedCopy, type EarlierCopy } from './copy-files.ts'
import { putBack, type Copy } from './put-back.ts'
import { agentIdOf, isInternalFile, roleOf, type FileRecord } from './vault-record.ts'

/**
 * Where a copy lies; `compressed`: as gzip. `bytes`: unpacked. `internal`: the transcript of what Claude Code did for itself; `output`:
 * what a tool answered, where that was too long for the transcript.
 */
export type VaultFile = {
  sessionId: string
  kind: 'session' | 'agent' | 'internal' | 'output'
  /** Of sub-agents and internal ones. */
  agentId: string | null
  /** The original's name, without its folder. */
  name: string
  path: string
  compressed: boolean
  bytes: number
}

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

  /** Null for what is neither a transcript nor an output. */
  file(record: FileRecord): VaultFile | null {
    const role = roleOf(record.path, record.fold)
    const kind = role?.kind === 'other' ? otherKind(record.path) : role?.kind
    if (!role || !kind) return null
    const agentId = kind === 'agent' || kind === 'internal' ? (record.fold?.agentId ?? agentIdOf(record.path)) : null
    const name = record.path.split('/').at(-1) ?? ''
    return { sessionId: role.sessionId, kind, agentId, name, ...this.#now(record), bytes: record.copied }
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

function otherKind(path: string): 'internal' | 'output' | null {
  if (isInternalFile(path)) return 'internal'
  return path.split('/').at(-2) === 'tool-results' ? 'output' : null
}
