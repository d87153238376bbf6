import { api } from './context.ts'

/** Search: contract call to core call. */
export const search = {
  find: api.search.find.handler(({ context, input, signal }) => context.core.search.find(input, signal)),
  status: api.search.status.handler(({ context }) => context.core.search.status()),
  rebuild: api.search.rebuild.handler(({ context }) => context.core.search.rebuild()),
}
