import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { focusAtEnd } from '../../ui/focus-at-end.ts'

type WordsFormProps = {
  value: string
  /** What its button says. */
  action: string
  label: string
  placeholder: string
  busy: boolean
  /** Characters that are taken. */
  longest?: number
  /** It says no. */
  refuses?: boolean
  /** What else can be chosen, behind the buttons. */
  children?: ReactNode
  onChange: (words: string) => void
  onSend: () => void
  onBack: () => void
}

/** Words to Claude instead of an answer. Enter sends them, Escape goes back. */
export function WordsForm(props: WordsFormProps) {
  const { value, action, label, placeholder, busy, longest = 10_000, refuses = false, children, onChange, onSend, onBack } = props
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => focusAtEnd(field.current), [])
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onBack()
    } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      if (!busy) onSend()
    }
  }
  return (
    <div className="approval-deny">
      <textarea
        ref={field}
        rows={2}
        dir="auto"
        maxLength={longest}
        value={value}
        aria-label={label}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKey}
      />
      <div className="approval-answers">
        <button
          type="button"
          className={`approval-button ${refuses ? 'approval-refuse' : 'approval-allow'}`}
          disabled={busy}
          onClick={onSend}
        >
          {action}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={onBack}>
          Back
        </button>
        {children}
      </div>
    </div>
  )
}
