import { TaskQueue } from '../queue/task-queue.ts'
import { Asks } from './asks.ts'
import type { Leases } from './leases.ts'
import { PoolAdapter, type PoolAdapterDeps } from './pool-adapter.ts'
import type { PoolDeps } from './pool-deps.ts'
import { PoolTasks } from './pool-tasks.ts'
import type { Publisher } from './publisher.ts'

type Given = Pick<PoolDeps, 'conversations' | 'openQueue' | 'checkBudget' | 'sessionHas' | 'onTasks'>
export type NewTasksParts = Omit<PoolAdapterDeps, keyof Given> & { publisher: Publisher; leases: Leases }

/** The pool's tasks: the queue, the adapter that it works with, and those who ask. */
export function newTasks(given: Given, { publisher, ...parts }: NewTasksParts): PoolTasks {
  const { conversations, openQueue, checkBudget, sessionHas, onTasks } = given
  const { instances, growth, leases, policies } = parts
  const queue = new TaskQueue({
    pool: new PoolAdapter({ conversations, checkBudget, sessionHas, ...parts }),
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
