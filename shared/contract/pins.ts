import { z } from 'zod'
import { pageOf } from '../domain/common.ts'
import { pinIdSchema, pinSchema } from '../domain/pin.ts'
import { call } from './base.ts'

const byId = z.object({ id: pinIdSchema })

/** What is kept at the top of the sidebar. */
export const pins = {
  list: call
    .route({ method: 'GET', path: '/pins', summary: 'List pinned instances and conversations, the first pinned first' })
    .output(pageOf(pinSchema)),
  add: call
    .route({ method: 'PUT', path: '/pins/{id}', summary: 'Pin an instance or a conversation to the top of the sidebar' })
    .input(byId)
    .output(pinSchema),
  remove: call
    .route({ method: 'DELETE', path: '/pins/{id}', summary: 'Unpin; what was not pinned stays so' })
    .input(byId)
    .output(z.object({ removed: z.literal(true) })),
}
