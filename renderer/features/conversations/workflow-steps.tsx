import { Circle, CircleCheck, CircleDot, CircleX } from 'lucide-react'
import type { WorkflowStep } from '../../../shared/domain/background.ts'
import { boundMarks } from '../../words/bound-marks.ts'
import { clipText } from '../../words/clip-text.ts'
import { formatCount } from '../../words/figures.ts'

const words = { waiting: 'Waiting', running: 'Running', done: 'Done', failed: 'Failed' } as const

/** The steps of a workflow, each with its phase and how it stands. */
export function WorkflowSteps({ steps }: { steps: readonly WorkflowStep[] }) {
  return (
    <ol className="workflow-steps" aria-label="Steps">
      {steps.map(({ label, phase, state, tokens }, place) => (
        <li key={place}>
          <StepIcon state={state} />
          <span dir="auto">{short(phase ? `${phase}: ${label}` : label)}</span>
          <span className="background-facts figure">
            {[words[state], ...(tokens ? [`${formatCount(tokens)} tokens`] : [])].join(' · ')}
          </span>
        </li>
      ))}
    </ol>
  )
}

function StepIcon({ state }: Pick<WorkflowStep, 'state'>) {
  const look = { size: 13, strokeWidth: 1.75, 'aria-hidden': true } as const
  if (state === 'done') return <CircleCheck {...look} />
  if (state === 'failed') return <CircleX {...look} />
  return state === 'running' ? <CircleDot {...look} /> : <Circle {...look} />
}

function short(text: string): string {
  return boundMarks(clipText(text, { lines: 1, characters: 200 }).shown)
}
