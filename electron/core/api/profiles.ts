import { api } from './context.ts'
import { withoutNul } from './without-nul.ts'

/** Profiles, and the instances made from them: contract call to core call. */
export const profiles = {
  list: api.profiles.list.handler(async ({ context }) => ({ items: await context.core.setup.profiles.list(), nextCursor: null })),
  create: api.profiles.create.handler(({ context, input }) => context.core.setup.profiles.create(withoutNul(input))),
  get: api.profiles.get.handler(({ context, input }) => context.core.setup.profiles.get(input.id)),
  update: api.profiles.update.handler(({ context, input: { id, ...patch } }) => context.core.setup.profiles.update(id, withoutNul(patch))),
  remove: api.profiles.remove.handler(async ({ context, input }) => {
    await context.core.setup.profiles.remove(input.id)
    return { removed: true as const }
  }),
  export: api.profiles.export.handler(({ context, input }) => context.core.setup.profiles.export(input.ids)),
  import: api.profiles.import.handler(({ context, input: { text, dryRun } }) => context.core.setup.profiles.import(text, dryRun)),
  ofInstance: api.profiles.ofInstance.handler(({ context, input }) => context.core.setup.profiles.ofInstance(input.id)),
  takeOver: api.profiles.takeOver.handler(({ context, input: { id, fields } }) => context.core.setup.profiles.takeOver(id, fields)),
  leave: api.profiles.leave.handler(({ context, input }) => context.core.setup.profiles.leave(input.id)),
}
