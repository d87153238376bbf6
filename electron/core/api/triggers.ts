import { api } from './context.ts'

/** Triggers: contract call to core call. */
export const triggers = {
  list: api.triggers.list.handler(({ context }) => ({ items: context.core.triggers.list(), nextCursor: null })),
  create: api.triggers.create.handler(async ({ context, input }) => {
    const { trigger, secret } = await context.core.triggers.create(input)
    return { ...trigger, secret }
  }),
  get: api.triggers.get.handler(({ context, input }) => context.core.triggers.get(input.id)),
  update: api.triggers.update.handler(async ({ context, input: { id, ...patch } }) => {
    const { trigger, secret } = await context.core.triggers.update(id, patch)
    return { ...trigger, secret }
  }),
  remove: api.triggers.remove.handler(async ({ context, input }) => {
    await context.core.triggers.remove(input.id)
    return { removed: true as const }
  }),
  fire: api.triggers.fire.handler(({ context, input }) => context.core.triggers.fire(input.id, input.payload)),
  resume: api.triggers.resume.handler(({ context, input }) => context.core.triggers.resume(input.id)),
  history: api.triggers.history.handler(({ context, input: { id, ...page } }) => context.core.triggers.history(id, page)),
  renewSecret: api.triggers.renewSecret.handler(({ context, input }) => context.core.triggers.renewSecret(input.id)),
  readTime: api.triggers.readTime.handler(({ context, input }) => context.core.triggers.readTime(input)),
  matchingFiles: api.triggers.matchingFiles.handler(({ context, input }) => context.core.triggers.matchingFiles(input)),
}
