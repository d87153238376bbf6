import { createStore, type StoreApi } from 'zustand/vanilla'
import type { VaultSession, VaultStatus } from '../../../shared/domain/vault.ts'
import type { OriginFilter } from '../../../shared/domain/work-origin.ts'

export type VaultQuery = OriginFilter & {
  state: 'all' | 'kept' | 'ending' | 'deleted'
  q: string
  sort: 'newest' | 'ending' | 'largest'
}
export type VaultPage = { items: VaultSession[]; total: number; status: VaultStatus }
export type FetchPage = (query: VaultQuery, place: { offset: number; limit: number }) => Promise<VaultPage>

export type VaultView = {
  /** What is shown; it stays until the first rows of the next list are here. */
  query: VaultQuery
  total: number
  pages: ReadonlyMap<number, readonly VaultSession[]>
  status: VaultStatus | null
  loaded: boolean
  problem: string | null
}

export const pageRows = 100
const maxPages = 40

/** The part of the vault's list that can be seen, fetched in pages as it comes into view and again when the list changes. */
export class VaultWindows {
  readonly store: StoreApi<VaultView>
  readonly #fetch: FetchPage
  readonly #explain: (thrown: unknown) => string
  #wanted: VaultQuery
  #seen: [from: number, to: number] = [0, 0]
  #generation = 0
  #asked = new Set<number>()

  constructor(query: VaultQuery, fetch: FetchPage, explain: (thrown: unknown) => string) {
    this.#fetch = fetch
    this.#explain = explain
    this.#wanted = query
    this.store = createStore(() => ({ query, total: 0, pages: new Map(), status: null, loaded: false, problem: null }))
  }

  /** Shows another list, from its beginning. */
  show(query: VaultQuery): void {
    this.#wanted = query
    this.#seen = [0, 0]
    this.refresh()
  }

  /** Says which rows are in view. */
  see(from: number, to: number): void {
    this.#seen = [from, to]
    const { query, pages } = this.store.getState()
    if (query === this.#wanted) for (const page of this.#pagesInView()) if (!pages.has(page)) void this.#load(page)
  }

  /** Reads again what is in view: the list has changed. */
  refresh(): void {
    this.#generation += 1
    this.#asked = new Set()
    for (const page of this.#pagesInView()) void this.#load(page)
  }

  /** The row at a place of the list; null while it is on its way. */
  row(index: number): VaultSession | null {
    return this.store.getState().pages.get(Math.floor(index / pageRows))?.[index % pageRows] ?? null
  }

  #pagesInView(): number[] {
    const [from, to] = this.#seen.map((index) => Math.floor(index / pageRows))
    const pages: number[] = []
    for (let page = from ?? 0; page <= (to ?? 0); page += 1) pages.push(page)
    return pages
  }

  async #load(page: number): Promise<void> {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const [generation, query] = [this.#generation, this.#wanted]
    try {
      const { items, total, status } = await this.#fetch(query, { offset: page * pageRows, limit: pageRows })
      if (generation === this.#generation) this.#take(query, page, { items, total, status })
    } catch (thrown) {
      if (generation === this.#generation) this.store.setState({ problem: this.#explain(thrown), loaded: true })
    }
  }

  #take(query: VaultQuery, page: number, { items, total, status }: VaultPage): void {
    const before = this.store.getState()
    // Pages of an older state of the list are fetched again when they come into view.
    const pages = new Map(
      [...(before.query === query ? before.pages : [])].filter(([old]) => this.#asked.has(old) || this.#pagesInView().includes(old)),
    )
    pages.set(page, items)
    for (const old of pages.keys()) if (pages.size > maxPages && old !== page) pages.delete(old)
    this.store.setState({ query, pages, total, status, loaded: true, problem: null })
  }
}
