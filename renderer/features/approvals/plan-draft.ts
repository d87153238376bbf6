import { z } from 'zod'

const commentSchema = z.object({ quote: z.string(), words: z.string() })
/** What is said to a passage of a plan; without a quote, to all of it. */
export type PlanComment = z.infer<typeof commentSchema>

/** What is written in a card of a plan: comments, and the plan as the user changed it (null: as it is). */
export const planDraftSchema = z.object({ comments: z.array(commentSchema), edited: z.string().nullable() })
export type PlanDraft = z.infer<typeof planDraftSchema>

export const emptyPlanDraft: PlanDraft = { comments: [], edited: null }
export const mostComments = 30
export const longestComment = 2_000
/** Of a passage, so much is quoted: Claude knows the rest. */
const longestQuote = 300
/** What a denial can say in all. */
const longestFeedback = 10_000

/** A passage as it is quoted: in one line, from its beginning. */
export function quoteOf(passage: string): string {
  const line = passage.replaceAll(/\s+/g, ' ').trim()
  return line.length <= longestQuote ? line : `${line.slice(0, longestQuote - 1)}…`
}

/** Comments and words as Claude reads them when the user keeps planning; without any, an empty text. */
export function feedbackOf(comments: readonly PlanComment[], words: string): string {
  const parts = comments.map((comment) => (comment.quote === '' ? comment.words : `> ${comment.quote}\n\n${comment.words}`))
  return [...parts, words.trim()].filter((part) => part !== '').join('\n\n')
}

/** What somebody wrote to a plan by themselves: comments, and the plan as they changed it. */
export function planWords({ comments, edited }: PlanDraft): string {
  return feedbackOf(comments, edited ?? '')
}

/** Why a feedback cannot be sent, in words; null when it can. */
export function feedbackFault(feedback: string): string | null {
  const over = feedback.length - longestFeedback
  return over <= 0 ? null : `Your comments are ${over.toLocaleString('en-US')} characters too long. Shorten them.`
}
