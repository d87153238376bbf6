import { ChordHint, isMac } from '../../ui/chord-hint.tsx'
import { plural } from '../../words/figures.ts'

type PlanButtonsProps = {
  active: boolean
  busy: boolean
  hasPlan: boolean
  edited: boolean
  editing: boolean
  /** So many comments are written. */
  comments: number
  onApprove: (mode: 'acceptEdits' | 'default') => void
  onKeep: () => void
  onSendComments: () => void
  onEdit: () => void
  onRevert: () => void
}

/** What can be done with a plan. Comments go out when the user keeps planning; an approval would leave them behind. */
export function PlanButtons(props: PlanButtonsProps) {
  const { active, busy, hasPlan, edited, editing, comments, onApprove, onKeep, onSendComments, onEdit, onRevert } = props
  const isCommented = comments > 0
  return (
    <>
      {isCommented && <p className="approval-note">Comments are sent when you keep planning. Approving discards them.</p>}
      <div className="approval-answers">
        {isCommented && (
          <button type="button" className="approval-button approval-allow" disabled={busy} onClick={onSendComments}>
            Keep planning with {plural(comments, 'comment')}
          </button>
        )}
        <button
          type="button"
          className={isCommented ? 'approval-button' : 'approval-button approval-allow'}
          disabled={busy}
          onClick={() => onApprove('default')}
        >
          {edited ? 'Approve my version, ask before edits' : 'Approve, ask before edits'} {active && <ChordHint keys={['mod', 'enter']} />}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={() => onApprove('acceptEdits')}>
          {edited ? 'Approve my version, accept edits' : 'Approve and accept edits'}{' '}
          {active && <ChordHint keys={isMac ? ['shift', 'mod', 'enter'] : ['mod', 'shift', 'enter']} />}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={onKeep}>
          Keep planning… {active && <ChordHint keys={['mod', 'backspace']} />}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={onEdit}>
          {editing ? 'Show as document' : hasPlan ? 'Edit plan' : 'Write a plan'}
        </button>
        {edited && (
          <button type="button" className="approval-button" disabled={busy} onClick={onRevert}>
            Discard edits
          </button>
        )}
      </div>
    </>
  )
}
