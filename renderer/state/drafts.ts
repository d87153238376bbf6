import { useCallback, useSyncExternalStore } from 'react'
import { client } from '../connection/connection.ts'
import { errorCode, errorField, errorWords } from '../words/error-words.ts'
import { DraftStore, type DraftView, type LocalDraft } from './draft-store.ts'

/** Names this page among all that write. */
const writer = crypto.randomUUID()

/** The page's drafts, by conversation; by instance where one begins. */
export const drafts = new DraftStore(
  {
    get: (id, known) => client.drafts.get({ id, ...(known.length > 0 ? { known: [...known] } : {}) }),
    put: (id, draft) => client.drafts.put({ id, ...draft }),
    explain: (thrown) =>
      errorCode(thrown) === null
        ? null
        : { words: `This draft is not saved: ${errorWords(thrown)}`, missingPart: errorField(thrown) === 'parts' },
  },
  writer,
)

export type ChangeDraft = (how: (now: LocalDraft) => LocalDraft) => void

/** The draft of a conversation, and how it is changed. */
export function useDraft(key: string): [DraftView, ChangeDraft] {
  const draft = useSyncExternalStore(
    useCallback((listener) => drafts.subscribe(key, listener), [key]),
    () => drafts.get(key),
  )
  return [draft, useCallback((how) => drafts.change(key, how), [key])]
}

/** Keeps all drafts when the page is left or hidden, until the returned function is called. */
export function keepDraftsAtTheEnd(): () => void {
  const end = new AbortController()
  const { signal } = end
  window.addEventListener('pagehide', () => drafts.flushAll(), { signal })
  window.addEventListener('blur', () => drafts.flushAll(), { signal })
  document.addEventListener('visibilitychange', () => drafts.flushAll(), { signal })
  return () => end.abort()
}
