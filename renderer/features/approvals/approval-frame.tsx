import { useId, type ReactNode, type Ref } from 'react'
import { formatClock } from '../../words/figures.ts'
import { useNow } from '../../ui/use-now.ts'
import './approvals.css'

type ApprovalFrameProps = {
  id: string
  title: ReactNode
  icon: ReactNode
  /** A sub-agent asks. */
  agent?: boolean
  /** Since when it waits. */
  since: string
  problem: string | null
  /** Said beside the title, such as how far one is. */
  note?: string | undefined
  children: ReactNode
  ref?: Ref<HTMLElement>
}

/** What all requests look like: a heading that says what is wanted, the request, and what went wrong with an answer. */
export function ApprovalFrame({ id, title, icon, agent = false, since, problem, note, children, ref }: ApprovalFrameProps) {
  const titleId = useId()
  return (
    <section ref={ref} className="approval" aria-labelledby={titleId} data-approval={id}>
      <div className="approval-head">
        <h2 id={titleId} className="approval-title">
          {icon}
          {agent && <span className="approval-agent">A sub-agent asks:</span>}
          {title}
        </h2>
        {note !== undefined && <output className="approval-progress">{note}</output>}
        <Waiting since={since} />
      </div>
      {children}
      {problem && (
        <p role="alert" className="approval-problem">
          {problem}
        </p>
      )}
    </section>
  )
}

/** How long somebody has been waited for. */
function Waiting({ since }: { since: string }) {
  const now = useNow(true)
  return <span className="approval-waiting">Waiting {formatClock(now - Date.parse(since))}</span>
}
