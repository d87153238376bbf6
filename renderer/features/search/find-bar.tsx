import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { SearchHit } from '../../../shared/domain/search.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import type { Thread } from '../../state/thread.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { closeFind, useFind } from '../../commands/search-actions.ts'
import { useMarks } from './use-marks.ts'
import './find-bar.css'

const most = 100

/** Find in a conversation, also in the part of it that is not loaded: from one hit to the next, the newest first. */
export function FindBar({ thread }: { thread: Thread }) {
  const { conversationId, query, isOpen } = useFind()
  const isHere = conversationId === thread.id
  useMarks(thread.id, isHere ? query : '')
  if (!isHere || !isOpen) return null
  return <Bar thread={thread} query={query} />
}

function Bar({ thread, query }: { thread: Thread; query: string }) {
  const input = useRef<HTMLInputElement>(null)
  const { hits, notes, more, error, busy } = useHits(thread.id, query)
  const [place, setPlace] = useState<{ of: readonly SearchHit[]; at: number }>({ of: hits, at: 0 })
  const at = place.of === hits ? place.at : 0
  const current = hits[at]?.messageId
  useEffect(() => input.current?.select(), [])
  useEffect(() => {
    if (current) void thread.show(current)
  }, [thread, current])
  const step = (by: number) => {
    if (hits.length > 0) setPlace({ of: hits, at: (at + by + hits.length) % hits.length })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      closeFind()
    } else if (event.key === 'Enter') {
      event.preventDefault()
      step(event.shiftKey ? -1 : 1)
    }
  }
  return (
    <search className="find-bar" aria-label="Find in this conversation">
      <input
        ref={input}
        type="search"
        value={query}
        placeholder="Find in this conversation"
        aria-label="Find in this conversation"
        onKeyDown={onKey}
        onChange={(event) => useFind.setState({ query: event.target.value })}
      />
      <output className="figure find-count">{error ?? countWords(query, hits.length, at, more, busy)}</output>
      {notes.length > 0 && <span className="find-note">{notes.join(' ')}</span>}
      <IconButton label="Previous match" hint="Previous match (Enter)" icon={ChevronUp} onClick={() => step(1)} />
      <IconButton label="Next match" hint="Next match (Shift+Enter)" icon={ChevronDown} onClick={() => step(-1)} />
      <IconButton label="Close" hint="Close (Escape)" icon={X} onClick={closeFind} />
    </search>
  )
}

function countWords(query: string, count: number, at: number, more: boolean, busy: boolean): string {
  if (query.trim() === '') return ''
  if (count === 0) return busy ? '' : 'Not found'
  return `${at + 1} of ${count}${more ? '+' : ''}`
}

type Hits = { hits: readonly SearchHit[]; notes: readonly string[]; more: boolean; error: string | null }
const noHits: Hits = { hits: [], notes: [], more: false, error: null }

function useHits(conversationId: string, query: string): Hits & { busy: boolean } {
  const asked = query.trim() === '' ? '' : `${conversationId} ${query}`
  const [found, setFound] = useState<Hits & { asked: string }>({ ...noHits, asked: '' })
  useEffect(() => {
    if (asked === '') return undefined
    const abort = new AbortController()
    client.search.find({ q: query, conversationId, limit: most }, { signal: abort.signal }).then(
      ({ items, nextCursor, notes }) => {
        const hits = items.filter(({ messageId }) => messageId !== null)
        if (!abort.signal.aborted) setFound({ asked, hits, notes, more: nextCursor !== null, error: null })
      },
      (thrown: unknown) => {
        if (!abort.signal.aborted) setFound({ asked, ...noHits, error: errorWords(thrown) })
      },
    )
    return () => abort.abort()
  }, [asked, conversationId, query])
  // What was found for fewer letters stays until the answer is there.
  return asked === '' ? { ...noHits, busy: false } : { ...found, busy: found.asked !== asked }
}
