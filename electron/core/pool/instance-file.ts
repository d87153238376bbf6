import { z } from 'zod'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { leaseSchema } from '../../../shared/domain/lease.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'

/** `instances.json`: what the user configured, and which of them were in use. */
export const instanceFileSchema = z.object({
  version: z.literal(1).default(1),
  instances: z
    .array(
      z.object({
        id: idSchema,
        createdAt: timeSchema,
        conversationId: idSchema.nullable(),
        wanted: z.boolean(),
        /** How the user paused it; one that was in use comes back parked all the same. */
        pause: z.enum(['hold', 'park']).nullable().default(null),
        /** Its waiting messages stay until the user goes on. */
        resting: z.boolean().default(false),
        turns: z.int().nonnegative().default(0),
        lastUsedAt: timeSchema.nullable().default(null),
        /** The pool has made it. */
        made: z.object({ kind: z.string().nullable() }).nullable().default(null),
        /** The conversation in which questions to it by name go on. */
        askedIn: idSchema.nullable().default(null),
        /** Who has it for themselves, and the conversation in which their questions go on. */
        lease: leaseSchema
          .extend({ askedIn: idSchema.nullable().default(null) })
          .nullable()
          .default(null),
        config: instanceConfigSchema,
      }),
    )
    .default([]),
})
export type InstanceFile = z.infer<typeof instanceFileSchema>
