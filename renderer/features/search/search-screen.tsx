import { useEffect, useRef, type KeyboardEvent } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { SearchHit } from '../../../shared/domain/search.ts'
import { SearchFilters } from './search-filters.tsx'
import { SearchHelp } from './search-help.tsx'
import { CutLine, SearchIndexLine } from './search-index-line.tsx'
import { SearchResult } from './search-result.tsx'
import { openHit } from '../../commands/search-actions.ts'
import { loadMore, pageSize, run, setQuery, useSearch } from '../../state/search-store.ts'
import './search.css'

/** Search as you type over everything that was ever said, with each hit in its context. */
export function SearchScreen() {
  const { query, hits, found, busy, error, notes, inside, active } = useSearch()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<VirtuosoHandle>(null)
  useEffect(() => {
    input.current?.select()
    // Back from elsewhere, it is as it was.
    const { query: asked, found: answered } = useSearch.getState()
    if (asked !== answered) void run()
  }, [])
  const onKey = useKeys(hits, list)
  const isSettled = !busy && found === query
  return (
    <main className="search" data-found={found}>
      <h1 className="sr-only">Search</h1>
      <div className="search-head">
        <search className="search-field">
          <input
            ref={input}
            type="search"
            value={query}
            placeholder="Search all messages"
            aria-label="Search all messages"
            autoComplete="off"
            spellCheck={false}
            onKeyDown={onKey}
            onChange={(event) => setQuery(event.target.value)}
          />
        </search>
        <SearchFilters />
        <SearchIndexLine />
        {notes.map((note) => (
          <p key={note} className="search-note">
            {note}
          </p>
        ))}
        {inside && <p className="search-note">No exact matches. Showing partial matches.</p>}
        {error !== null && (
          <p className="search-note search-error" role="alert">
            {error}
          </p>
        )}
        <output className="sr-only">{isSettled && query.trim() !== '' ? announcement(hits.length) : ''}</output>
      </div>
      {query.trim() === '' ? (
        <SearchHelp />
      ) : hits.length === 0 ? (
        isSettled && error === null && <NothingFound />
      ) : (
        <Virtuoso<SearchHit>
          ref={list}
          className="search-hits"
          aria-label="Results"
          tabIndex={-1}
          data={hits}
          data-busy={busy || undefined}
          computeItemKey={(index, hit) => `${index} ${hit.conversationId ?? hit.sessionId} ${hit.seq}`}
          itemContent={(index, hit) => (
            <SearchResult hit={hit} index={index} isActive={index === active} isSame={isSameThread(hits[index - 1], hit)} />
          )}
          initialTopMostItemIndex={active < 4 ? 0 : { index: Math.min(active, hits.length - 1), align: 'center' }}
          endReached={() => void loadMore()}
          increaseViewportBy={400}
        />
      )}
    </main>
  )
}

/** Arrows choose, Enter opens; typing stays in the field. */
function useKeys(hits: readonly SearchHit[], list: { current: VirtuosoHandle | null }) {
  return (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
    const { active } = useSearch.getState()
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (move !== undefined && hits.length > 0) {
      event.preventDefault()
      const next = Math.min(hits.length - 1, Math.max(0, active + move))
      useSearch.setState({ active: next })
      list.current?.scrollIntoView({ index: next })
    } else if (event.key === 'Enter') {
      // The field that the page goes to next is not what this key was meant for.
      event.preventDefault()
      const hit = hits[active]
      if (hit) openHit(hit)
    } else if (event.key === 'Escape' && useSearch.getState().query !== '') {
      event.preventDefault()
      setQuery('')
    }
  }
}

function isSameThread(before: SearchHit | undefined, hit: SearchHit): boolean {
  return before !== undefined && before.conversationId === hit.conversationId && before.sessionId === hit.sessionId
}

function announcement(count: number): string {
  return count === 0 ? 'Nothing found.' : `${count} found${count >= pageSize ? ', more below' : ''}.`
}

function NothingFound() {
  return (
    <div className="search-empty">
      <h2>Nothing found</h2>
      <p>Use fewer words, start a word with * to match inside words, or remove a filter.</p>
      <CutLine />
    </div>
  )
}
