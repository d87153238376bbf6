import { MessageCircleQuestionMark } from 'lucide-react'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { useAnswer } from './use-answer.ts'
import './approvals.css'

const firstOfTitle = { lines: 2, characters: 200 }
const firstOfWords = { lines: 12, characters: 2_000 }
const firstOfLabel = { lines: 1, characters: 80 }
const firstOptions = 12

/** A dialog of Claude Code's own: what it says, and a button for each way out. */
export function DialogCard({ approval, agent = false, decide }: ApprovalCardProps) {
  const { sending, problem, answer } = useAnswer(decide)
  const { title = 'Claude Code asks you to choose', description = '', dialog } = approval
  const options = dialog?.options ?? []
  const explained = options.filter((option) => option.description)
  return (
    <ApprovalFrame
      id={approval.id}
      title={<BoundedText text={title} first={firstOfTitle} />}
      icon={<MessageCircleQuestionMark size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      {description !== '' && (
        <p className="approval-reason" dir="auto">
          <BoundedText text={description} first={firstOfWords} />
        </p>
      )}
      <SomeItems items={explained} first={firstOptions} name="options">
        {({ value, label, description: words = '' }) => (
          <p key={value} className="approval-note" dir="auto">
            <BoundedText text={`${label}: ${words}`} first={firstOfWords} />
          </p>
        )}
      </SomeItems>
      <div className="approval-answers">
        {options.slice(0, firstOptions).map(({ value, label }, index) => (
          <button
            key={value}
            type="button"
            className={`approval-button ${index === 0 ? 'approval-allow' : ''}`}
            disabled={sending}
            onClick={() => void answer({ decision: 'allow', choice: value })}
          >
            <BoundedText text={label} first={firstOfLabel} />
          </button>
        ))}
        <button type="button" className="approval-button" disabled={sending} onClick={() => void answer({ decision: 'deny' })}>
          Cancel
        </button>
      </div>
    </ApprovalFrame>
  )
}
