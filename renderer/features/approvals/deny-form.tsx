import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { Decision } from '../../../shared/domain/approval.ts'

type DenyFormProps = {
  /** What its button says. */
  action?: string
  busy: boolean
  onDeny: (decision: Decision) => void
  onBack: () => void
}

/** Says no, with a word to Claude if wanted. Enter denies here: saying no is never a mistake that cannot be mended. */
export function DenyForm({ action = 'Deny', busy, onDeny, onBack }: DenyFormProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [message, setMessage] = useState('')
  const [interrupt, setInterrupt] = useState(false)
  useEffect(() => field.current?.focus(), [])
  const deny = () => {
    const told = message.trim()
    onDeny({ decision: 'deny', interrupt, ...(told ? { message: told } : {}) })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onBack()
    } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      deny()
    }
  }
  return (
    <div className="approval-deny">
      <textarea
        ref={field}
        rows={2}
        maxLength={10_000}
        value={message}
        aria-label="Message to Claude"
        placeholder="Tell Claude why, or what to do instead (optional)"
        onChange={(event) => setMessage(event.target.value)}
        onKeyDown={onKey}
      />
      <div className="approval-answers">
        <button type="button" className="approval-button approval-refuse" disabled={busy} onClick={deny}>
          {action}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={onBack}>
          Back
        </button>
        <label className="approval-stop">
          <input type="checkbox" checked={interrupt} onChange={(event) => setInterrupt(event.target.checked)} />
          and stop Claude
        </label>
      </div>
    </div>
  )
}
