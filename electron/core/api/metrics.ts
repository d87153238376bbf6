import { api } from './context.ts'

/** Figures about turns: contract call to core call. */
export const metrics = {
  summary: api.metrics.summary.handler(({ context, input }) => context.core.metrics.summary(input)),
  series: api.metrics.series.handler(({ context, input }) => context.core.metrics.series(input)),
  distribution: api.metrics.distribution.handler(({ context, input }) => context.core.metrics.distribution(input)),
  turns: api.metrics.turns.handler(({ context, input }) => context.core.metrics.turns(input)),
  values: api.metrics.values.handler(({ context, input }) => context.core.metrics.values(input)),
  samples: api.metrics.samples.handler(({ context, input }) => context.core.metrics.samples(input)),
  runs: api.metrics.runs.handler(({ context, input }) => context.core.metrics.runs(input)),
  topics: api.metrics.topics.handler(({ context, input }) => context.core.metrics.topics(input)),
  incidents: api.metrics.incidents.handler(({ context, input }) => context.core.metrics.incidents(input)),
  csv: api.metrics.csv.handler(({ context, input }) => context.core.metrics.csv(input)),
  budgets: api.metrics.budgets.handler(async ({ context }) => {
    const { budgets } = context.core.metrics
    return { ...(await budgets.status()), budgets: [...budgets.all] }
  }),
  setBudgets: api.metrics.setBudgets.handler(async ({ context, input }) => {
    const { budgets } = context.core.metrics
    return { ...(await budgets.replace(input.budgets)), budgets: [...budgets.all] }
  }),
  rebuild: api.metrics.rebuild.handler(async ({ context }) => {
    await context.core.metrics.rebuild()
    return { started: true as const }
  }),
  conversation: api.metrics.conversation.handler(({ context, input }) => context.core.metrics.conversation(input.id)),
}
