import { z } from 'zod'
import { idSchema, instanceIdSchema, pageOf } from '../domain/common.ts'
import { openerKindSchema, openerSchema } from '../domain/opener.ts'
import { call } from './base.ts'

/** Programs of this machine that show a folder or a file. */
export const openers = {
  list: call
    .route({ method: 'GET', path: '/openers', summary: 'The editors, terminals and file managers that were found here' })
    .output(pageOf(openerSchema)),
  open: call
    .route({
      method: 'POST',
      path: '/open',
      summary: "Show a file or folder of a conversation or an instance in a program of the machine's",
    })
    .input(
      z.object({
        conversationId: idSchema.optional(),
        instanceId: instanceIdSchema.optional(),
        path: z.string().max(40_000).optional().describe('Within its folder, or absolute; the folder itself when absent.'),
        line: z.int().positive().optional(),
        with: z
          .union([openerKindSchema, z.string().max(200)])
          .default('editor')
          .describe("An opener's id, or a kind: the one that was chosen in the settings, else the first found."),
      }),
    )
    .output(z.object({ opened: z.literal(true), with: z.string() })),
}
