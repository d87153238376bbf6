import { useState } from 'react'
import { Virtuoso } from 'react-virtuoso'
import type { Batch, QueueStatus } from '../../../shared/domain/task.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { Button } from '../../ui/button.tsx'
import { act } from './act.ts'
import { TaskRow } from './task-row.tsx'
import { openWords } from './task-words.ts'
import { useTasks, type TaskList, type TaskView } from './use-tasks.ts'

/** Work that waits for whoever is free, how far each batch is, and what has ended. */
export function QueueSection() {
  const queue = usePool((state) => state.queue)
  const [view, setView] = useState<TaskView>('open')
  const list = useTasks(view)
  if (!queue) return null
  return (
    <section>
      <div className="pool-head">
        <h2>Queue</h2>
        <span className="pool-why figure">{openWords(list.open)}</span>
        <div className="pool-views">
          <Button small variant="quiet" aria-pressed={view === 'open'} onClick={() => setView('open')}>
            Open
          </Button>
          <Button small variant="quiet" aria-pressed={view === 'ended'} onClick={() => setView('ended')}>
            Ended
          </Button>
        </div>
      </div>
      {queue.heldBy !== null && queue.waiting > 0 && <Held queue={queue} />}
      {queue.batches.slice(0, 5).map((batch) => (
        <BatchLine key={batch.id} batch={batch} />
      ))}
      <TaskRows view={view} list={list} />
    </section>
  )
}

function Held({ queue }: { queue: QueueStatus }) {
  return (
    <output className="pool-held">
      {queue.heldBy}.
      {queue.limitedUntil !== null && (
        <Button small onClick={() => act(client.tasks.tryNow())}>
          Try now
        </Button>
      )}
    </output>
  )
}

function TaskRows({ view, list: { tasks, more, problem } }: { view: TaskView; list: TaskList }) {
  if (problem !== null)
    return (
      <p className="problem" role="alert">
        {problem}
      </p>
    )
  if (tasks.length === 0) {
    const words =
      view === 'open' ? 'The queue is empty. Add prompts above; the next free instance takes them.' : 'Nothing has finished yet.'
    return <p className="pool-why">{words}</p>
  }
  return (
    <>
      <Virtuoso
        className="pool-tasks"
        style={{ height: Math.min(360, tasks.length * rowHeight) }}
        data={tasks}
        computeItemKey={(_, task) => task.id}
        fixedItemHeight={rowHeight}
        itemContent={(index, task) => <TaskRow task={task} above={previousWaiting(tasks, index)} />}
      />
      {more && <p className="pool-why">Only the first {tasks.length} are shown; the rest follow in order.</p>}
    </>
  )
}

const rowHeight = 45

function BatchLine({ batch }: { batch: Batch }) {
  const { id, title, total, waiting, running, done, failed, cancelled } = batch
  const parts = [
    `${done} of ${total} done`,
    running > 0 ? `${running} running` : null,
    failed > 0 ? `${failed} failed` : null,
    cancelled > 0 ? `${cancelled} cancelled` : null,
  ]
  return (
    <div className="pool-batch">
      <span className="pool-batch-title">{title}</span>
      <progress max={total} value={done + failed + cancelled} aria-label={`Batch: ${title}`} />
      <span className="figure pool-why">{parts.filter((part) => part !== null).join(' · ')}</span>
      {failed > 0 && (
        <Button small onClick={() => act(client.tasks.retryBatch({ id }))}>
          Retry failed
        </Button>
      )}
      {waiting > 0 && (
        <Button small variant="quiet" onClick={() => act(client.tasks.cancelBatch({ id }))}>
          Cancel {waiting}
        </Button>
      )}
    </div>
  )
}

/** The waiting task before which a row would have to go to move up by one. */
function previousWaiting(tasks: readonly { id: string; state: string; kind: string }[], index: number): string | null {
  const above = tasks[index - 1]
  return above?.state === 'waiting' && above.kind === 'queue' ? above.id : null
}
