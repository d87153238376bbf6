import { useEffect } from 'react'
import { z } from 'zod'
import { create } from 'zustand'
import type { ChangedFile, Changes, ChosenFile } from '../../../shared/domain/changes.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { useChangesRevision } from '../../state/changes-news.ts'
import { recall, remember } from '../../state/page-memory.ts'
import { choiceOf, chosenFile, type FileChoice } from './choice.ts'

/** What is known of a conversation's changes, and what was chosen of them. */
export type Review = {
  against: string
  whitespace: boolean
  changes: Changes | null
  /** Why they could not be read. */
  problem: string | null
  loading: boolean
  choices: ReadonlyMap<string, FileChoice>
}

const emptyReview: Review = { against: 'start', whitespace: true, changes: null, problem: null, loading: true, choices: new Map() }
/** So many conversations' changes are remembered while the page lives. */
const mostKept = 12

const useReviews = create<{ byId: ReadonlyMap<string, Review> }>(() => ({ byId: new Map() }))

/** What is shown of a conversation's changes; read when it is first used, and again whenever its folder may have changed. */
export function useReview(id: string): Review {
  return useReviews((state) => state.byId.get(id)) ?? emptyReview
}

/** Keeps them at what the core says, for as long as it is used. What is shown stays until the newer is there. */
export function useFreshReview(id: string, against: string, whitespace: boolean): void {
  const revision = useChangesRevision(id)
  useEffect(() => {
    const end = new AbortController()
    void load(id, against, whitespace, end.signal)
    return () => end.abort()
  }, [id, against, whitespace, revision])
}

export const reviews = {
  get: (id: string): Review => useReviews.getState().byId.get(id) ?? emptyReview,
  reload: (id: string): void => {
    const { against, whitespace } = reviews.get(id)
    void load(id, against, whitespace)
  },
  choose: (id: string, choices: readonly (readonly [path: string, choice: FileChoice])[]): void => {
    const now = reviews.get(id)
    show(id, { choices: new Map([...now.choices, ...choices]) })
  },
}

/** What would be committed now. */
export function chosenOf({ changes, choices }: Review): { file: ChangedFile; chosen: ChosenFile }[] {
  return (changes?.items ?? []).flatMap((file) => {
    const chosen = chosenFile(file, choiceOf(file, choices))
    return chosen === null ? [] : [{ file, chosen }]
  })
}

async function load(id: string, against: string, whitespace: boolean, signal?: AbortSignal): Promise<void> {
  const before = reviews.get(id)
  const isOther = before.against !== against || before.whitespace !== whitespace
  // Lines that were chosen of another difference are none of this one.
  const choices = isOther ? new Map([...before.choices].filter(([, choice]) => typeof choice === 'string')) : before.choices
  show(id, { against, whitespace, loading: true, choices, ...(before.against === against ? {} : { changes: null, problem: null }) })
  try {
    const changes = await client.changes.list({ id, against, whitespace }, signal === undefined ? {} : { signal })
    if (signal?.aborted === true) return
    show(id, { changes, problem: null, loading: false })
  } catch (thrown) {
    if (signal?.aborted !== true) show(id, { problem: errorWords(thrown), loading: false })
  }
}

function show(id: string, change: Partial<Review>): void {
  useReviews.setState(({ byId }) => {
    const next = new Map(byId)
    next.delete(id)
    next.set(id, { ...(byId.get(id) ?? emptyReview), ...change })
    const oldest = next.keys().next()
    if (next.size > mostKept && !oldest.done) next.delete(oldest.value)
    return { byId: next }
  })
}

const looksSchema = z.object({ layout: z.enum(['unified', 'split']), whitespace: z.boolean(), tree: z.boolean() })
export type ReviewLooks = z.infer<typeof looksSchema>

/** How changes are looked at, remembered in this browser or window. */
export const useLooks = create<ReviewLooks>(
  () => recall('review-looks', looksSchema) ?? { layout: 'unified', whitespace: true, tree: true },
)

export function setLooks(change: Partial<ReviewLooks>): void {
  useLooks.setState(change)
  remember('review-looks', useLooks.getState())
}
