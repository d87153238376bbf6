import { ArrowUp, RotateCcw, X } from 'lucide-react'
import type { Task } from '../../../shared/domain/task.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { act } from './act.ts'
import { boundMarks } from '../../words/bound-marks.ts'
import { clippedWords } from '../../words/clip-text.ts'
import { taskLine } from './task-words.ts'

/** Of a task's words so many stand on its line. */
const longestWords = 500

const priorities = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]

/** One task: what it says, where it is, and what can be done with it. `above`: the waiting one it can be moved before. */
export function TaskRow({ task, above }: { task: Task; above: string | null }) {
  const name = usePool((state) => (task.instanceId === null ? null : (state.instances.get(task.instanceId)?.name ?? null)))
  const { id, state, kind, conversationId } = task
  const text = wordsOf(task)
  const waits = state === 'waiting' && kind === 'queue'
  const ended = state === 'failed' || state === 'cancelled'
  return (
    <div className="pool-task" data-state={state}>
      <div className="pool-task-words">
        <p title={text}>{text}</p>
        <p className="pool-why">{taskLine(task, name)}</p>
      </div>
      {waits && <Aim task={task} />}
      {waits && (
        <select
          className="input"
          aria-label={`Priority of: ${text}`}
          value={task.priority}
          onChange={(event) => act(client.tasks.update({ id, priority: Number(event.target.value) }))}
        >
          {priorities.map((priority) => (
            <option key={priority} value={priority}>
              {priority}
            </option>
          ))}
        </select>
      )}
      {waits && above !== null && (
        <IconButton label="Move up" icon={ArrowUp} size={14} onClick={() => act(client.tasks.update({ id, before: above }))} />
      )}
      {ended && <IconButton label="Retry" icon={RotateCcw} size={14} onClick={() => act(client.tasks.retry({ id }))} />}
      {conversationId !== null && (
        <Button small variant="quiet" onClick={() => ui.go({ name: 'conversation', id: conversationId })}>
          Show
        </Button>
      )}
      {(state === 'waiting' || state === 'running') && (
        <IconButton label={state === 'waiting' ? 'Cancel' : 'Stop'} icon={X} size={14} onClick={() => act(client.tasks.cancel({ id }))} />
      )}
    </div>
  )
}

/** Only where one instance alone may take it: which, and the way to give it to another. */
function Aim({ task }: { task: Task }) {
  const { id, instanceId } = task
  const instances = usePool((state) => state.instances)
  if (instanceId === null) return null
  return (
    <select
      className="input"
      aria-label={`Who takes: ${wordsOf(task)}`}
      value={instances.has(instanceId) ? instanceId : ''}
      onChange={(event) => act(client.tasks.update({ id, instanceId: event.target.value === 'any' ? null : event.target.value }))}
    >
      {!instances.has(instanceId) && <option value="">Removed</option>}
      <option value="any">Any instance</option>
      {[...instances.values()].map((instance) => (
        <option key={instance.id} value={instance.id}>
          {instance.name}
        </option>
      ))}
    </select>
  )
}

function wordsOf({ text }: Task): string {
  return boundMarks(clippedWords(text, longestWords))
}
