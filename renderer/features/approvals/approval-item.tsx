import { ApprovalCard, type ApprovalCardProps } from './approval-card.tsx'
import { DialogCard } from './dialog-card.tsx'
import { ElicitationCard } from './elicitation-card.tsx'
import { LapsedCard } from './lapsed-card.tsx'
import { PlanCard } from './plan-card.tsx'
import { QuestionCard } from './question-card.tsx'

/** A request that waits for the user, in the form of its kind. */
export function ApprovalItem(props: ApprovalCardProps) {
  const { kept, lapsed } = props.approval
  if (lapsed !== undefined) return <LapsedCard {...props} />
  if (kept !== true) return <Card {...props} />
  return (
    <>
      <Card {...props} />
      <p className="approval-kept">Claude isn’t running. Your answer starts it again.</p>
    </>
  )
}

function Card(props: ApprovalCardProps) {
  switch (props.approval.kind) {
    case 'question':
      return <QuestionCard {...props} />
    case 'plan':
      return <PlanCard {...props} />
    case 'elicitation':
      return <ElicitationCard {...props} />
    case 'dialog':
      return <DialogCard {...props} />
    case 'permission':
      return <ApprovalCard {...props} />
  }
}
