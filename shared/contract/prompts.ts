import { z } from 'zod'
import { idSchema, pageOf } from '../domain/common.ts'
import { savedPromptInputSchema, savedPromptSchema } from '../domain/saved-prompt.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })

/** Prompts to use again. */
export const prompts = {
  list: call.route({ method: 'GET', path: '/prompts', summary: 'List saved prompts by name' }).output(pageOf(savedPromptSchema)),
  create: call
    .route({ method: 'POST', path: '/prompts', summary: 'Save a prompt; `{{name}}` in it is a blank to fill', successStatus: 201 })
    .input(savedPromptInputSchema)
    .output(savedPromptSchema),
  update: call
    .route({ method: 'PATCH', path: '/prompts/{id}', summary: 'Rename or change a saved prompt' })
    .input(byId.extend(savedPromptInputSchema.partial().shape))
    .output(savedPromptSchema),
  remove: call
    .route({ method: 'DELETE', path: '/prompts/{id}', summary: 'Delete a saved prompt' })
    .input(byId)
    .output(z.object({ removed: z.literal(true) })),
}
