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
  move: call
    .route({ method: 'PATCH', path: '/pins/{id}', summary: 'Move a pin one place up or down among those of its kind' })
    .input(byId.extend({ move: z.enum(['up', 'down']) }))
    .output(pageOf(pinSchema)),
  remove: call
    .route({ method: 'DELETE', path: '/pins/{id}', summary: 'Unpin; what was not pinned stays so' })
    .input(byId)
    .output(z.object({ removed: z.literal(true) })),
}
