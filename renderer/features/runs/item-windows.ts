import { createStore, type StoreApi } from 'zustand/vanilla'
import type { RunItem, StepState } from '../../../shared/domain/run.ts'

export type ItemQuery = { state: StepState | 'all'; q: string }
export type ItemPage = { items: readonly RunItem[]; nextCursor: string | null }
export type FetchItems = (query: ItemQuery, place: { cursor: string; limit: number }) => Promise<ItemPage>

export type ItemView = {
  query: ItemQuery
  /** Rows of the list as far as it is known. */
  rows: number
  pages: ReadonlyMap<number, readonly RunItem[]>
  loaded: boolean
  problem: string | null
}

export const itemsPage = 100
/** So many rows before the end of what is known the next page is fetched. */
const ahead = 40

/**
 * The parts of a fan-out that can be seen. All of them are known by their numbers, so any part of the list is fetched as it comes into
 * view; of those that a filter leaves, the next page is known only when the one before is here.
 */
export class ItemWindows {
  readonly store: StoreApi<ItemView>
  readonly #fetch: FetchItems
  readonly #explain: (thrown: unknown) => string
  #total: number
  #seen: [from: number, to: number] = [0, 0]
  #generation = 0
  #asked = new Set<number>()
  /** Where each page of a filtered list begins. */
  #cursors: string[] = ['0']

  constructor(total: number, fetch: FetchItems, explain: (thrown: unknown) => string) {
    this.#total = total
    this.#fetch = fetch
    this.#explain = explain
    this.store = createStore(() => ({ query: { state: 'all', q: '' }, rows: total, pages: new Map(), loaded: false, problem: null }))
  }

  /** Shows others, from the beginning. */
  show(query: ItemQuery): void {
    this.#seen = [0, 0]
    this.#cursors = ['0']
    this.#generation += 1
    this.#asked = new Set()
    this.store.setState({ query, pages: new Map(), rows: isAll(query) ? this.#total : 0, loaded: false, problem: null })
    this.#loadSeen()
  }

  /** Says which rows are in view. */
  see(from: number, to: number): void {
    this.#seen = [from, to]
    this.#loadSeen()
  }

  /** Reads again what is in view: the items have changed. */
  refresh(total: number): void {
    this.#total = total
    const { query } = this.store.getState()
    if (isAll(query)) this.store.setState({ rows: total })
    this.#generation += 1
    this.#asked = new Set()
    this.#loadSeen()
  }

  /** The row at a place of the list; null while it is on its way. */
  row(index: number): RunItem | null {
    return this.store.getState().pages.get(Math.floor(index / itemsPage))?.[index % itemsPage] ?? null
  }

  #loadSeen(): void {
    const { query } = this.store.getState()
    const [from, to] = this.#seen
    const last = Math.floor((isAll(query) ? to : to + ahead) / itemsPage)
    for (let page = Math.floor(from / itemsPage); page <= last; page += 1) {
      const cursor = isAll(query) ? String(page * itemsPage) : this.#cursors[page]
      if (cursor === undefined) return
      if (!this.#asked.has(page)) void this.#load(query, page, cursor)
    }
  }

  async #load(query: ItemQuery, page: number, cursor: string): Promise<void> {
    this.#asked.add(page)
    const generation = this.#generation
    try {
      const { items, nextCursor } = await this.#fetch(query, { cursor, limit: itemsPage })
      if (generation === this.#generation) this.#take(page, items, nextCursor)
    } catch (thrown) {
      if (generation === this.#generation) this.store.setState({ problem: this.#explain(thrown), loaded: true })
    }
  }

  #take(page: number, items: readonly RunItem[], nextCursor: string | null): void {
    const { query, pages: before, rows } = this.store.getState()
    const pages = new Map(before)
    // A page from before that is not in view any more is fetched again when it is.
    for (const old of before.keys()) if (!this.#asked.has(old)) pages.delete(old)
    pages.set(page, items)
    if (isAll(query)) return this.store.setState({ pages, loaded: true, problem: null })
    if (nextCursor !== null) this.#cursors[page + 1] = nextCursor
    for (const old of before.keys()) if (nextCursor === null && old > page) pages.delete(old)
    const known = page * itemsPage + items.length
    this.store.setState({ pages, rows: nextCursor === null ? known : Math.max(rows, known), loaded: true, problem: null })
    if (nextCursor !== null) this.#loadSeen()
  }
}

function isAll({ state, q }: ItemQuery): boolean {
  return state === 'all' && q === ''
}
