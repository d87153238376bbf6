import { api } from './context.ts'

/** Prompts to use again: contract call to core call. */
export const prompts = {
  list: api.prompts.list.handler(({ context }) => ({ items: context.core.prompts.list(), nextCursor: null })),
  create: api.prompts.create.handler(({ context, input }) => context.core.prompts.create(input)),
  update: api.prompts.update.handler(({ context, input: { id, ...change } }) => context.core.prompts.update(id, change)),
  remove: api.prompts.remove.handler(async ({ context, input }) => {
    await context.core.prompts.remove(input.id)
    return { removed: true as const }
  }),
}
