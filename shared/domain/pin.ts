import { z } from 'zod'
import { idSchema, instanceReferences, idPattern, timeSchema } from './common.ts'

/** What is kept at the top of the sidebar, in every page alike. It has nothing to do with `pinned` of an instance, which exempts that from limits. */
export const pinSchema = z.object({
  /** Of an instance or a conversation, as `kind` says. */
  id: idSchema,
  kind: z.enum(['instance', 'conversation']),
  pinnedAt: timeSchema,
})
export type Pin = z.infer<typeof pinSchema>

/** An instance, by `@name` too, or a conversation. */
export const pinIdSchema = z
  .string()
  .regex(idPattern, 'This is neither the id of an instance nor of a conversation.')
  .register(instanceReferences, { kind: 'instance' })
