import { z } from 'zod'
import { idSchema, pageOf } from '../domain/common.ts'
import {
  firedSchema,
  firingSchema,
  matchingFilesSchema,
  readTimeSchema,
  triggerConfigSchema,
  triggerPatchSchema,
  triggerSchema,
} from '../domain/trigger.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })
const withSecret = triggerSchema.extend({
  secret: z.string().nullable().describe('What callers of a hook sign with, where it is new. It is never shown again.'),
})

/** What starts runs by itself: times, files, commits, other runs and calls. */
export const triggers = {
  list: call
    .route({ method: 'GET', path: '/triggers', summary: 'List triggers, the oldest first' })
    .output(z.object({ items: z.array(triggerSchema), nextCursor: z.null() })),
  create: call
    .route({ method: 'POST', path: '/triggers', summary: 'Create a trigger', successStatus: 201 })
    .input(triggerConfigSchema)
    .output(withSecret),
  get: call.route({ method: 'GET', path: '/triggers/{id}', summary: 'Read a trigger' }).input(byId).output(triggerSchema),
  update: call
    .route({ method: 'PATCH', path: '/triggers/{id}', summary: 'Change a trigger, or switch it on or off' })
    .input(byId.extend(triggerPatchSchema.shape))
    .output(withSecret),
  remove: call
    .route({ method: 'DELETE', path: '/triggers/{id}', summary: 'Delete a trigger and its history; runs that it has started go on' })
    .input(byId)
    .output(z.object({ removed: z.literal(true) })),
  fire: call
    .route({ method: 'POST', path: '/triggers/{id}/fire', summary: 'Fire a trigger now, also one that is off' })
    .input(byId.extend({ payload: z.record(z.string(), z.unknown()).optional().describe('What its inputs read as `trigger`.') }))
    .output(firedSchema),
  resume: call
    .route({ method: 'POST', path: '/triggers/{id}/resume', summary: 'Resume a trigger that has paused itself after failures' })
    .input(byId)
    .output(triggerSchema),
  history: call
    .route({ method: 'GET', path: '/triggers/{id}/history', summary: 'List the firings of a trigger, the newest first' })
    .input(byId.extend({ cursor: idSchema.optional(), limit: z.int().min(1).max(500).default(50) }))
    .output(pageOf(firingSchema)),
  renewSecret: call
    .route({ method: 'POST', path: '/triggers/{id}/secret', summary: 'Make a new secret for a hook; the old one counts no more' })
    .input(byId)
    .output(z.object({ secret: z.string() })),
  /** BAD_REQUEST says what can be written instead. */
  readTime: call
    .route({ method: 'POST', path: '/triggers/time', summary: 'Read a time in words or cron, and say its next five times' })
    .input(z.object({ text: z.string().trim().min(1).max(200), timeZone: z.string().trim().min(1).max(100).optional() }))
    .output(readTimeSchema),
  matchingFiles: call
    .route({ method: 'POST', path: '/triggers/files', summary: 'Count the files that a pattern means in a folder now' })
    .input(z.object({ folder: z.string().trim().min(1).max(4_000), glob: z.string().trim().min(1).max(1_000).default('**/*') }))
    .output(matchingFilesSchema),
}
