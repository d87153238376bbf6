import { mostRules } from '../rules/rule-book.ts'
import { api } from './context.ts'

/** Rules about tools: contract call to core call. */
export const rules = {
  list: api.rules.list.handler(({ context }) => ({ items: context.core.rules.list(), nextCursor: null, most: mostRules })),
  create: api.rules.create.handler(({ context, input: { confirm, ...draft } }) => {
    if (draft.instanceId !== undefined) context.core.pool.instances.get(draft.instanceId)
    return context.core.rules.create(draft, confirm === true)
  }),
  update: api.rules.update.handler(({ context, input: { id, ...patch } }) => {
    if (typeof patch.instanceId === 'string') context.core.pool.instances.get(patch.instanceId)
    return context.core.rules.update(id, patch)
  }),
  remove: api.rules.remove.handler(async ({ context, input: { id } }) => {
    await context.core.rules.remove(id)
    return { removed: true as const }
  }),
  restore: api.rules.restore.handler(({ context, input: { id } }) => context.core.rules.restore(id)),
}
