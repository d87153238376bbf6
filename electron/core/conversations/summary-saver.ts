import { randomUUID } from 'node:crypto'
import type { Log } from '../log.ts'
import { bytesOf, type ConversationRecord } from './conversation-record.ts'
import { saveSummaries } from './registry-start.ts'
import type { TouchedList } from './touched-list.ts'

/** So much is read at a start without anybody noticing. */
const mostTouched = 100
const mostTouchedBytes = 2 * 1024 * 1024

export type SummarySaverOptions = {
  path: string
  touched: TouchedList
  /** An active or archived conversation. */
  find: (id: string) => ConversationRecord | undefined
  /** All, those in the trash too. */
  all: () => ConversationRecord[]
  /** From so many on, summaries are not saved for every change. */
  manyFiles: number
  log: Log
}

/** Saves the summaries of all conversations when a start would take longer without that. */
export class SummarySaver {
  readonly #options: SummarySaverOptions
  /** Files that no summary tells of. */
  #unknown = 0
  #saving: Promise<void> | null = null

  constructor(options: SummarySaverOptions) {
    this.#options = options
  }

  /** So many files were found that no summary tells of. */
  found(unknown: number): void {
    this.#unknown = unknown
  }

  /** Never rejects; resolves when nothing is being saved any more. To be called when all heads are read. */
  async save(): Promise<void> {
    while (this.#saving) await this.#saving
    if (!this.#isWorthIt()) return
    this.#saving = this.#write()
    await this.#saving
    this.#saving = null
  }

  async #write(): Promise<void> {
    const { path, touched, all, log } = this.#options
    const save = randomUUID()
    try {
      const ids = new Set(touched.ids())
      touched.begin(save)
      await saveSummaries(path, save, all(), ids)
      touched.saved(save)
      this.#unknown = 0
    } catch (thrown) {
      touched.failed()
      log.warn({ err: thrown }, 'summaries were not saved; they are made again at the next start')
    }
  }

  /** A start reads what was touched since, so with many conversations some of it may add up. */
  #isWorthIt(): boolean {
    const { touched, find, all, manyFiles } = this.#options
    const ids = touched.ids()
    if (this.#unknown + ids.length === 0) return false
    if (this.#unknown + ids.length > mostTouched || all().length < manyFiles) return true
    let bytes = 0
    for (const id of ids) {
      const record = find(id)
      if (record) bytes += bytesOf(record)
    }
    return bytes > mostTouchedBytes
  }
}
