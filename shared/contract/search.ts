import { z } from 'zod'
import { idSchema, instanceIdSchema, pageOf, timeSchema } from '../domain/common.ts'
import { partySchema } from '../domain/conversation.ts'
import { roleSchema } from '../domain/message.ts'
import { searchHitSchema, searchIndexSchema } from '../domain/search.ts'
import { call } from './base.ts'

/** Full text over conversations and the vault. */
export const search = {
  find: call
    .route({
      method: 'GET',
      path: '/search',
      summary: 'Search all messages, tool input and output, titles and tags',
      description:
        'Words, "phrases", begin*, *inside*, -not, this OR that, and role: tool: instance: folder: tag: before: after: on: is:archived. ' +
        'The last word may be unfinished; end with a space to mean it as it stands.',
    })
    .input(
      z.object({
        q: z.string().max(2_000),
        state: z.enum(['active', 'archived', 'all']).default('all'),
        role: roleSchema.optional(),
        instanceId: instanceIdSchema.optional(),
        /** Only in conversations of this pair, or of one side of it. */
        source: partySchema.optional(),
        target: partySchema.optional(),
        /** Only in this conversation. */
        conversationId: idSchema.optional(),
        /** From this time on. */
        from: timeSchema.optional(),
        /** Up to, but not, this time. */
        to: timeSchema.optional(),
        /** `relevance` puts the best of the newest 1,000 that fit first; the older ones follow, the newest first. */
        sort: z.enum(['newest', 'relevance']).default('newest'),
        cursor: z.string().max(100).optional(),
        limit: z.int().min(1).max(100).default(20),
      }),
    )
    .output(
      pageOf(searchHitSchema).extend({
        /** What of the search was not understood, or not looked for, for the user. */
        notes: z.array(z.string()),
        /** No whole word fitted: these are messages with words that hold it somewhere inside. */
        inside: z.boolean(),
        index: searchIndexSchema,
      }),
    ),
  status: call.route({ method: 'GET', path: '/search/index', summary: 'Progress of the search index' }).output(searchIndexSchema),
  rebuild: call
    .route({ method: 'POST', path: '/search/rebuild', summary: 'Rebuild the search index; searching stays available' })
    .output(searchIndexSchema),
}
