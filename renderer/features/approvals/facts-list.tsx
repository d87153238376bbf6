import type { Approval } from '../../../shared/domain/approval.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { approvalFacts } from './approval-facts.ts'

const firstOfFact = { lines: 6, characters: 600 }

/** All that Claude Code says of a request beside what would run. */
export function FactsList({ approval }: { approval: Approval }) {
  const facts = approvalFacts(approval)
  if (facts.length === 0) return null
  return (
    <dl className="approval-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">
            <BoundedText text={value} first={firstOfFact} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
