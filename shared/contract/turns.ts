import { z } from 'zod'
import { idSchema } from '../domain/common.ts'
import { turnStatusSchema } from '../domain/turn.ts'
import { call } from './base.ts'

/** Turns by their ids, whichever call began them. */
export const turns = {
  get: call
    .route({ method: 'GET', path: '/turns/{id}', summary: 'Read a turn, also long after; or wait for its end' })
    .input(
      z.object({
        id: idSchema,
        /** Answers once it has ended, or after so long as it is then. */
        waitSeconds: z.number().min(0).max(3_600).default(0),
      }),
    )
    .output(turnStatusSchema),
}
