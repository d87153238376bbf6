import { z } from 'zod'
import { draftInputSchema, draftKeySchema, draftNewsSchema, draftSchema } from '../domain/draft.ts'
import { call } from './base.ts'

const byKey = z.object({ id: draftKeySchema })

/** What is written and not sent. */
export const drafts = {
  get: call
    .route({
      method: 'GET',
      path: '/conversations/{id}/draft',
      summary: 'What is written and not sent in a conversation, on the page of an instance, or under `new`',
    })
    .input(byKey.extend({ /** Parts that need not be sent again: they are named only. */ known: z.array(z.uuid()).max(60).optional() }))
    .output(draftNewsSchema),
  put: call
    .route({ method: 'PUT', path: '/conversations/{id}/draft', summary: 'Keep a draft; the newest wins' })
    .input(byKey.extend(draftInputSchema.shape))
    .output(draftSchema.omit({ parts: true }).extend({ parts: z.array(z.object({ id: z.string() })) })),
}
