import { create } from 'zustand'
import type { SearchHit } from '../../shared/domain/search.ts'
import { openSession } from './open-session.ts'
import { ui, useUi } from '../state/ui-store.ts'
import { keepRecent, setQuery, useSearch } from '../state/search-store.ts'

/** What is looked for within a conversation: its words are marked, and the bar is shown when it is asked for. */
export type FindState = { conversationId: string | null; query: string; isOpen: boolean }

export const useFind = create<FindState>(() => ({ conversationId: null, query: '', isOpen: false }))

/** Shows the search, for these words when there are some. */
export function openSearch(query?: string): void {
  if (query !== undefined) setQuery(query)
  ui.go({ name: 'search' })
  document.querySelector<HTMLInputElement>('.search-field input')?.select()
}

/** Within the conversation that is open; elsewhere it is the search over everything. */
export function findHere(): void {
  const { screen } = useUi.getState()
  if (screen.name !== 'conversation') return openSearch()
  const { conversationId, query } = useFind.getState()
  useFind.setState({ conversationId: screen.id, query: conversationId === screen.id ? query : '', isOpen: true })
  return document.querySelector<HTMLInputElement>('.find-bar input')?.select()
}

export function closeFind(): void {
  useFind.setState({ isOpen: false, conversationId: null, query: '' })
}

/** Opens what was found at its place, with its words marked. */
export function openHit({ conversationId, sessionId, messageId }: SearchHit): void {
  const { found } = useSearch.getState()
  keepRecent(found)
  const mark = (id: string) => useFind.setState({ conversationId: id, query: found, isOpen: false })
  if (conversationId === null) {
    if (sessionId !== null) openSession(sessionId, { messageId, onOpen: mark })
    return
  }
  mark(conversationId)
  ui.go({ name: 'conversation', id: conversationId, ...(messageId === null ? {} : { messageId }) })
}
