import { z } from 'zod'
import { shellBlockSchema } from '../domain/attachment.ts'
import { idSchema, pageOf } from '../domain/common.ts'
import { shellCommandSchema, shellRunSchema } from '../domain/shell-run.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })

/** Command lines of the user's, in the folder of a conversation. */
export const shell = {
  run: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/shell',
      summary: "Run a command line with the user's own shell in the conversation's folder; its output joins the draft for Claude",
    })
    .input(byId.extend({ command: shellCommandSchema, wait: z.boolean().default(false) }))
    .output(z.object({ shellId: idSchema, /** With `wait`: how it ended. */ shell: shellBlockSchema.optional() })),
  list: call
    .route({ method: 'GET', path: '/conversations/{id}/shell', summary: 'The commands that run in it' })
    .input(byId)
    .output(pageOf(shellRunSchema)),
  stop: call
    .route({ method: 'POST', path: '/conversations/{id}/shell/{shellId}/stop', summary: 'Stop a command and all that it started' })
    .input(byId.extend({ shellId: idSchema }))
    .output(z.object({ stopped: z.literal(true) })),
}
