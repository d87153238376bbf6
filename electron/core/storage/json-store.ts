import { readFile, rename } from 'node:fs/promises'
import { basename } from 'node:path'
import type { z } from 'zod'
import { writeFileAtomic } from './atomic-file.ts'
import { systemCode, toStorageError } from './storage-error.ts'

export type JsonStoreOptions<T> = {
  path: string
  schema: z.ZodType<T>
  fallback: T
  /** Called with every value that was written. */
  onChange?: ((value: T) => void) | undefined
}

/** One small JSON file that is always read by its schema and replaced as a whole. */
export class JsonStore<T> {
  /** Set when the file could not be read: what happened and where its content is kept, for the user. */
  readonly problem: string | null
  readonly #path: string
  readonly #onChange: ((value: T) => void) | undefined
  #current: T
  #written: string | null
  #last: Promise<void> = Promise.resolve()

  private constructor({ path, onChange }: JsonStoreOptions<T>, current: T, written: string | null, problem: string | null) {
    this.#path = path
    this.#onChange = onChange
    this.#current = current
    this.#written = written
    this.problem = problem
  }

  /** Reads the file. One that cannot be understood is kept beside under another name, and the fallback is used. */
  static async open<T>(options: JsonStoreOptions<T>): Promise<JsonStore<T>> {
    const { path, schema, fallback } = options
    const text = await readText(path)
    if (text === null) return new JsonStore(options, fallback, null, null)
    const parsed = schema.safeParse(parseJson(text))
    if (parsed.success) return new JsonStore(options, parsed.data, text, null)
    const kept = `${path}.damaged-${Date.now()}`
    await rename(path, kept).catch((thrown: unknown) => {
      throw toStorageError(thrown, path)
    })
    return new JsonStore(
      options,
      fallback,
      null,
      `${basename(path)} could not be read, so Bullpen began a new one. The old one is kept as ${kept}.`,
    )
  }

  current(): T {
    return this.#current
  }

  /** Writes the value unless the file holds it already. */
  async replace(value: T): Promise<void> {
    await this.change(() => value)
  }

  /** Derives the next value from the newest one and writes it. In order; a failed write leaves file and value as they were. */
  change(derive: (current: T) => T): Promise<T> {
    const done = this.#last.then(async () => {
      const value = derive(this.#current)
      const text = `${JSON.stringify(value, null, 2)}\n`
      const isOther = text !== this.#written
      if (isOther) await writeFileAtomic(this.#path, text)
      this.#written = text
      this.#current = value
      if (isOther) this.#onChange?.(value)
      return value
    })
    this.#last = done.then(
      () => {},
      () => {},
    )
    return done
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
