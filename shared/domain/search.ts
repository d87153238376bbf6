import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { roleSchema } from './message.ts'

/** A piece of text around a hit; `marked` is what was looked for. */
export const snippetPartSchema = z.object({ text: z.string(), marked: z.boolean() })
export type SnippetPart = z.infer<typeof snippetPartSchema>

/** One message, or (role `title`) the title of a conversation, that fits a search. */
export const searchHitSchema = z.object({
  /** The conversation that holds it; null for a session of the vault. */
  conversationId: idSchema.nullable(),
  /** Claude Code's session that holds it; null for conversations. */
  sessionId: z.string().nullable(),
  /** The message, in a session the entry's uuid; null for a title. */
  messageId: z.string().nullable(),
  /** Its `seq` in the conversation; -1 for a title. */
  seq: z.int(),
  role: z.enum([...roleSchema.options, 'title']),
  at: timeSchema,
  title: z.string(),
  tags: z.array(z.string()),
  state: z.enum(['active', 'archived']),
  instanceId: z.string().nullable(),
  folder: z.string().nullable(),
  snippet: z.array(snippetPartSchema),
})
export type SearchHit = z.infer<typeof searchHitSchema>

/**
 * Progress of the search index. While it is `building` or `checking`, searching works on what is there; while it is `tidying`, everything
 * is there and being put in order, so that searches become quicker.
 */
export const searchIndexSchema = z.object({
  state: z.enum(['opening', 'checking', 'building', 'tidying', 'ready', 'failed']),
  /** Bytes of files that are read now, and how many of them are done. */
  done: z.number(),
  total: z.number(),
  /** Messages and titles that are searchable. */
  messages: z.number(),
  /** Messages of which only the first 512 KB are searchable, or, where they are longer than 32 MB, nothing. */
  cut: z.number(),
  /** Why it was made anew since the app was started, for the user; null when it was not. */
  rebuilt: z.string().nullable(),
  /** What is wrong and what to do; null when nothing is. */
  problem: z.string().nullable(),
})
export type SearchIndex = z.infer<typeof searchIndexSchema>
