import { useEffect, useState } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { OpenTasks, Task } from '../../../shared/domain/task.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'

export type TaskView = 'open' | 'ended'

/** As many as a person looks through; the rest is said as a number. */
const mostShown = 300

export type TaskList = {
  tasks: readonly Task[]
  more: boolean
  /** What waits and what runs, counted by the same answer that the tasks are from. */
  open: OpenTasks
  problem: string | null
}

/**
 * The tasks as the core has them now, asked for anew whenever it says that the queue has changed, or what instances do: messages that
 * were sent into a conversation are among them.
 */
export function useTasks(view: TaskView): TaskList {
  const queue = usePool((state) => state.queue)
  const work = usePool((state) => workOf(state.instances.values()))
  const [page, setPage] = useState<Omit<TaskList, 'problem'> & { view: TaskView }>({ view, tasks: [], more: false, open: noTasks })
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let wanted = true
    const load = async () => {
      const { items, nextCursor, open } = await client.tasks.list({ state: view, limit: mostShown })
      if (wanted) setPage({ view, tasks: items, more: nextCursor !== null, open })
    }
    load().then(
      () => wanted && setProblem(null),
      (thrown: unknown) => wanted && setProblem(errorWords(thrown)),
    )
    return () => {
      wanted = false
    }
  }, [view, queue, work])
  return page.view === view ? { ...page, problem } : { tasks: [], more: false, open: page.open, problem }
}

const noTasks: OpenTasks = { waiting: 0, running: 0 }

/** Changes with what instances have to do. */
function workOf(instances: Iterable<Instance>): string {
  return [...instances].map(({ id, state, queued, conversationId }) => `${id} ${state} ${queued} ${conversationId}`).join('\n')
}
