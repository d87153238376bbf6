import { create } from 'zustand'
import { z } from 'zod'
import type { SearchHit, SearchIndex } from '../../shared/domain/search.ts'
import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'
import { recall, remember } from './page-memory.ts'

export type Sort = 'newest' | 'relevance'
export type SearchState = {
  query: string
  sort: Sort
  /** What was found for `found`; the screen keeps it while the next answer is on its way. */
  hits: readonly SearchHit[]
  found: string
  nextCursor: string | null
  notes: readonly string[]
  inside: boolean
  busy: boolean
  error: string | null
  index: SearchIndex | null
  /** The row that Enter opens. */
  active: number
  /** Earlier searches, the newest first. */
  recent: readonly string[]
}

export const pageSize = 30
const maxRecent = 8

/** The search screen's own state; it lives on while other screens are shown, so that going back finds it as it was. */
export const useSearch = create<SearchState>(() => ({
  query: '',
  sort: 'newest',
  hits: [],
  found: '',
  nextCursor: null,
  notes: [],
  inside: false,
  busy: false,
  error: null,
  index: null,
  active: 0,
  recent: recall('searches', z.array(z.string()).max(maxRecent)) ?? [],
}))

let under: AbortController | null = null

/** Searches for what is typed now; an earlier search that is still under way is given up. */
export function setQuery(query: string): void {
  useSearch.setState({ query, active: 0 })
  void run()
}

export function setSort(sort: Sort): void {
  useSearch.setState({ sort, active: 0 })
  void run()
}

/** Asks again: for when messages have come since. */
export async function run(): Promise<void> {
  under?.abort()
  const { query, sort } = useSearch.getState()
  if (query.trim() === '') {
    useSearch.setState({ hits: [], found: '', nextCursor: null, notes: [], inside: false, busy: false, error: null })
    return
  }
  const abort = (under = new AbortController())
  useSearch.setState({ busy: true })
  try {
    const { items, nextCursor, notes, inside, index } = await client.search.find(
      { q: query, sort, limit: pageSize },
      { signal: abort.signal },
    )
    if (!abort.signal.aborted) useSearch.setState({ hits: items, found: query, nextCursor, notes, inside, index, busy: false, error: null })
  } catch (thrown) {
    if (!abort.signal.aborted) useSearch.setState({ busy: false, error: errorWords(thrown) })
  }
}

let loadingMore = false

/** The next page, behind what is there. */
export async function loadMore(): Promise<void> {
  const { found, sort, nextCursor } = useSearch.getState()
  if (nextCursor === null || loadingMore) return
  loadingMore = true
  try {
    const page = await client.search.find({ q: found, sort, cursor: nextCursor, limit: pageSize })
    useSearch.setState((state) =>
      state.found === found && state.sort === sort && state.nextCursor === nextCursor
        ? { hits: [...state.hits, ...page.items], nextCursor: page.nextCursor }
        : {},
    )
  } catch (thrown) {
    useSearch.setState({ error: errorWords(thrown) })
  } finally {
    loadingMore = false
  }
}

/** Keeps a search that led somewhere. */
export function keepRecent(query: string): void {
  const text = query.trim()
  if (text === '') return
  useSearch.setState(({ recent }) => ({ recent: [text, ...recent.filter((one) => one !== text)].slice(0, maxRecent) }))
  remember('searches', useSearch.getState().recent)
}

export async function loadStatus(): Promise<SearchIndex | null> {
  try {
    const index = await client.search.status()
    useSearch.setState({ index })
    return index
  } catch {
    return null
  }
}
