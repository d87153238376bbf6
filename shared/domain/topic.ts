import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { idSchema, instanceIdSchema, timeSchema } from './common.ts'
import { retrySchema } from './recipe.ts'

/** It becomes a file's name, so it is spelled the same on every system. */
export const topicNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'A topic’s name has 1 to 64 small letters, digits and “-”, and starts with a letter or digit.')

/** `dead`: it failed too often, or may have had an effect before it was cut off: somebody has to look at it. */
export const topicMessageStateSchema = z.enum(['waiting', 'taken', 'done', 'dead'])
export type TopicMessageState = z.infer<typeof topicMessageStateSchema>

const messagePlaceSchema = z.object({ topic: topicNameSchema, id: idSchema })

export const topicMessageSchema = z.object({
  id: idSchema,
  /** Its place in the topic: ascending from 1. */
  seq: z.int().positive(),
  text: z.string().max(1_000_000),
  /** Whatever the sender wants to go with it; a worker's template reads it as `message.data`. */
  data: z.record(z.string(), z.unknown()).optional(),
  /** The sender's own word: the same again is answered with the first. */
  key: z.string().nullable(),
  state: topicMessageStateSchema,
  /** Turns that have been taken for it. */
  attempts: z.int().nonnegative(),
  workerId: idSchema.nullable(),
  turnId: idSchema.nullable(),
  conversationId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
  /** What the worker answered. */
  answer: z.string().nullable(),
  /** It may have been worked on more than once: an attempt was cut off when a tool may have had an effect. */
  mayBeRepeated: z.boolean(),
  /** The message of another topic that it is the answer to. */
  from: messagePlaceSchema.nullable(),
  /** The message that its answer became in another topic. */
  to: messagePlaceSchema.nullable(),
  costUsd: z.number(),
  error: errorInfoSchema.optional(),
  createdAt: timeSchema,
  nextAttemptAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
})
export type TopicMessage = z.infer<typeof topicMessageSchema>

/** Which messages of a topic, and how much of each. */
export const topicPageSchema = z.object({
  state: topicMessageStateSchema.optional(),
  sort: z.enum(['oldest', 'newest']).default('oldest'),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'A cursor is what an earlier page answered as nextCursor.')
    .optional(),
  limit: z.int().min(1).max(500).default(100),
  textLimit: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Texts and answers end after this many characters. One message by itself is read whole.'),
})
export type TopicPage = z.infer<typeof topicPageSchema>

const mostDataChars = 100_000

/** What is put into a topic. */
export const topicPostSchema = topicMessageSchema.pick({ text: true, data: true }).extend({
  data: topicMessageSchema.shape.data.refine(
    (data) => JSON.stringify(data ?? {}).length <= mostDataChars,
    `“data” has at most ${mostDataChars} characters as JSON.`,
  ),
  key: z.string().min(1).max(200).optional(),
})
export type TopicPost = z.infer<typeof topicPostSchema>

/** What a user sets about a topic. */
export const topicConfigSchema = z.object({
  name: topicNameSchema,
  description: z.string().max(1_000).default(''),
  /** More than this waiting is refused, and workers that put answers here wait. */
  mostWaiting: z.int().min(1).max(100_000).default(10_000),
  /** Messages that are done are kept so long, and the newest 100,000 of them. */
  keepDays: z.int().min(1).max(365).default(7),
})
export type TopicConfig = z.infer<typeof topicConfigSchema>

/** Without defaults and with every field optional. */
export const topicPatchSchema = z.object({
  description: topicConfigSchema.shape.description.unwrap().optional(),
  mostWaiting: topicConfigSchema.shape.mostWaiting.unwrap().optional(),
  keepDays: topicConfigSchema.shape.keepDays.unwrap().optional(),
})
export type TopicPatch = z.infer<typeof topicPatchSchema>

export const topicSchema = topicConfigSchema.extend({
  waiting: z.int().nonnegative(),
  taken: z.int().nonnegative(),
  done: z.int().nonnegative(),
  dead: z.int().nonnegative(),
  /** Messages a minute over the last five minutes. */
  inPerMinute: z.number(),
  donePerMinute: z.number(),
  /** Why nothing is taken although messages wait, for the user to read; null when nothing holds it up. */
  heldBy: z.string().nullable(),
  createdAt: timeSchema,
})
export type Topic = z.infer<typeof topicSchema>

const concurrencySchema = z.int().min(1).max(20)
const promptSchema = z.string().max(200_000)
const timeoutSchema = z.int().min(1).max(1_209_600)
const contextSchema = z.enum(['fresh', 'same'])

/** What a user sets about a worker: an instance that takes from one topic and may give to another. */
export const workerConfigSchema = z.object({
  topic: topicNameSchema,
  /** By its id; at every door also `@` and its name. */
  instanceId: instanceIdSchema,
  /** Where its answers go. */
  output: topicNameSchema.optional(),
  /** Liquid over `message`: `{{ message.text }}` alone when left out. */
  prompt: promptSchema.optional(),
  /** Messages that it has taken at the same time. One keeps their order; an instance works on one after the other anyway. */
  concurrency: concurrencySchema.default(1),
  retry: retrySchema.default({ times: 2, backoffSeconds: 5 }),
  /** A turn that runs longer is ended, and its message is dead. */
  timeoutSeconds: timeoutSchema.optional(),
  /** Each message in a conversation of its own, or all in one. */
  context: contextSchema.default('fresh'),
  paused: z.boolean().default(false),
})
export type WorkerConfig = z.infer<typeof workerConfigSchema>

/** Without defaults and with every field optional; null takes a field away. A worker's topic stays. */
export const workerPatchSchema = z.object({
  instanceId: instanceIdSchema.optional(),
  output: topicNameSchema.nullable().optional(),
  prompt: promptSchema.nullable().optional(),
  concurrency: concurrencySchema.optional(),
  retry: retrySchema.optional(),
  timeoutSeconds: timeoutSchema.nullable().optional(),
  context: contextSchema.optional(),
  paused: z.boolean().optional(),
})
export type WorkerPatch = z.infer<typeof workerPatchSchema>

export const workerSchema = workerConfigSchema.extend({
  id: idSchema,
  running: z.int().nonnegative(),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  costUsd: z.number(),
  /** Why it takes nothing although messages wait, for the user to read. */
  heldBy: z.string().nullable(),
  createdAt: timeSchema,
})
export type Worker = z.infer<typeof workerSchema>
