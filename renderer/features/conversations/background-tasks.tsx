import { Activity } from 'lucide-react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { attempt } from '../../commands/instance-actions.ts'
import { client } from '../../connection/connection.ts'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/use-now.ts'
import { clipText } from '../../words/clip-text.ts'
import { formatClock, plural } from '../../words/figures.ts'
import './background-tasks.css'

const kinds = { command: 'Command', agent: 'Agent', monitor: 'Monitor', workflow: 'Workflow', schedule: 'Schedule', task: 'Task' }

/** What Claude has running beside the conversation, each with the time it runs and a way to end it. */
export function BackgroundTasks({ instance }: { instance: Pick<Instance, 'id' | 'background' | 'backgroundOmitted'> }) {
  const { id, background, backgroundOmitted = 0 } = instance
  const now = useNow(background.length > 0)
  if (background.length === 0) return null
  return (
    <ul className="background-tasks" aria-label="Background tasks">
      {background.map((task) => {
        const name = clipText(task.description || kinds[task.kind], { lines: 1, characters: 200 }).shown
        return (
          <li key={task.id}>
            <Activity size={14} strokeWidth={1.75} aria-hidden />
            <span className="background-task" title={name}>
              {name}
            </span>
            <span className="background-facts figure">
              {kinds[task.kind]} · {formatClock(now - Date.parse(task.since))}
            </span>
            <Button
              small
              variant="quiet"
              aria-label={`Stop ${name}`}
              onClick={() => attempt(client.instances.stopBackground({ id, taskId: task.id }))}
            >
              Stop
            </Button>
          </li>
        )
      })}
      {backgroundOmitted > 0 && <li>{plural(backgroundOmitted, 'more task')}</li>}
    </ul>
  )
}
