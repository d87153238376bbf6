import { api } from './context.ts'

/** All conversations together: contract call to core call. */
export const library = {
  list: api.library.list.handler(({ context, input: { offset, limit, ...query } }) =>
    context.core.library.window(query, { offset, limit }),
  ),
  ids: api.library.ids.handler(async ({ context, input }) => ({ ids: await context.core.library.ids(input) })),
  facets: api.library.facets.handler(({ context }) => context.core.library.facets()),
  act: api.library.act.handler(({ context, input: { action, ids, tags } }) => context.core.library.act(action, ids, tags)),
  cleanUp: api.library.cleanUp.handler(({ context, input }) => context.core.library.cleanUp(input)),
  emptyTrash: api.library.emptyTrash.handler(async ({ context }) => ({ erased: await context.core.library.emptyTrash() })),
}
