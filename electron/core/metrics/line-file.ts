import { appendFileSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { parseJson } from '../storage/parse-json.ts'

/** A small file of JSON lines that only grows, read once and written at once: for a thread of its own, where waiting harms nobody. */
export class LineFile<T> {
  readonly #path: string
  readonly #schema: z.ZodType<T>
  /** A crash tore the last line off: what is added next must not become part of it. */
  #isTorn = false

  constructor(path: string, schema: z.ZodType<T>) {
    this.#path = path
    this.#schema = schema
  }

  /** What it holds, in order. Lines that cannot be read are passed over; a file that is not there holds nothing. */
  read(): T[] {
    const text = textOf(this.#path)
    this.#isTorn = text !== '' && !text.endsWith('\n')
    return text.split('\n').flatMap((line) => {
      const parsed = this.#schema.safeParse(parseJson(line))
      return parsed.success ? [parsed.data] : []
    })
  }

  append(entries: readonly T[]): void {
    if (entries.length === 0) return
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    appendFileSync(this.#path, `${this.#isTorn ? '\n' : ''}${lines}`, { mode: 0o600 })
    this.#isTorn = false
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
