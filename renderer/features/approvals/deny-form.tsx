import { useState } from 'react'
import type { Decision } from '../../../shared/domain/approval.ts'
import { WordsForm } from './words-form.tsx'

type DenyFormProps = {
  /** What its button says. */
  action?: string
  busy: boolean
  onDeny: (decision: Decision) => void
  onBack: () => void
}

/** Says no, with a word to Claude if wanted. Enter denies here: saying no is never a mistake that cannot be mended. */
export function DenyForm({ action = 'Deny', busy, onDeny, onBack }: DenyFormProps) {
  const [message, setMessage] = useState('')
  const [interrupt, setInterrupt] = useState(false)
  const told = message.trim()
  return (
    <WordsForm
      value={message}
      action={action}
      label="Message to Claude"
      placeholder="Tell Claude why, or what to do instead (optional)"
      busy={busy}
      refuses
      onChange={setMessage}
      onSend={() => onDeny({ decision: 'deny', interrupt, ...(told ? { message: told } : {}) })}
      onBack={onBack}
    >
      <label className="approval-stop">
        <input type="checkbox" checked={interrupt} onChange={(event) => setInterrupt(event.target.checked)} />
        and stop Claude
      </label>
    </WordsForm>
  )
}
