import { z } from 'zod'
import { idSchema, instanceIdSchema, timeSchema } from './common.ts'
import { partySchema, tagSchema } from './conversation.ts'
import { originFilterSchema, workOriginSchema } from './work-origin.ts'

/** `claude`: a session of Claude Code that is no conversation of ours yet. */
export const libraryStateSchema = z.enum(['active', 'archived', 'claude', 'trash'])
export type LibraryState = z.infer<typeof libraryStateSchema>

/** One row of the library: a conversation of ours, or a session that Claude Code has by itself. */
export const libraryItemSchema = z.object({
  /** The conversation's id, or the session's for state `claude`. */
  id: z.string(),
  state: libraryStateSchema,
  title: z.string(),
  instanceId: idSchema.nullable(),
  folder: z.string().nullable(),
  tags: z.array(z.string()),
  /** Who asks in it, and whom; absent where nobody said. */
  source: z.string().optional(),
  target: z.string().optional(),
  messageCount: z.number(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  /** On the disk. */
  bytes: z.number(),
  /** Null when it is not known. */
  costUsd: z.number().nullable(),
  /** It goes on from a message of this conversation. */
  forkedFrom: idSchema.nullable(),
  /** The step of a run, or the message of a topic, that it was begun for. */
  origin: workOriginSchema.optional(),
  /** When it was put into the trash. */
  deletedAt: timeSchema.nullable(),
  /** When Claude Code will delete its transcript, as far as that can be told. */
  deletedByClaudeAt: timeSchema.nullable(),
})
export type LibraryItem = z.infer<typeof libraryItemSchema>

export const librarySortSchema = z.enum(['updated', 'created', 'title', 'messages', 'size', 'cost'])
export type LibrarySort = z.infer<typeof librarySortSchema>
export const libraryGroupSchema = z.enum(['none', 'folder', 'day'])
export type LibraryGroup = z.infer<typeof libraryGroupSchema>

/** Which rows, and in which order. `all` is everything but the trash. */
export const libraryQuerySchema = z.object({
  state: z.enum(['all', ...libraryStateSchema.options]).default('all'),
  instanceId: instanceIdSchema.optional(),
  folder: z.string().max(4_096).optional(),
  tag: tagSchema.optional(),
  source: partySchema.optional(),
  target: partySchema.optional(),
  ...originFilterSchema.shape,
  /** Words that the title must hold. */
  title: z.string().max(200).optional(),
  /** Changed at or after this, and before that. */
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  minBytes: z.number().nonnegative().optional(),
  minCostUsd: z.number().nonnegative().optional(),
  sort: librarySortSchema.default('updated'),
  order: z.enum(['asc', 'desc']).default('desc'),
  group: libraryGroupSchema.default('none'),
})
export type LibraryQuery = z.infer<typeof libraryQuerySchema>

/** A window on the list. `groups` are those of the whole list, in its order, with how many rows each has. */
export const libraryWindowSchema = z.object({
  items: z.array(libraryItemSchema),
  offset: z.int(),
  total: z.int(),
  groups: z.array(z.object({ key: z.string(), count: z.int() })),
  messages: z.number(),
  bytes: z.number(),
  /** Ascends with every change; windows of one revision fit together. */
  revision: z.int(),
})
export type LibraryWindow = z.infer<typeof libraryWindowSchema>

const facet = z.array(z.object({ value: z.string(), count: z.int() }))
/** What can be filtered by, the most frequent first. */
export const libraryFacetsSchema = z.object({ instances: facet, folders: facet, tags: facet, states: facet, recipes: facet, topics: facet })
export type LibraryFacets = z.infer<typeof libraryFacetsSchema>

/** What is done to several conversations at once; those that are in the state already are left alone. */
export const libraryActionSchema = z.enum(['archive', 'restore', 'delete', 'erase', 'tag', 'untag'])
export type LibraryAction = z.infer<typeof libraryActionSchema>

/** What was done. `done` holds those that changed, so that undoing concerns no other. */
export const libraryOutcomeSchema = z.object({
  done: z.array(idSchema),
  refused: z.array(z.object({ id: idSchema, title: z.string(), code: z.string(), message: z.string() })),
})
export type LibraryOutcome = z.infer<typeof libraryOutcomeSchema>

/** What a clean-up would take. Nothing has happened to them. */
export const cleanUpSchema = z.object({
  /** All of them, the largest first. */
  ids: z.array(idSchema),
  bytes: z.number(),
  /** The first of them, to look at. */
  items: z.array(libraryItemSchema),
})
export type CleanUp = z.infer<typeof cleanUpSchema>

/** A conversation and all that were forked from it, one way or another. */
export const forkNodeSchema = z.object({
  id: idSchema,
  title: z.string(),
  state: libraryStateSchema,
  /** The conversation and the message that it goes on from; null for the root. */
  parentId: idSchema.nullable(),
  messageId: idSchema.nullable(),
  messageCount: z.number(),
  updatedAt: timeSchema,
})
export type ForkNode = z.infer<typeof forkNodeSchema>
