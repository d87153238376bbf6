import { useEffect, useState } from 'react'
import type { Task } from '../../../shared/domain/task.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'

export type TaskView = 'open' | 'ended'

/** As many as a person looks through; the rest is said as a number. */
const mostShown = 300

/** The queue's tasks as the core has them now, asked for anew whenever it says that the queue has changed. */
export function useTasks(view: TaskView): { tasks: readonly Task[]; more: boolean; problem: string | null } {
  const queue = usePool((state) => state.queue)
  const [page, setPage] = useState<{ view: TaskView; tasks: readonly Task[]; more: boolean }>({ view, tasks: [], more: false })
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let wanted = true
    const load = async () => {
      const { items, nextCursor } = await client.tasks.list({ state: view, limit: mostShown })
      if (wanted) setPage({ view, tasks: items, more: nextCursor !== null })
    }
    load().then(
      () => wanted && setProblem(null),
      (thrown: unknown) => wanted && setProblem(errorWords(thrown)),
    )
    return () => {
      wanted = false
    }
  }, [view, queue])
  return page.view === view ? { ...page, problem } : { tasks: [], more: false, problem }
}
