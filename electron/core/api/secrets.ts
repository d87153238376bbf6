import { api } from './context.ts'

/** Secrets by name: contract call to core call. */
export const secrets = {
  list: api.secrets.list.handler(({ context }) => context.core.setup.secrets.list()),
  set: api.secrets.set.handler(({ context, input: { name, value } }) => context.core.setup.secrets.set(name, value)),
  remove: api.secrets.remove.handler(async ({ context, input }) => {
    await context.core.setup.secrets.remove(input.name)
    return { removed: true as const }
  }),
}
