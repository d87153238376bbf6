import { ApprovalCard, type ApprovalCardProps } from './approval-card.tsx'
import { ElicitationCard } from './elicitation-card.tsx'
import { PlanCard } from './plan-card.tsx'
import { QuestionCard } from './question-card.tsx'

/** A request that waits for the user, in the form of its kind. */
export function ApprovalItem(props: ApprovalCardProps) {
  switch (props.approval.kind) {
    case 'question':
      return <QuestionCard {...props} />
    case 'plan':
      return <PlanCard {...props} />
    case 'elicitation':
      return <ElicitationCard {...props} />
    case 'permission':
    case 'dialog':
      return <ApprovalCard {...props} />
  }
}
