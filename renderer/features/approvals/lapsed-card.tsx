import { CircleSlash } from 'lucide-react'
import { BoundedText } from '../../tools/bounded-text.tsx'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { summaryWords } from './lapsed-words.ts'
import { useAnswer } from './use-answer.ts'
import './approvals.css'

const firstOfWords = { lines: 8, characters: 1_000 }

/** A request that can be answered no more: why, what to do instead, and the way to be rid of it. */
export function LapsedCard({ approval, agent = false, decide }: ApprovalCardProps) {
  const { sending, problem, answer } = useAnswer(decide)
  return (
    <ApprovalFrame
      id={approval.id}
      title="Can’t be answered anymore"
      icon={<CircleSlash size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      <p className="approval-reason" dir="auto">
        <BoundedText text={summaryWords(approval)} first={firstOfWords} />
      </p>
      <p className="approval-note">{approval.lapsed}</p>
      <div className="approval-answers">
        <button type="button" className="approval-button" disabled={sending} onClick={() => void answer({ decision: 'deny' })}>
          Dismiss
        </button>
      </div>
    </ApprovalFrame>
  )
}
