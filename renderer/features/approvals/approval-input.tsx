import { Pencil } from 'lucide-react'
import { memo, useMemo } from 'react'
import type { Approval } from '../../../shared/domain/approval.ts'
import { DiffView } from '../../tools/diff-view.tsx'
import { diffOfTool } from '../../tools/edit-diff.ts'
import { shortPath } from '../../words/figures.ts'
import type { Places } from '../../tools/tool-summary.ts'
import { approvalBody } from './approval-words.ts'
import { VisibleText } from '../../ui/visible-text.tsx'

type ApprovalInputProps = {
  approval: Approval
  places: Places
  /** Changes a command before it runs; absent when that cannot be done now. */
  onEdit?: (() => void) | undefined
}

/** Exactly what will run: a command, a change of a file, or all of the input. */
export const ApprovalInput = memo(function ApprovalInput({ approval, places, onEdit }: ApprovalInputProps) {
  const body = useMemo(() => approvalBody(approval), [approval])
  const diff = useMemo(() => diffOfTool(approval.tool, approval.input), [approval])
  if (body.kind === 'diff' && diff) {
    return (
      <>
        <DiffView diff={diff} path={shortPath(diff.path, places)} exact />
        {body.note && <p className="approval-note">{body.note}</p>}
      </>
    )
  }
  const text = body.kind === 'command' ? body.command : body.kind === 'json' ? body.text : ''
  return (
    <div className="approval-input">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre className="approval-command" tabIndex={0} dir="ltr" aria-label={body.kind === 'command' ? 'The command' : 'The input'}>
        <code>
          <VisibleText text={text} />
        </code>
      </pre>
      {body.kind === 'command' && onEdit && (
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
      {body.kind === 'command' && body.note && <p className="approval-note">{body.note}</p>}
    </div>
  )
})
