import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { asideEventSchema, asideSchema, longestAside } from '../domain/aside.ts'
import { idSchema } from '../domain/common.ts'
import { conversationSchema, titleSchema } from '../domain/conversation.ts'
import { call } from './base.ts'

const byConversation = z.object({ id: idSchema })
const byAside = byConversation.extend({ asideId: idSchema })

/** Side questions about a conversation. They leave no trace in it. */
export const asides = {
  ask: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/aside',
      summary: 'Ask something about a conversation beside it: Claude knows what was said, can only read, and forgets it',
    })
    .input(
      byConversation.extend({
        text: z.string().trim().min(1, 'Ask something.').max(longestAside, `A side question has at most ${longestAside} characters.`),
        asideId: idSchema.optional().describe('A further question of the same side talk.'),
        wait: z.boolean().default(false),
      }),
    )
    .output(asideSchema),
  get: call
    .route({ method: 'GET', path: '/conversations/{id}/aside/{asideId}', summary: 'A side question and its answer so far' })
    .input(byAside)
    .output(asideSchema),
  events: call
    .route({ method: 'GET', path: '/conversations/{id}/aside/{asideId}/events', summary: 'What happens in it, as server-sent events' })
    .input(byAside)
    .output(eventIterator(asideEventSchema)),
  stop: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/aside/{asideId}/stop',
      summary: 'Stop the answer; what has come stays until it is closed',
    })
    .input(byAside)
    .output(asideSchema),
  keep: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/aside/{asideId}/keep',
      summary: 'A new conversation that continues from the present one with these questions and answers',
      successStatus: 201,
    })
    .input(byAside.extend({ title: titleSchema.optional() }))
    .output(conversationSchema),
  close: call
    .route({ method: 'DELETE', path: '/conversations/{id}/aside/{asideId}', summary: 'Close it: nothing of it is left' })
    .input(byAside)
    .output(z.object({ closed: z.literal(true) })),
}
