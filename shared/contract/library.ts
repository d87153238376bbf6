import { z } from 'zod'
import { daysSchema, idSchema } from '../domain/common.ts'
import { tagSchema } from '../domain/conversation.ts'
import {
  cleanUpSchema,
  libraryActionSchema,
  libraryFacetsSchema,
  libraryOutcomeSchema,
  libraryQuerySchema,
  libraryWindowSchema,
} from '../domain/library.ts'
import { call } from './base.ts'

/** All conversations together, with the sessions that Claude Code has by itself. */
export const library = {
  list: call
    .route({ method: 'GET', path: '/library', summary: 'A window on the sorted, filtered and grouped list of all conversations' })
    .input(libraryQuerySchema.extend({ offset: z.int().nonnegative().default(0), limit: z.int().min(1).max(500).default(100) }))
    .output(libraryWindowSchema),
  /** For choosing all rows of a filter without reading them. */
  ids: call
    .route({ method: 'GET', path: '/library/ids', summary: 'The ids of all conversations of ours that a filter lets through' })
    .input(libraryQuerySchema)
    .output(z.object({ ids: z.array(idSchema) })),
  facets: call
    .route({ method: 'GET', path: '/library/facets', summary: 'What the library can be filtered by, with counts' })
    .output(libraryFacetsSchema),
  act: call
    .route({ method: 'POST', path: '/library/act', summary: 'Archive, restore, tag or delete many; says which were refused and why' })
    .input(
      z.object({
        action: libraryActionSchema,
        ids: z.array(idSchema).min(1).max(500),
        /** For `tag` and `untag`. */
        tags: z.array(tagSchema).max(50).default([]),
      }),
    )
    .output(libraryOutcomeSchema),
  cleanUp: call
    .route({ method: 'GET', path: '/library/clean-up', summary: 'Preview of a clean-up by age or size; deletes nothing' })
    .input(
      z.object({
        olderThanDays: daysSchema.optional(),
        minBytes: z.number().nonnegative().optional(),
        state: z.enum(['active', 'archived', 'all']).default('active'),
      }),
    )
    .output(cleanUpSchema),
  emptyTrash: call
    .route({ method: 'POST', path: '/library/empty-trash', summary: 'Permanently delete everything in the trash' })
    .output(z.object({ erased: z.int() })),
}
