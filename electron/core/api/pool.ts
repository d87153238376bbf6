import { api } from './context.ts'

/** The instances together: contract call to core call. */
export const pool = {
  status: api.pool.status.handler(({ context }) => context.core.pool.policies.status()),
  update: api.pool.update.handler(({ context, input }) => context.core.pool.policies.update(input)),
  ask: api.pool.ask.handler(({ context, input }) => context.core.pool.tasks.ask(input)),
}
