import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { idSchema, timeSchema } from './common.ts'
import { usageSchema } from './turn.ts'

export const longestAside = 20_000
export const mostExchanges = 20

/** One question and its answer. */
export const exchangeSchema = z.object({
  id: idSchema,
  question: z.string(),
  /** As far as it has come. */
  answer: z.string(),
  /** It was longer than is kept. */
  isCut: z.boolean().default(false),
  /** Null while Claude answers. */
  outcome: z.enum(['done', 'failed', 'interrupted']).nullable(),
  error: errorInfoSchema.optional(),
  /** Files and searches that were read for it. */
  looks: z.int().nonnegative(),
  usage: usageSchema,
  /** US dollars; null while it runs, or when the price is not known. */
  costUsd: z.number().nullable(),
  model: z.string().nullable(),
  startedAt: timeSchema,
  endedAt: timeSchema.nullable(),
})
export type Exchange = z.infer<typeof exchangeSchema>

/** A side question about a conversation: it is in no list, no search and no file, and is gone when it is closed. */
export const asideSchema = z.object({
  id: idSchema,
  conversationId: idSchema,
  exchanges: z.array(exchangeSchema),
  createdAt: timeSchema,
})
export type Aside = z.infer<typeof asideSchema>

const seq = z.int().nonnegative()

/** What happens in a side question. Resumes like a conversation's events; `sync` tells all of it. */
export const asideEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('sync'), seq, aside: asideSchema }),
  z.object({ type: z.literal('delta'), seq, exchangeId: idSchema, text: z.string() }),
  /** A question was asked, its answer began anew, or it is over. */
  z.object({ type: z.literal('exchange'), seq, exchange: exchangeSchema }),
  /** It is gone. */
  z.object({ type: z.literal('closed'), seq }),
])
export type AsideEvent = z.infer<typeof asideEventSchema>
