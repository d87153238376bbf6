import { Plug } from 'lucide-react'
import { BoundedText } from '../../tools/bounded-text.tsx'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { ElicitationAddress } from './elicitation-address.tsx'
import { ElicitationForm } from './elicitation-form.tsx'
import { useAnswer } from './use-answer.ts'
import './questions.css'

const firstOfName = { lines: 2, characters: 200 }
const firstOfMessage = { lines: 30, characters: 2_000 }

/** What an MCP server asks: a form to fill in, or an address to open. Nothing is sent before the user says so. */
export function ElicitationCard({ approval, active, agent = false, decide }: ApprovalCardProps) {
  const { elicitation } = approval
  const { sending, problem, answer } = useAnswer(decide)
  if (!elicitation) return null
  const isForm = elicitation.mode === 'form'
  const shared = { approval, elicitation, active, busy: sending, answer }
  return (
    <ApprovalFrame
      id={approval.id}
      title={
        <>
          <BoundedText text={elicitation.server} first={firstOfName} /> {isForm ? 'asks for information' : 'asks you to open a page'}
        </>
      }
      icon={<Plug size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      <p className="elicitation-message" dir="auto">
        <BoundedText text={elicitation.message} first={firstOfMessage} />
      </p>
      {isForm ? <ElicitationForm {...shared} /> : <ElicitationAddress {...shared} />}
    </ApprovalFrame>
  )
}
