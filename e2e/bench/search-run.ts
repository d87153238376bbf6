import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pino } from 'pino'
import { Search, type SearchQuestion } from '../../electron/core/search/search.ts'
import type { Source } from '../../electron/core/search/source.ts'
import { until } from '../support/until.ts'

/** The app's search alone, over the conversations of a data folder. Close it. */
export class SearchRun {
  readonly search: Search
  readonly #sources: ReadonlyMap<string, Source>

  constructor(folder: string) {
    const names = readdirSync(path.join(folder, 'conversations'))
    this.#sources = new Map(names.map((name) => [name.slice(0, -'.jsonl'.length), sourceOf(path.join(folder, 'conversations', name))]))
    this.search = Search.open({
      folder,
      log: pino({ level: 'silent' }),
      ready: Promise.resolve(),
      sources: () => [...this.#sources.values()],
      source: (key) => this.#sources.get(key) ?? null,
      isHeld: () => false,
      instances: () => [],
      conversationsOf: () => Promise.resolve([]),
    })
  }

  /** Once everything is found. */
  async searchable(timeoutMs: number): Promise<void> {
    await until('all to be searchable', () => ['tidying', 'ready'].includes(this.search.status().state), timeoutMs)
  }

  /** Once everything is in the index, and that in order. */
  async settled(timeoutMs: number): Promise<void> {
    await until('the index to be ready', () => this.search.status().state === 'ready', timeoutMs)
  }

  find(q: string, more: Partial<SearchQuestion> = {}): ReturnType<Search['find']> {
    return this.search.find({ q, state: 'all', sort: 'newest', limit: 20, ...more })
  }

  close(): Promise<void> {
    return this.search.close()
  }
}

function sourceOf(file: string): Source {
  return {
    key: path.basename(file, '.jsonl'),
    kind: 'conversation',
    path: file,
    compressed: false,
    archived: false,
    title: null,
    folder: null,
  }
}
