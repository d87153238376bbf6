import { AppError } from '../../../shared/app-error.ts'
import type { Batch, Task } from '../../../shared/domain/task.ts'
import type { Core } from '../core.ts'
import type { TaskInput } from '../queue/queue-task.ts'
import { openCounts } from '../pool/pool-tasks.ts'
import { api } from './context.ts'
import { workOf } from './work-of.ts'

/** What waits: contract call to core call. */
export const tasks = {
  list: api.tasks.list.handler(({ context, input: { state, cursor, limit, ...filter } }) => {
    const { tasks: all } = context.core.pool
    const open = all.list(filter)
    const ended = state === 'open' ? [] : all.ended(filter)
    const page = pageOf([...(state === 'ended' ? [] : open), ...ended], Number(cursor ?? 0), limit)
    return { ...page, open: openCounts(open) }
  }),
  create: api.tasks.create.handler(({ context: { core }, input: { key, ...input } }) =>
    core.lookup.keys.call({
      key,
      prefix: 'task',
      body: ['task', input],
      begin: (ids) => core.pool.tasks.submit({ ...workOf(withDeadline(input)), ids }),
      again: async ({ id, turnId }) => ((await core.lookup.knows(id, turnId)) ? core.lookup.task(id) : null),
    }),
  ),
  createBatch: api.tasks.createBatch.handler(({ context: { core }, input }) => handInBatch(core, input)),
  createBatchOfTasks: api.tasks.createBatchOfTasks.handler(({ context: { core }, input }) => handInBatch(core, input)),
  get: api.tasks.get.handler(({ context, input }) => context.core.lookup.task(input.id)),
  update: api.tasks.update.handler(({ context, input: { id, ...change } }) => context.core.pool.tasks.update(id, change)),
  retry: api.tasks.retry.handler(({ context, input }) => context.core.pool.tasks.queue.retry(input.id)),
  cancel: api.tasks.cancel.handler(async ({ context, input }) => {
    await context.core.pool.tasks.cancel(input.id)
    return { cancelled: true as const }
  }),
  queue: api.tasks.queue.handler(({ context }) => context.core.pool.tasks.queue.status()),
  batches: api.tasks.batches.handler(({ context }) => ({ items: context.core.pool.tasks.queue.batches(), nextCursor: null })),
  getBatch: api.tasks.getBatch.handler(async ({ context: { core }, input: { id, ...page } }) => {
    const counts = core.lookup.batchCounts(id)
    if (counts === null) throw new AppError('NOT_FOUND', 'There is no such batch. GET /batches lists the newest.')
    return { ...counts, ...(await core.lookup.batch(id, page)) }
  }),
  cancelBatch: api.tasks.cancelBatch.handler(async ({ context, input }) => ({
    cancelled: await context.core.pool.tasks.queue.cancelBatch(input.id),
  })),
  retryBatch: api.tasks.retryBatch.handler(async ({ context, input }) => ({
    retried: await context.core.pool.tasks.queue.retryBatch(input.id),
  })),
  tryNow: api.tasks.tryNow.handler(({ context }) => {
    context.core.pool.tasks.queue.tryNow()
    return { limitedUntil: null }
  }),
}

type BatchInput = Timed &
  Omit<TaskInput, 'text' | 'ids' | 'launch'> & { new?: TaskInput['launch'] } & { texts: readonly string[]; key?: string | undefined }

function handInBatch(core: Core, { key, ...input }: BatchInput): Promise<Batch> {
  return core.lookup.keys.call({
    key,
    prefix: 'batch',
    body: ['batch', input],
    begin: (ids) => core.pool.tasks.submitBatch({ ...workOf(withDeadline(input)), ids }),
    again: ({ id }) => Promise.resolve(core.lookup.batchCounts(id)),
  })
}

type Timed = { timeoutSeconds?: number | undefined; deadlineSeconds?: number | undefined }

/** How long it may take, by either name. */
function withDeadline<T extends Timed>({
  timeoutSeconds,
  deadlineSeconds,
  ...input
}: T): Omit<T, keyof Timed> & Pick<Timed, 'deadlineSeconds'> {
  if (timeoutSeconds !== undefined && deadlineSeconds !== undefined && timeoutSeconds !== deadlineSeconds)
    throw new AppError('BAD_REQUEST', '“timeoutSeconds” and “deadlineSeconds” mean the same. Send only the first.', {
      data: { field: 'deadlineSeconds', nearest: 'timeoutSeconds' },
    })
  return { ...input, deadlineSeconds: timeoutSeconds ?? deadlineSeconds }
}

function pageOf(tasks: Task[], from: number, limit: number): { items: Task[]; nextCursor: string | null } {
  const items = tasks.slice(from, from + limit)
  return { items, nextCursor: from + limit < tasks.length ? String(from + limit) : null }
}
