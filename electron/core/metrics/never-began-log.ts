import { renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { timeSchema } from '../../../shared/domain/common.ts'
import { LineFile } from './line-file.ts'
import type { NeverBegan } from './stored-row.ts'

export const neverBeganSchema = z.object({
  at: timeSchema,
  code: z.string(),
  instanceId: z.string().nullable(),
  source: z.string().nullable(),
  target: z.string().nullable(),
  count: z.int().positive(),
})

/** With more lines than this, what is older than single turns are kept is joined by day. */
const mostLines = 20_000
const exactMs = 31 * 86_400_000

/** Work that ended before a turn of it began: no conversation tells of it, so it is kept here, a line each; old lines are joined. */
export class NeverBeganLog {
  readonly #file: LineFile<NeverBegan>
  #all: NeverBegan[]

  constructor(path: string) {
    this.#file = new LineFile(path, neverBeganSchema)
    this.#all = this.#file.read()
    if (this.#all.length > mostLines) this.#join(path)
  }

  get all(): readonly NeverBegan[] {
    return this.#all
  }

  /** Changes with what is in it. */
  get signature(): string {
    return `${this.#all.length} ${this.#all.at(-1)?.at ?? ''}`
  }

  /** Writes it down, then takes it. Throws when the disk takes nothing. */
  add(work: readonly NeverBegan[]): void {
    this.#file.append(work)
    for (const one of work) this.#all.push(one)
  }

  #join(path: string): void {
    const old = new Date(Date.now() - exactMs).toISOString()
    const all = [...joinDays(this.#all.filter(({ at }) => at < old)), ...this.#all.filter(({ at }) => at >= old)]
    try {
      writeFileSync(`${path}.tmp`, all.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 })
      renameSync(`${path}.tmp`, path)
      this.#all = all
    } catch {
      // A full disk: it stays as long as it is, and is tried again at the next start.
    }
  }
}

/** What ended alike on the same day in UTC. */
function joinDays(work: readonly NeverBegan[]): NeverBegan[] {
  const joined = new Map<string, NeverBegan>()
  for (const one of work) {
    const key = JSON.stringify([one.at.slice(0, 10), one.code, one.instanceId, one.source, one.target])
    const known = joined.get(key)
    joined.set(key, known ? { ...known, count: known.count + one.count } : one)
  }
  return [...joined.values()]
}
