import { ClipboardList } from 'lucide-react'
import { useRef } from 'react'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { CommentForm } from './comment-form.tsx'
import { DenyForm } from './deny-form.tsx'
import { PlanButtons } from './plan-buttons.tsx'
import { PlanComments } from './plan-comments.tsx'
import { PlanDocument } from './plan-document.tsx'
import { mostComments, quoteOf } from './plan-draft.ts'
import { PlanEdit } from './plan-edit.tsx'
import { usePlan } from './use-plan.ts'
import './questions.css'

/** A plan as a document: to be commented on, changed, approved in a mode, or sent back. */
export function PlanCard({ approval, active, agent = false, decide }: ApprovalCardProps) {
  const card = useRef<HTMLElement>(null)
  const { draft, plan, isEdited, mode, setMode, setBelow, isUnseen, sending, problem, ...acts } = usePlan({
    card,
    approval,
    active,
    decide,
  })
  const { comments } = draft
  const read = () => setMode({ name: 'reading' })
  const canComment = mode.name === 'reading' && !sending && comments.length < mostComments
  return (
    <ApprovalFrame
      ref={card}
      id={approval.id}
      title="Approve this plan?"
      note={isEdited ? 'Edited by you' : undefined}
      icon={<ClipboardList size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      {mode.name === 'editing' ? (
        <PlanEdit text={plan ?? ''} disabled={sending} onChange={acts.edit} onDone={read} />
      ) : plan === undefined ? (
        <p className="approval-note">Claude didn’t write a plan file. Read its last message, or ask it for one.</p>
      ) : (
        <PlanDocument
          text={plan}
          onBelow={setBelow}
          onComment={
            canComment
              ? (passage) => setMode({ name: 'commenting', place: null, comment: { quote: quoteOf(passage), words: '' } })
              : undefined
          }
        />
      )}
      <PlanComments
        comments={comments}
        disabled={sending}
        onRemove={acts.removeComment}
        onEdit={(place) => {
          const comment = comments[place]
          if (comment) setMode({ name: 'commenting', place, comment })
        }}
      />
      {isUnseen && mode.name === 'reading' && (
        <output className="approval-warning">
          You haven’t seen the end of the plan yet. Scroll down to it, or choose an answer below.
        </output>
      )}
      {mode.name === 'commenting' && (
        <CommentForm quote={mode.comment.quote} words={mode.comment.words} onAdd={acts.comment} onBack={read} />
      )}
      {mode.name === 'keeping' && <DenyForm action="Keep planning" busy={sending} onDeny={acts.keep} onBack={read} />}
      {(mode.name === 'reading' || mode.name === 'editing') && (
        <PlanButtons
          active={active && mode.name === 'reading'}
          busy={sending}
          hasPlan={plan !== undefined}
          edited={isEdited}
          editing={mode.name === 'editing'}
          comments={comments.length}
          onApprove={acts.approve}
          onKeep={() => setMode({ name: 'keeping' })}
          onSendComments={() => acts.keep({ decision: 'deny' })}
          onEdit={() => (mode.name === 'editing' ? read() : setMode({ name: 'editing' }))}
          onRevert={() => acts.edit(null)}
        />
      )}
    </ApprovalFrame>
  )
}
