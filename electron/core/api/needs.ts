import { api } from './context.ts'
import { needsOf } from './needs-of.ts'

/** What waits for a person: contract call to core call. */
export const needs = {
  list: api.needs.list.handler(({ context: { core } }) => ({
    items: needsOf({
      approvals: core.pool.approvals(),
      runs: core.runs.store.asking(),
      nameOf: (id) => core.pool.instances.list().find((instance) => instance.id === id)?.name,
    }),
    nextCursor: null,
  })),
}
