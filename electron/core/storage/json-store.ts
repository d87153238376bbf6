import { readFile, rename } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from './atomic-file.ts'
import type { DiskWatch } from './disk-watch.ts'
import { parseJson } from './parse-json.ts'
import type { Problems } from './problems.ts'
import { systemCode, toStorageError } from './storage-error.ts'

/** Whom a store tells what is wrong with its file. */
export type StoreWatch = { problems: Problems; disk: DiskWatch }

export type JsonStoreOptions<T> = {
  path: string
  schema: z.ZodType<T>
  fallback: T
  /** What the file holds, for the user: "your instances". */
  holds: string
  watch: StoreWatch
  /** Called with every value that was written. */
  onChange?: ((value: T) => void) | undefined
}

/** One small JSON file that is always read by its schema and replaced as a whole. */
export class JsonStore<T> {
  readonly #options: JsonStoreOptions<T>
  #current: T
  #written: string | null
  #last: Promise<void> = Promise.resolve()

  private constructor(options: JsonStoreOptions<T>, current: T, written: string | null) {
    this.#options = options
    this.#current = current
    this.#written = written
  }

  /**
   * Reads the file. One that cannot be understood, or that a newer version has written, is put aside under another name, which is
   * told, and the fallback is used; nothing is ever written over it.
   */
  static async open<T>(options: JsonStoreOptions<T>): Promise<JsonStore<T>> {
    const { path, schema, fallback } = options
    const { text, fault } = await readText(path)
    if (text === null && fault === null) return new JsonStore(options, fallback, null)
    const value = parseJson(text)
    const parsed = schema.safeParse(value)
    const newer = isNewer(value, fallback)
    if (parsed.success && !newer && !isForeign(value, parsed.data)) return new JsonStore(options, parsed.data, text)
    await putAside(options, fault ?? (newer ? 'newer' : 'damaged'))
    return new JsonStore(options, fallback, null)
  }

  current(): T {
    return this.#current
  }

  /** Writes the value unless the file holds it already. */
  async replace(value: T): Promise<void> {
    await this.change(() => value)
  }

  /** Calls `again` once, when what could not be written can be; the answer takes that back. */
  onceWritable(again: () => void): () => void {
    return this.#options.watch.disk.onceWritable(again)
  }

  /** Derives the next value from the newest one and writes it. In order; a failed write is told and leaves file and value as they were. */
  change(derive: (current: T) => T): Promise<T> {
    const { path, watch, onChange } = this.#options
    const done = this.#last.then(async () => {
      const value = derive(this.#current)
      const text = `${JSON.stringify(value, null, 2)}\n`
      const isOther = text !== this.#written
      if (isOther) await watch.disk.write(() => writeFileAtomic(path, text))
      this.#written = text
      this.#current = value
      if (isOther) onChange?.(value)
      return value
    })
    this.#last = done.then(
      () => {},
      () => {},
    )
    return done
  }
}

async function putAside<T>({ path, holds, watch }: JsonStoreOptions<T>, why: string): Promise<void> {
  const kept = `${path}.${why === 'newer' ? 'newer' : 'damaged'}-${Date.now()}`
  await rename(path, kept).catch((thrown: unknown) => {
    throw toStorageError(thrown, path)
  })
  const name = basename(path)
  const message =
    why === 'newer'
      ? `${name} was written by a newer version of Bullpen, so this version started without ${holds}. The file was kept as ${kept}. To use it, update Bullpen, or quit and rename it back to ${name}.`
      : `${name} could not be read (${why}), so Bullpen started without ${holds}. The file was kept as ${kept}. To recover it, quit, repair the file and rename it back to ${name}.`
  watch.problems.raise(`file:${path}`, { message, path: kept, dismissible: true })
}

/** A file says which version it is of; one that is higher than ours is not damaged. */
function isNewer(value: unknown, fallback: unknown): boolean {
  const version = versionSchema.safeParse(value).data?.version
  const ours = versionSchema.safeParse(fallback).data?.version ?? 1
  return version !== undefined && version > ours
}

/** Where every field has a default, anything can be read: a file that holds other things alone, and none of ours, is not ours. */
function isForeign(value: unknown, read: unknown): boolean {
  const names = namesOf(value)
  const known = new Set(namesOf(read))
  return names.length > 0 && !names.some((name) => known.has(name))
}

function namesOf(value: unknown): string[] {
  return Object.keys(fieldsSchema.safeParse(value).data ?? {}).filter((name) => name !== 'version')
}

const versionSchema = z.object({ version: z.number() })
const fieldsSchema = z.record(z.string(), z.unknown())

/** Null for a file that is not there; `fault` says why one that is there will never be read. Throws what may pass. */
async function readText(path: string): Promise<{ text: string | null; fault: string | null }> {
  try {
    return { text: await readFile(path, 'utf8'), fault: null }
  } catch (thrown) {
    const code = systemCode(thrown)
    if (code !== 'ENOENT' && code !== 'EISDIR') throw toStorageError(thrown, path)
    return { text: null, fault: code === 'ENOENT' ? null : 'it is a folder' }
  }
}
