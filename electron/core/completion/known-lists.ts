import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { timeSchema } from '../../../shared/domain/common.ts'
import { agentInfoSchema, commandInfoSchema } from '../../../shared/domain/claude-info.ts'
import type { Log } from '../log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { parseJson } from '../storage/parse-json.ts'

/** What a process said last that it has. `readAt`: when it was asked. */
export const listsSchema = z.object({ readAt: timeSchema, commands: z.array(commandInfoSchema), agents: z.array(agentInfoSchema) })
export type Lists = z.infer<typeof listsSchema>

const mostFiles = 200
const mostInMemory = 20

/**
 * The commands and sub-agents of each folder as a process named them last: one small file each, so that they can be offered before there is
 * a process. The folders used least recently are forgotten beyond a bound. What cannot be read or written is asked for again, no more.
 */
export class KnownLists {
  readonly #folder: string
  readonly #log: Log
  readonly #memory = new Map<string, Lists>()

  constructor(folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** What is remembered for `key`; null: nothing. */
  async get(key: string): Promise<Lists | null> {
    const known = this.#memory.get(key)
    if (known) return this.#remember(key, known)
    const path = this.#pathOf(key)
    const read = listsSchema.safeParse(parseJson(await readFile(path).catch(() => null)))
    if (!read.success) return null
    const now = new Date()
    await utimes(path, now, now).catch(() => {})
    return this.#remember(key, read.data)
  }

  /** Keeps what a process said. True when it is other than what was known. */
  async put(key: string, lists: Lists): Promise<boolean> {
    const before = await this.get(key)
    this.#remember(key, lists)
    if (before && sameLists(before, lists)) return false
    try {
      await mkdir(this.#folder, { mode: 0o700 }).catch(() => {})
      await writeFileAtomic(this.#pathOf(key), JSON.stringify(lists))
      await this.#forgetOldest()
    } catch (err) {
      this.#log.warn({ err }, 'a list of commands could not be kept')
    }
    return true
  }

  #remember(key: string, lists: Lists): Lists {
    this.#memory.delete(key)
    this.#memory.set(key, lists)
    const [oldest] = this.#memory.keys()
    if (this.#memory.size > mostInMemory && oldest !== undefined) this.#memory.delete(oldest)
    return lists
  }

  async #forgetOldest(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json'))
    if (names.length <= mostFiles) return
    const files = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
    )
    const oldest = files.toSorted((a, b) => a.at - b.at).slice(0, names.length - mostFiles)
    for (const { name } of oldest) await rm(join(this.#folder, name), { force: true })
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
  }
}

function sameLists(one: Lists, other: Lists): boolean {
  return JSON.stringify([one.commands, one.agents]) === JSON.stringify([other.commands, other.agents])
}
