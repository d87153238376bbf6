import { z } from 'zod'
import { documentBlockSchema, shellBlockSchema } from './attachment.ts'
import { idSchema, timeSchema } from './common.ts'
import { imageBlockSchema } from './message.ts'

/** At most so many characters of a draft: more than a message may have, so that what is too long can still be cut. */
export const longestDraft = 10_000_000
export const mostDraftParts = 60
/** All parts of a draft together, in characters as they are sent. */
export const longestDraftParts = 60_000_000

/** Names a part within its draft; made by who adds it. What it holds never changes. */
const partId = z.uuid()

/** Something that goes with the words: an image, a file, the output of a command, or a long text that was pasted. */
export const draftPartSchema = z.discriminatedUnion('type', [
  imageBlockSchema.extend({ id: partId, name: z.string().max(300) }),
  documentBlockSchema.extend({ id: partId }),
  shellBlockSchema.extend({ id: partId }),
  z.object({ type: z.literal('paste'), id: partId, text: z.string().min(1).max(longestDraft) }),
])
export type DraftPart = z.infer<typeof draftPartSchema>

/**
 * What is written and not sent. It lasts until it is sent or emptied, whatever ends meanwhile. `revision` ascends with every
 * change; 0: nothing was written yet.
 */
export const draftSchema = z.object({
  text: z.string().max(longestDraft),
  parts: z.array(draftPartSchema),
  revision: z.int().nonnegative(),
  updatedAt: timeSchema.nullable(),
})
export type Draft = z.infer<typeof draftSchema>

/** A part that the other side has already. */
const keptPartSchema = z.object({ type: z.literal('kept'), id: partId })
const partOrKept = z.discriminatedUnion('type', [...draftPartSchema.options, keptPartSchema])

/** The draft with the parts that were not known yet. */
export const draftNewsSchema = draftSchema.extend({ parts: z.array(partOrKept) })
export type DraftNews = z.infer<typeof draftNewsSchema>

/** The draft as it is to be from now on. A part that is kept is named only. */
export const draftInputSchema = z.object({
  text: z.string().max(longestDraft, 'A draft has at most ten million characters.'),
  parts: z.array(partOrKept).max(mostDraftParts, `A draft has at most ${mostDraftParts} files.`).default([]),
  /** The revision it was made from: parts that came later stay. */
  base: z.int().nonnegative().default(0),
  /** Who writes, so that it knows its own change when it hears of it. */
  writer: z.string().max(100).optional(),
})
export type DraftInput = z.infer<typeof draftInputSchema>

/** A draft has changed; who did not write it reads it again. */
export const draftChangeSchema = z.object({ key: z.string(), revision: z.int(), writer: z.string().nullable() })
export type DraftChange = z.infer<typeof draftChangeSchema>

/** Where a draft belongs: a conversation, an instance whose next conversation it begins, or `new`. */
export const draftKeySchema = z.union([idSchema, z.literal('new')])
