import { Pencil } from 'lucide-react'
import { memo, useMemo } from 'react'
import type { Approval } from '../../../shared/domain/approval.ts'
import { DiffView } from '../../tools/diff-view.tsx'
import { diffOfTool } from '../../tools/edit-diff.ts'
import { shortPath } from '../../words/figures.ts'
import type { Places } from '../../tools/tool-summary.ts'
import { approvalBody } from './approval-words.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import { FieldsView } from '../../tools/fields-view.tsx'

type ApprovalInputProps = {
  approval: Approval
  places: Places
  /** Changes a command before it runs; absent when that cannot be done now. */
  onEdit?: (() => void) | undefined
  /** Told whether something of it is not shown. */
  onHidden: (hidden: boolean) => void
}

/** Without a bar of its own: what is shown is seen, and what is not is counted. */
const first = { lines: 16, characters: 1_200 }
const whole = { lines: 20, characters: 1_600 }
/** A field is no place for longer ones. */
const longestEdited = 20_000

/** Exactly what will run: a command, a change of a file, or all of the input. */
export const ApprovalInput = memo(function ApprovalInput({ approval, places, onEdit, onHidden }: ApprovalInputProps) {
  const body = useMemo(() => approvalBody(approval), [approval])
  const diff = useMemo(() => diffOfTool(approval.tool, approval.input), [approval])
  if (body.kind === 'diff' && diff) {
    return (
      <>
        <DiffView diff={diff} path={shortPath(diff.path, places)} exact onHidden={onHidden} />
        {body.note && <p className="approval-note">{body.note}</p>}
      </>
    )
  }
  if (body.kind !== 'command') return <FieldsView value={approval.input} label="The input" onHidden={onHidden} />
  return (
    <div className="approval-input">
      <ExactText text={body.command} label="The command" first={first} whole={whole} className="approval-command" onHidden={onHidden} />
      {onEdit && body.command.length <= longestEdited && (
        <button
          type="button"
          className="approval-icon"
          onClick={onEdit}
          title="Change the command before it runs"
          aria-label="Change the command before it runs"
        >
          <Pencil size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
      {body.note && <p className="approval-note">{body.note}</p>}
    </div>
  )
})
