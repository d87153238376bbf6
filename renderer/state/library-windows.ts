import { createStore, type StoreApi } from 'zustand/vanilla'
import type { LibraryItem, LibraryQuery, LibraryWindow } from '../../shared/domain/library.ts'
import { layOut, rowAt, type Layout } from './library-rows.ts'

export type FetchWindow = (query: LibraryQuery, place: { offset: number; limit: number }) => Promise<LibraryWindow>

export type LibraryState = {
  /** What is shown; it stays until the first rows of the next list are here. */
  query: LibraryQuery
  layout: Layout
  total: number
  messages: number
  bytes: number
  pages: ReadonlyMap<number, readonly LibraryItem[]>
  loaded: boolean
  problem: string | null
}

export const pageRows = 100
const maxPages = 60
/** Rows from one look to the next that nobody reads. */
const flyingRows = 30
const restMs = 60
/** A key or a click jumps once. */
const jumpsAtOnce = 2

const emptyLayout: Layout = { groups: [], starts: [], rows: 0 }

/** The part of the library's list that can be seen, fetched in pages as it comes into view and again when the list changes. */
export class LibraryWindows {
  readonly store: StoreApi<LibraryState>
  readonly #fetch: FetchWindow
  readonly #explain: (thrown: unknown) => string
  readonly #asked = new Set<number>()
  #wanted: LibraryQuery
  #seen: [from: number, to: number] = [0, pageRows - 1]
  #generation = 0
  #resting: ReturnType<typeof setTimeout> | undefined
  #jumps = 0

  constructor(query: LibraryQuery, fetch: FetchWindow, explain: (thrown: unknown) => string) {
    this.#fetch = fetch
    this.#explain = explain
    this.#wanted = query
    this.store = createStore(() => ({
      query,
      layout: emptyLayout,
      total: 0,
      messages: 0,
      bytes: 0,
      pages: new Map(),
      loaded: false,
      problem: null,
    }))
  }

  /** Shows another list, from its beginning. */
  show(query: LibraryQuery): void {
    this.#wanted = query
    this.#seen = [0, pageRows - 1]
    this.refresh()
  }

  /** Says which rows are in view, groups' heads included. */
  see(from: number, to: number): void {
    const isFlyingPast = Math.abs(from - this.#seen[0]) > flyingRows
    this.#seen = [from, to]
    if (isFlyingPast) this.#jumps += 1
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => {
      this.#jumps = 0
      this.#fillIfShown()
    }, restMs)
    // What only flies past is not fetched: whoever drags the bar wants the place where it stops.
    if (this.#jumps <= jumpsAtOnce) this.#fillIfShown()
  }

  /** Reads again what is in view: the list has changed. */
  refresh(): void {
    this.#generation += 1
    this.#asked.clear()
    const isOther = this.store.getState().query !== this.#wanted
    if (isOther) this.#load(0)
    else for (const page of this.#pagesInView()) this.#load(page)
  }

  /** The row at a place of the list; null while it is on its way. */
  row(index: number): { kind: 'group'; key: string; count: number } | { kind: 'item'; item: LibraryItem } | null {
    const { layout, pages } = this.store.getState()
    const place = rowAt(layout, index)
    if (place === null || place.kind === 'group') return place
    const item = pages.get(Math.floor(place.item / pageRows))?.[place.item % pageRows]
    return item ? { kind: 'item', item } : null
  }

  #fillIfShown(): void {
    const { query } = this.store.getState()
    if (query === this.#wanted) this.#fill()
  }

  #fill(): void {
    const { pages } = this.store.getState()
    for (const page of this.#pagesInView()) if (!pages.has(page)) this.#load(page)
  }

  #pagesInView(): number[] {
    const { layout, total } = this.store.getState()
    const [from, to] = this.#seen.map((index) => nearestItem(layout, index, total))
    const pages: number[] = []
    for (let page = Math.floor((from ?? 0) / pageRows); page <= Math.floor((to ?? 0) / pageRows); page += 1) pages.push(page)
    return pages
  }

  #load(page: number): void {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const generation = this.#generation
    const query = this.#wanted
    this.#fetch(query, { offset: page * pageRows, limit: pageRows }).then(
      (window) => {
        if (generation === this.#generation) this.#take(query, page, window)
      },
      (thrown: unknown) => {
        if (generation !== this.#generation) return
        this.#asked.delete(page)
        this.store.setState({ problem: this.#explain(thrown) })
      },
    )
  }

  #take(query: LibraryQuery, page: number, { items, total, groups, messages, bytes }: LibraryWindow): void {
    const state = this.store.getState()
    const pages = new Map(state.query === query ? state.pages : [])
    pages.delete(page)
    pages.set(page, items)
    for (const old of pages.keys()) {
      if (pages.size <= maxPages) break
      pages.delete(old)
      this.#asked.delete(old)
    }
    // Pages of an older state of the list are replaced when they come into view again.
    for (const old of pages.keys())
      if (!this.#asked.has(old) && state.query === query && !this.#pagesInView().includes(old)) pages.delete(old)
    this.store.setState({ query, pages, total, messages, bytes, layout: layOut(groups, total), loaded: true, problem: null })
    this.#fill()
  }
}

function nearestItem(layout: Layout, index: number, total: number): number {
  const place = rowAt(layout, index)
  const item = place === null ? total - 1 : place.kind === 'group' ? place.next : place.item
  return Math.max(0, Math.min(item, total - 1))
}
