import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { timeSchema } from '../../../shared/domain/common.ts'
import { draftPartSchema, longestDraft, type DraftPart } from '../../../shared/domain/draft.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { parseJson } from '../storage/parse-json.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'

/** What of a draft changes with every key: its words, and which parts belong to it. */
const headSchema = z.object({
  text: z.string().max(longestDraft),
  /** `since`: the revision that it came with. */
  parts: z.array(z.object({ id: z.uuid(), since: z.int(), size: z.int() })),
  revision: z.int().nonnegative(),
  updatedAt: timeSchema,
})
export type DraftHead = z.infer<typeof headSchema>

/** A folder for each draft: `draft.json`, and a file for each part, which never changes. */
export class DraftFiles {
  readonly #folder: string
  readonly #watch: StoreWatch

  constructor(folder: string, watch: StoreWatch) {
    this.#folder = folder
    this.#watch = watch
  }

  /** The keys of all drafts. */
  async keys(): Promise<string[]> {
    return readdir(this.#folder).catch(() => [])
  }

  /** Null where nothing is written. A file that cannot be understood is put aside, which is told. */
  async head(key: string): Promise<DraftHead | null> {
    const path = this.#path(key, 'draft')
    const text = await readText(path)
    if (text === null) return null
    const head = headSchema.safeParse(parseJson(text)).data
    if (head) return head
    const kept = `${path}.damaged-${Date.now()}`
    await rename(path, kept)
    const message = `A draft could not be read, so it is empty now. The file was kept as ${kept}.`
    this.#watch.problems.raise(`file:${path}`, { message, path: kept, dismissible: true })
    return null
  }

  /** Null for one that is gone or damaged. */
  async part(key: string, id: string): Promise<DraftPart | null> {
    const text = await readText(this.#path(key, id))
    return text === null ? null : (draftPartSchema.safeParse(parseJson(text)).data ?? null)
  }

  async writePart(key: string, part: DraftPart): Promise<void> {
    this.#makeFolder(key)
    await this.#watch.disk.write(() => writeFileAtomic(this.#path(key, part.id), JSON.stringify(part)))
  }

  async writeHead(key: string, head: DraftHead): Promise<void> {
    this.#makeFolder(key)
    await this.#watch.disk.write(() => writeFileAtomic(this.#path(key, 'draft'), JSON.stringify(head)))
  }

  async removePart(key: string, id: string): Promise<void> {
    await rm(this.#path(key, id), { force: true })
  }

  async remove(key: string): Promise<void> {
    await rm(join(this.#folder, key), { force: true, recursive: true })
  }

  #makeFolder(key: string): void {
    makeOwnFolder(this.#folder)
    makeOwnFolder(join(this.#folder, key))
  }

  #path(key: string, name: string): string {
    return join(this.#folder, key, `${name}.json`)
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw toStorageError(thrown, path)
  }
}
