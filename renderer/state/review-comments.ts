import { useEffect } from 'react'
import { z } from 'zod'
import { create } from 'zustand'
import { forget, recall, remember } from './page-memory.ts'

const commentSchema = z.object({
  id: z.string(),
  path: z.string(),
  /** `old`: its lines are those of the file as it was. */
  side: z.enum(['old', 'now']),
  from: z.int(),
  to: z.int(),
  /** The lines it is about, each with its sign, as they were when it was written. */
  quote: z.string(),
  text: z.string(),
})
/** What a person says about lines of a difference, until it is sent. */
export type ReviewComment = z.infer<typeof commentSchema>

const indexKey = 'reviews'
const indexSchema = z.array(z.string())
/** Conversations whose comments are kept; the oldest go. */
const mostReviews = 40
const mostComments = 200
const longestQuote = 4_000

const useStore = create<{ byConversation: ReadonlyMap<string, readonly ReviewComment[]> }>(() => ({ byConversation: new Map() }))
const none: readonly ReviewComment[] = []

/** The comments of a conversation that are not sent. They stay over a reload and a restart, in this browser or window. */
export function useReviewComments(conversationId: string): readonly ReviewComment[] {
  useEffect(() => read(conversationId), [conversationId])
  return useStore((state) => state.byConversation.get(conversationId)) ?? none
}

export const reviewComments = {
  /** Its id; null where there are too many already. */
  add: (conversationId: string, comment: Omit<ReviewComment, 'id'>): string | null => {
    const now = commentsOf(conversationId)
    if (now.length >= mostComments) return null
    const id = crypto.randomUUID()
    keep(conversationId, [...now, { ...comment, id, quote: comment.quote.slice(0, longestQuote) }])
    return id
  },
  change: (conversationId: string, id: string, text: string): void =>
    keep(
      conversationId,
      commentsOf(conversationId).map((one) => (one.id === id ? { ...one, text } : one)),
    ),
  remove: (conversationId: string, ids: readonly string[]): void =>
    keep(
      conversationId,
      commentsOf(conversationId).filter(({ id }) => !ids.includes(id)),
    ),
}

function commentsOf(conversationId: string): readonly ReviewComment[] {
  return useStore.getState().byConversation.get(conversationId) ?? recall(keyOf(conversationId), z.array(commentSchema)) ?? []
}

function read(conversationId: string): void {
  if (!useStore.getState().byConversation.has(conversationId)) show(conversationId, commentsOf(conversationId))
}

function show(conversationId: string, comments: readonly ReviewComment[]): void {
  useStore.setState(({ byConversation }) => ({ byConversation: new Map(byConversation).set(conversationId, comments) }))
}

function keep(conversationId: string, comments: readonly ReviewComment[]): void {
  show(conversationId, comments)
  const others = (recall(indexKey, indexSchema) ?? []).filter((one) => one !== conversationId)
  const kept = comments.length === 0 ? others : [...others, conversationId]
  for (const old of kept.splice(0, Math.max(0, kept.length - mostReviews))) forget(keyOf(old))
  if (comments.length === 0) forget(keyOf(conversationId))
  // Where the browser gives no more room, the oldest go first.
  else while (!remember(keyOf(conversationId), comments) && kept.length > 1) forget(keyOf(kept.shift() ?? ''))
  remember(indexKey, kept)
}

// Another window of the same browser writes too.
if (typeof window !== 'undefined')
  window.addEventListener('storage', ({ key }) => {
    const conversationId = key?.startsWith(`bullpen:${keyOf('')}`) === true ? key.slice(`bullpen:${keyOf('')}`.length) : null
    if (conversationId === null || !useStore.getState().byConversation.has(conversationId)) return
    show(conversationId, recall(keyOf(conversationId), z.array(commentSchema)) ?? [])
  })

function keyOf(conversationId: string): string {
  return `review:${conversationId}`
}
