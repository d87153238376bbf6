import { Activity, Bot, CalendarClock, Eye, SquareTerminal, Workflow } from 'lucide-react'
import { useState } from 'react'
import type { BackgroundKind, BackgroundTask } from '../../../shared/domain/background.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { attempt } from '../../commands/instance-actions.ts'
import { client } from '../../connection/connection.ts'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/use-now.ts'
import { backgroundFacts, backgroundKinds, backgroundName, doingWords } from '../../words/background-words.ts'
import { plural } from '../../words/figures.ts'
import { BackgroundOutput } from './background-output.tsx'
import { WorkflowSteps } from './workflow-steps.tsx'
import './background-tasks.css'

type BackgroundTasksProps = {
  instance: Pick<Instance, 'id' | 'background' | 'backgroundOmitted'>
  /** Shows the call that began a task; absent where it cannot be shown. */
  onShow?: ((toolUseId: string) => void) | undefined
}

/** What Claude has running beside the conversation: each with how far it is, what it wrote, and a way to end it. */
export function BackgroundTasks({ instance, onShow }: BackgroundTasksProps) {
  const { id, background, backgroundOmitted = 0 } = instance
  const now = useNow(background.length > 0)
  if (background.length === 0) return null
  return (
    <ul className="background-tasks" aria-label="Background tasks">
      {background.map((task) => (
        <Task key={task.id} instanceId={id} task={task} now={now} onShow={onShow} />
      ))}
      {backgroundOmitted > 0 && <li className="background-rest">{plural(backgroundOmitted, 'more task')}</li>}
    </ul>
  )
}

type TaskProps = { instanceId: string; task: BackgroundTask; now: number; onShow: BackgroundTasksProps['onShow'] }

function Task({ instanceId, task, now, onShow }: TaskProps) {
  const [isOpen, setOpen] = useState(false)
  const name = backgroundName(task)
  const doing = doingWords(task)
  const more = task.hasOutput ? 'Output' : task.steps && task.steps.length > 0 ? 'Steps' : null
  const { toolUseId } = task
  return (
    <li>
      <div className="background-line">
        <KindIcon kind={task.kind} />
        <span className="background-task" title={name} dir="auto">
          {name}
        </span>
        <span className="background-facts figure">{[backgroundKinds[task.kind], ...backgroundFacts(task, now)].join(' · ')}</span>
        {more && (
          <Button small variant="quiet" aria-expanded={isOpen} aria-label={`${more} of ${name}`} onClick={() => setOpen(!isOpen)}>
            {more}
          </Button>
        )}
        {task.kind === 'agent' && toolUseId !== undefined && onShow && (
          <Button small variant="quiet" aria-label={`Show ${name}`} onClick={() => onShow(toolUseId)}>
            Show
          </Button>
        )}
        <Button
          small
          variant="quiet"
          aria-label={`Stop ${name}`}
          onClick={() => attempt(client.instances.stopBackground({ id: instanceId, taskId: task.id }))}
        >
          Stop
        </Button>
      </div>
      {doing && <p className="background-doing">{doing}</p>}
      {isOpen && task.hasOutput && <BackgroundOutput instanceId={instanceId} task={task} />}
      {isOpen && task.steps && <WorkflowSteps steps={task.steps} />}
    </li>
  )
}

function KindIcon({ kind }: { kind: BackgroundKind }) {
  const look = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const
  switch (kind) {
    case 'command':
      return <SquareTerminal {...look} />
    case 'agent':
      return <Bot {...look} />
    case 'monitor':
      return <Eye {...look} />
    case 'workflow':
      return <Workflow {...look} />
    case 'schedule':
      return <CalendarClock {...look} />
    case 'task':
      return <Activity {...look} />
  }
}
