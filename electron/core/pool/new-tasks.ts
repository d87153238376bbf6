import { TaskQueue } from '../queue/task-queue.ts'
import { Asks } from './asks.ts'
import type { Leases } from './leases.ts'
import { PoolAdapter, type PoolAdapterDeps } from './pool-adapter.ts'
import type { PoolDeps } from './pool-deps.ts'
import { PoolTasks } from './pool-tasks.ts'
import type { Publisher } from './publisher.ts'

export type NewTasksDeps = PoolAdapterDeps &
  Pick<PoolDeps, 'openQueue'> & { onTasks: PoolDeps['onTasks'] | undefined; publisher: Publisher; leases: Leases }

/** The pool's tasks: the queue, the adapter that it works with, and those who ask. */
export function newTasks({ openQueue, onTasks, publisher, ...deps }: NewTasksDeps): PoolTasks {
  const { conversations, instances, growth, leases, checkBudget, policies } = deps
  const queue = new TaskQueue({
    pool: new PoolAdapter(deps),
    open: openQueue,
    onTask: (task) => {
      onTasks?.([task])
      publisher.task(task)
    },
    onBatch: (tasks) => onTasks?.(tasks),
    onQueue: () => publisher.queueChanged(),
  })
  const asks = new Asks({ queue, checkBudget, strategy: () => policies.policy.strategy })
  return new PoolTasks({ instances, conversations, queue, asks, growth, leases })
}
