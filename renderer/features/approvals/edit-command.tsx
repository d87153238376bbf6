import { useEffect, useRef, useState } from 'react'
import type { Approval } from '../../../shared/domain/approval.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { hasUnseen } from '../../ui/visible-characters.ts'
import { focusAtEnd } from '../../ui/focus-at-end.ts'

type EditCommandProps = {
  input: Approval['input']
  busy: boolean
  onAllow: (input: Approval['input']) => void
  onBack: () => void
}

/** Changes a command before it runs; only the changed one runs. */
export function EditCommand({ input, busy, onAllow, onBack }: EditCommandProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [command, setCommand] = useState(typeof input['command'] === 'string' ? input['command'] : '')
  useEffect(() => focusAtEnd(field.current), [])
  return (
    <div className="approval-deny">
      <textarea
        ref={field}
        className="approval-edit"
        rows={Math.min(10, command.split('\n').length + 1)}
        value={command}
        aria-label="The command"
        spellCheck={false}
        dir="ltr"
        onChange={(event) => setCommand(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onBack()}
      />
      {hasUnseen(command) && (
        <pre className="approval-command">
          <VisibleText text={command} />
        </pre>
      )}
      <div className="approval-answers">
        <button
          type="button"
          className="approval-button approval-allow"
          disabled={busy || command.trim() === ''}
          onClick={() => onAllow({ ...input, command })}
        >
          Allow edited command
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={onBack}>
          Back
        </button>
      </div>
    </div>
  )
}
