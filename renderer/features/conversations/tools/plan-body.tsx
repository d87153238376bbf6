import { Markdown } from '../../../markdown/markdown.tsx'
import type { ToolView } from '../thread-row.ts'
import { planOf } from './plan.ts'

/** The plan as it was approved or proposed. */
export function PlanBody({ call }: { call: ToolView }) {
  const plan = planOf(call)
  if (plan === null) return <p className="tool-note">Claude didn’t write a plan file.</p>
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="tool-plan" tabIndex={0} role="document" aria-label="Plan">
      <Markdown text={plan.text} />
    </div>
  )
}
