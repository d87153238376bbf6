import { z } from 'zod'
import { idSchema, instanceIdSchema } from '../domain/common.ts'
import { partySchema, tagSchema } from '../domain/conversation.ts'
import { newInstanceSchema } from '../domain/recipe.ts'

/** A caller's own word for a piece of work: the same again, also after a restart, is answered with what it began the first time. */
export const keySchema = z.string().min(1, 'A key has at least one character.').max(200, 'A key has at most 200 characters.')

/** Tags that an instance has to have, all of them. */
export const labelsSchema = z.array(z.string().trim().min(1).max(50)).min(1).max(20)

/** What work that names no instance may say about where it goes. */
export const workSchema = z.object({
  source: partySchema.optional(),
  target: partySchema.optional(),
  instanceId: instanceIdSchema.optional(),
  conversationId: idSchema.optional(),
  tags: z.array(tagSchema).max(50).optional(),
  labels: labelsSchema.optional().describe('Only an instance that has all of these tags. Instead of `instance` and `new`.'),
  new: newInstanceSchema
    .optional()
    .describe('An instance that is made like this, or found again where one was; removed when nobody uses it for long.'),
  lease: idSchema.optional().describe('A lease of POST /pool/lease: its instance does it. Instead of `instance`, `labels` and `new`.'),
  context: z
    .enum(['same', 'fresh'])
    .optional()
    .describe(
      '`fresh`: in a new conversation. Otherwise it goes on in the one that it names, that its `source` and `target` have, or that an ask of the same `instance` had before.',
    ),
  fresh: z.boolean().optional().describe('In a process of its own, which is started for it and ended after it.'),
  schema: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A JSON Schema for the answer. With `fresh`, Claude Code sees to it, and the turn has the answer as `structured`.'),
  priority: z.int().min(0).max(9).default(5),
  key: keySchema.optional(),
})

/** What work that waits in the queue may say beyond that. */
export const queuedWorkSchema = workSchema.extend({
  /** Given up when it has not ended after so long. */
  timeoutSeconds: z.int().min(1).max(2_592_000).optional(),
  /** The same by its former name. */
  deadlineSeconds: z.int().min(1).max(2_592_000).optional().meta({ deprecated: true }),
  /** How often it is tried again after a failure that may pass, such as an overloaded model. */
  retries: z.int().min(0).max(10).default(2),
  /** The pause before the first repetition; each further one is twice as long, up to five minutes. */
  retryDelaySeconds: z.int().min(1).max(300).default(5),
})
