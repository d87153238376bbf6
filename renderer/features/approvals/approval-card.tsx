import { ShieldQuestionMark } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { Places } from '../../tools/tool-summary.ts'
import { ApprovalInput } from './approval-input.tsx'
import { ChordHint, isMac } from '../../ui/chord-hint.tsx'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { DenyForm } from './deny-form.tsx'
import { EditCommand } from './edit-command.tsx'
import { approvalTitle, approvalWarnings } from './approval-words.ts'
import { ApprovalFrame } from './approval-frame.tsx'
import { useAnswer, type Decide } from './use-answer.ts'
import { useApprovalChords } from './use-approval-chords.ts'
import './approvals.css'

export type ApprovalCardProps = {
  approval: Approval
  places: Places
  /** Whether chords decide about this card: true for one card at a time. */
  active: boolean
  /** A sub-agent asks. */
  agent?: boolean
  decide: Decide
}

const firstOfReason = { lines: 8, characters: 1_000 }

type Mode = 'asking' | 'denying' | 'editing'

/** A permission question: exactly what will run, and the answers. Nothing is allowed without a chord or a click. */
export function ApprovalCard({ approval, places, active, agent = false, decide }: ApprovalCardProps) {
  const card = useRef<HTMLElement>(null)
  const warnings = useMemo(() => approvalWarnings(approval), [approval])
  const [mode, setMode] = useState<Mode>('asking')
  const { sending, problem, answer } = useAnswer(decide)
  const [hidden, setHidden] = useState(false)
  const [told, setTold] = useState(false)
  useApprovalChords(card, active && mode === 'asking' && !sending, (meaning) => {
    if (meaning === 'deny') setMode('denying')
    // Nobody allows with a key what they were not shown.
    else if (hidden) setTold(true)
    else if (meaning === 'allow-here' && !approval.facts.suppressAlwaysAllow) void answer({ decision: 'allow', remember: 'conversation' })
    else if (meaning === 'allow') void answer({ decision: 'allow', remember: 'no' })
  })
  return (
    <ApprovalFrame
      ref={card}
      id={approval.id}
      title={approvalTitle(approval, places)}
      icon={<ShieldQuestionMark size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      {approval.reason && (
        <p className="approval-reason">
          <BoundedText text={approval.reason} first={firstOfReason} />
        </p>
      )}
      {mode === 'editing' ? (
        <EditCommand
          input={approval.input}
          busy={sending}
          onAllow={(updatedInput) => void answer({ decision: 'allow', updatedInput })}
          onBack={() => setMode('asking')}
        />
      ) : (
        <ApprovalInput
          approval={approval}
          places={places}
          onEdit={mode === 'asking' && !sending ? () => setMode('editing') : undefined}
          onHidden={setHidden}
        />
      )}
      {told && hidden && mode === 'asking' && (
        <output className="approval-warning">Some of it is not shown yet. Show all of it first, or choose an answer below.</output>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="approval-warning">
          {warning}
        </p>
      ))}
      {mode === 'denying' && <DenyForm busy={sending} onDeny={(decision) => void answer(decision)} onBack={() => setMode('asking')} />}
      {mode === 'asking' && (
        <Answers
          approval={approval}
          active={active}
          busy={sending}
          onAllow={(remember) => void answer({ decision: 'allow', remember })}
          onDeny={() => setMode('denying')}
        />
      )}
    </ApprovalFrame>
  )
}

type AnswersProps = {
  approval: Approval
  active: boolean
  busy: boolean
  onAllow: (remember: 'no' | 'conversation') => void
  onDeny: () => void
}

function Answers({ approval, active, busy, onAllow, onDeny }: AnswersProps) {
  return (
    <div className="approval-answers">
      <button type="button" className="approval-button approval-allow" disabled={busy} onClick={() => onAllow('no')}>
        Allow once {active && <ChordHint keys={['mod', 'enter']} />}
      </button>
      {!approval.facts.suppressAlwaysAllow && (
        <button
          type="button"
          className="approval-button"
          disabled={busy}
          onClick={() => onAllow('conversation')}
          title="Exactly this call is not asked about again in this conversation"
        >
          Allow again here {active && <ChordHint keys={isMac ? ['shift', 'mod', 'enter'] : ['mod', 'shift', 'enter']} />}
        </button>
      )}
      <button type="button" className="approval-button" disabled={busy} onClick={onDeny}>
        Deny… {active && <ChordHint keys={['mod', 'backspace']} />}
      </button>
    </div>
  )
}
