import { ShieldQuestionMark } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { Places } from '../../tools/tool-summary.ts'
import { ApprovalInput } from './approval-input.tsx'
import { ChordHint, isMac } from '../../ui/chord-hint.tsx'
import { AlwaysAllow } from './always-allow.tsx'
import { FactsList } from './facts-list.tsx'
import { DenyForm } from './deny-form.tsx'
import { EditCommand } from './edit-command.tsx'
import { approvalTitle, approvalWarnings } from './approval-words.ts'
import { ApprovalFrame } from './approval-frame.tsx'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { mayBeTogether, together } from './together.ts'
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

type Mode = 'asking' | 'denying' | 'editing' | 'ruling' | 'sure'

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
    // Nobody allows with a key what they were not shown, or what Claude Code wants to be thought about.
    else if (hidden) setTold(true)
    else if (approval.facts.defaultToNo) setMode('sure')
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
      <FactsList approval={approval} />
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
        <output className="approval-warning">Part of this request isn’t shown yet. Show all of it first, or choose an answer below.</output>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="approval-warning">
          {warning}
        </p>
      ))}
      {mode === 'denying' && <DenyForm busy={sending} onDeny={(decision) => void answer(decision)} onBack={() => setMode('asking')} />}
      {mode === 'ruling' && (
        <AlwaysAllow
          approval={approval}
          proposals={approval.ruleProposals ?? []}
          home={places.home ?? null}
          busy={sending}
          onAllow={(decision) => void answer(decision)}
          onBack={() => setMode('asking')}
        />
      )}
      {mode === 'sure' && (
        <Sure busy={sending} onAllow={() => void answer({ decision: 'allow', remember: 'no' })} onBack={() => setMode('asking')} />
      )}
      {mode === 'asking' && (
        <Answers
          approval={approval}
          active={active}
          busy={sending}
          onAllow={(remember) => (approval.facts.defaultToNo ? setMode('sure') : void answer({ decision: 'allow', remember }))}
          onRule={() => setMode('ruling')}
          onDeny={() => setMode('denying')}
        />
      )}
    </ApprovalFrame>
  )
}

/** Claude Code wants that nobody allows this by a slip of the hand. */
function Sure({ busy, onAllow, onBack }: { busy: boolean; onAllow: () => void; onBack: () => void }) {
  const back = useRef<HTMLButtonElement>(null)
  useEffect(() => back.current?.focus(), [])
  return (
    <div className="approval-answers">
      <button ref={back} type="button" className="approval-button" disabled={busy} onClick={onBack}>
        Back
      </button>
      <button type="button" className="approval-button approval-refuse" disabled={busy} onClick={onAllow}>
        Yes, allow once
      </button>
    </div>
  )
}

/** The way to decide about this and others of its tool at once, where there are any. */
function Together({ approval, busy }: { approval: Approval; busy: boolean }) {
  const count = usePool((state) => (mayBeTogether(approval) ? together([...state.approvals.values()], approval.tool).length : 0))
  if (count < 2) return null
  return (
    <button
      type="button"
      className="approval-button"
      disabled={busy}
      onClick={() => ui.openDialog({ name: 'decide-together', tool: approval.tool })}
    >
      Decide {count} together…
    </button>
  )
}

type AnswersProps = {
  approval: Approval
  active: boolean
  busy: boolean
  onAllow: (remember: 'no' | 'conversation') => void
  onRule: () => void
  onDeny: () => void
}

function Answers({ approval, active, busy, onAllow, onRule, onDeny }: AnswersProps) {
  const { suppressAlwaysAllow, defaultToNo } = approval.facts
  const isLasting = !suppressAlwaysAllow && !defaultToNo
  return (
    <div className="approval-answers">
      <button type="button" className="approval-button approval-allow" disabled={busy} onClick={() => onAllow('no')}>
        {defaultToNo ? 'Allow once…' : 'Allow once'} {active && !defaultToNo && <ChordHint keys={['mod', 'enter']} />}
      </button>
      {isLasting && (
        <button
          type="button"
          className="approval-button"
          disabled={busy}
          onClick={() => onAllow('conversation')}
          title="Doesn’t ask again about exactly this call in this conversation"
        >
          Allow for this conversation {active && <ChordHint keys={isMac ? ['shift', 'mod', 'enter'] : ['mod', 'shift', 'enter']} />}
        </button>
      )}
      {isLasting && (approval.ruleProposals?.length ?? 0) > 0 && (
        <button type="button" className="approval-button" disabled={busy} onClick={onRule}>
          Always allow…
        </button>
      )}
      <button type="button" className="approval-button" disabled={busy} onClick={onDeny}>
        Deny… {active && <ChordHint keys={['mod', 'backspace']} />}
      </button>
      <Together approval={approval} busy={busy} />
    </div>
  )
}
