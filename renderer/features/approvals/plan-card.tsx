import { ClipboardList } from 'lucide-react'
import { useRef, useState } from 'react'
import { Markdown } from '../../markdown/markdown.tsx'
import { ChordHint } from '../../ui/chord-hint.tsx'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { DenyForm } from './deny-form.tsx'
import { useAnswer } from './use-answer.ts'
import { useApprovalChords } from './use-approval-chords.ts'
import { useLinesBelow } from './use-lines-below.ts'
import './questions.css'

/** A plan as a document, and how to carry it out. */
export function PlanCard({ approval, active, agent = false, decide }: ApprovalCardProps) {
  const card = useRef<HTMLElement>(null)
  const [keeping, setKeeping] = useState(false)
  const { sending, problem, answer } = useAnswer(decide)
  const text = useRef<HTMLDivElement>(null)
  const below = useLinesBelow(text)
  const [told, setTold] = useState(false)
  const approve = (planMode: 'acceptEdits' | 'default') => void answer({ decision: 'allow', planMode })
  useApprovalChords(card, active && !keeping && !sending, (meaning) => {
    if (meaning === 'deny') setKeeping(true)
    // Nobody approves with a key what they were not shown.
    else if (below > 0) setTold(true)
    else approve(meaning === 'allow-here' ? 'acceptEdits' : 'default')
  })
  return (
    <ApprovalFrame
      ref={card}
      id={approval.id}
      title="Approve this plan?"
      icon={<ClipboardList size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      {approval.plan === undefined ? (
        <p className="approval-note">Claude has not written a plan to a file. Read its last message, or ask it for one.</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <div ref={text} className="plan-text" tabIndex={0} role="document" aria-label="Plan">
          <Markdown text={approval.plan} />
        </div>
      )}
      {below > 0 && (
        <p className="approval-note">
          {below === 1 ? 'About 1 more line below.' : `About ${below.toLocaleString('en-US')} more lines below.`}
        </p>
      )}
      {told && below > 0 && !keeping && (
        <output className="approval-warning">
          You haven’t seen the end of the plan yet. Scroll down to it, or choose an answer below.
        </output>
      )}
      {keeping ? (
        <DenyForm action="Keep planning" busy={sending} onDeny={(decision) => void answer(decision)} onBack={() => setKeeping(false)} />
      ) : (
        <div className="approval-answers">
          <button type="button" className="approval-button approval-allow" disabled={sending} onClick={() => approve('default')}>
            Approve, ask before edits {active && <ChordHint keys={['mod', 'enter']} />}
          </button>
          <button type="button" className="approval-button" disabled={sending} onClick={() => approve('acceptEdits')}>
            Approve and accept edits
          </button>
          <button type="button" className="approval-button" disabled={sending} onClick={() => setKeeping(true)}>
            Keep planning… {active && <ChordHint keys={['mod', 'backspace']} />}
          </button>
        </div>
      )}
    </ApprovalFrame>
  )
}
