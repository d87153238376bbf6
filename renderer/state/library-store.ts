import { create } from 'zustand'
import { libraryQuerySchema, type LibraryItem, type LibraryQuery, type LibrarySort } from '../../shared/domain/library.ts'
import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'
import { recall, remember } from './page-memory.ts'
import { LibraryWindows } from './library-windows.ts'

/** How old, in days: at most, or at least. */
export type Age = 'any' | 'today' | 'week' | 'month' | 'older'

type View = {
  query: LibraryQuery
  age: Age
  /** The words for titles as they are typed. */
  title: string
  /** Conversations that were picked, with what is known of them. */
  picked: ReadonlyMap<string, LibraryItem | null>
}

export const plainQuery = libraryQuerySchema.parse({})
const kept = recall('library', libraryQuerySchema.pick({ sort: true, order: true, group: true }))

/** What the library shows. Its order is remembered, its filters are not: nobody should miss a conversation because of last week's. */
export const useLibrary = create<View>(() => ({ query: { ...plainQuery, ...kept }, age: 'any', title: '', picked: new Map() }))

/** The rows, kept while one looks at a conversation and comes back. */
export const windows = new LibraryWindows(
  useLibrary.getState().query,
  (query, place) => client.library.list({ ...query, ...place }),
  errorWords,
)

const typingMs = 120
let typing: ReturnType<typeof setTimeout> | undefined

export const library = {
  filter: (change: Partial<LibraryQuery>): void => show({ ...useLibrary.getState().query, ...change }),
  setAge: (age: Age): void => {
    useLibrary.setState({ age })
    show({ ...useLibrary.getState().query, ...rangeOf(age, Date.now()) })
  },
  setTitle: (title: string): void => {
    useLibrary.setState({ title })
    clearTimeout(typing)
    typing = setTimeout(() => library.filter({ title: title.trim() || undefined }), typingMs)
  },
  /** By a column; the same again turns it around. */
  sortBy: (sort: LibrarySort): void => {
    const { query } = useLibrary.getState()
    const order = query.sort === sort ? (query.order === 'desc' ? 'asc' : 'desc') : sort === 'title' ? 'asc' : 'desc'
    show({ ...query, sort, order })
  },
  clear: (): void => {
    const { sort, order, group } = useLibrary.getState().query
    clearTimeout(typing)
    useLibrary.setState({ age: 'any', title: '' })
    show({ ...plainQuery, sort, order, group })
  },
  pick: (items: readonly LibraryItem[], picked: boolean): void =>
    useLibrary.setState(({ picked: before }) => {
      const next = new Map(before)
      for (const item of items) {
        if (picked && canPick(item)) next.set(item.id, item)
        else next.delete(item.id)
      }
      return { picked: next }
    }),
  pickIds: (ids: readonly string[]): void =>
    useLibrary.setState(({ picked }) => ({ picked: new Map(ids.map((id) => [id, picked.get(id) ?? null])) })),
  pickNone: (): void => useLibrary.setState({ picked: new Map() }),
}

/** What Claude Code has by itself is opened first: then it is a conversation of ours. */
export function canPick({ state }: LibraryItem): boolean {
  return state !== 'claude'
}

export function isFiltered(query: LibraryQuery): boolean {
  const { sort: _sort, order: _order, group: _group, ...rest } = query
  return Object.entries(rest).some(([key, value]) => value !== undefined && !(key === 'state' && value === 'all'))
}

const dayMs = 86_400_000

/** From when to when an age reaches, by the calendar of this machine. */
export function rangeOf(age: Age, now: number): { from: string | undefined; to: string | undefined } {
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  const daysAgo = (days: number) => new Date(midnight - days * dayMs).toISOString()
  switch (age) {
    case 'any':
      return { from: undefined, to: undefined }
    case 'today':
      return { from: daysAgo(0), to: undefined }
    case 'week':
      return { from: daysAgo(6), to: undefined }
    case 'month':
      return { from: daysAgo(29), to: undefined }
    case 'older':
      return { from: undefined, to: daysAgo(29) }
  }
}

function show(query: LibraryQuery): void {
  useLibrary.setState({ query, picked: new Map() })
  const { sort, order, group } = query
  remember('library', { sort, order, group })
  windows.show(query)
}
