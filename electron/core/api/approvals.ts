import { decideSeveral } from '../pool/decide-several.ts'
import { api } from './context.ts'

/** Permission questions: contract call to core call. */
export const approvals = {
  list: api.approvals.list.handler(({ context }) => ({ items: context.core.pool.approvals(), nextCursor: null })),
  decideSeveral: api.approvals.decideSeveral.handler(({ context: { core }, input: { ids, ...decision } }) =>
    decideSeveral(ids, decision, { waiting: core.pool.approvals(), decide: (id, one) => core.pool.decide(id, one) }),
  ),
  decide: api.approvals.decide.handler(async ({ context, input: { id, ...decision } }) => {
    const turnId = await context.core.pool.decide(id, decision)
    return { decided: true as const, ...(turnId === null ? {} : { turnId }) }
  }),
}
