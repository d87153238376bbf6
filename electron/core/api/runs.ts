import { AppError } from '../../../shared/app-error.ts'
import { stepDecisionSchema, type StepDecision } from '../../../shared/domain/run.ts'
import { api } from './context.ts'
import { withIds } from './stream.ts'

/** Runs: contract call to core call. */
export const runs = {
  list: api.runs.list.handler(({ context, input: { state, nested, ...page } }) =>
    context.core.runs.store.list({ ...page, topOnly: !nested, ...(state === undefined ? {} : { states: [state].flat() }) }),
  ),
  start: api.runs.start.handler(async ({ context: { core, fromProgram }, input: { wait, key, ...request }, signal }) => {
    const id = await core.runs.start(request, { key, cause: { kind: fromProgram === true ? 'call' : 'person' } })
    return wait ? { id, run: await core.runs.settled(id, signal) } : { id }
  }),
  get: api.runs.get.handler(({ context, input }) => context.core.runs.store.get(input.id)),
  pause: api.runs.pause.handler(({ context, input }) => context.core.runs.store.control(input.id, 'pause')),
  resume: api.runs.resume.handler(({ context, input }) => context.core.runs.store.control(input.id, 'resume')),
  cancel: api.runs.cancel.handler(({ context, input }) => context.core.runs.store.control(input.id, 'cancel')),
  retry: api.runs.retry.handler(({ context, input }) => context.core.runs.store.control(input.id, 'retry', input.step)),
  step: api.runs.step.handler(({ context, input }) => context.core.runs.store.step(input.id, input.step)),
  decide: api.runs.decide.handler(({ context, input: { id, step, since, ...said } }) =>
    context.core.runs.store.decide(id, step, decisionOf(said), since),
  ),
  items: api.runs.items.handler(({ context, input: { id, step, state, ...page } }) =>
    context.core.runs.store.items(id, step, { ...page, ...(state === undefined ? {} : { states: [state].flat() }) }),
  ),
  events: api.runs.events.handler(({ context, input, lastEventId, signal }) =>
    withIds(context.core.runs.events(input.id, { lastEventId, signal }), context.drained),
  ),
}

/** Which fields each decision takes. */
const fields: Readonly<Record<StepDecision['decision'], readonly string[]>> = {
  approve: ['message'],
  reject: ['message'],
  retry: ['index'],
  skip: ['message'],
  done: ['message', 'output'],
  edit: ['prompt'],
}

/** Throws BAD_REQUEST for a field that does not belong to the decision, so that nothing is dropped silently. */
function decisionOf(said: { decision: StepDecision['decision'] } & Record<string, unknown>): StepDecision {
  const { decision } = said
  for (const [field, value] of Object.entries(said)) {
    if (value === undefined || field === 'decision' || fields[decision].includes(field)) continue
    throw new AppError('BAD_REQUEST', `“${decision}” takes no “${field}”. Leave it out. Nothing was done.`, { data: { field } })
  }
  const read = stepDecisionSchema.safeParse(said)
  if (read.success) return read.data
  throw new AppError('BAD_REQUEST', 'An edit needs the new “prompt”.', { data: { field: 'prompt' } })
}
