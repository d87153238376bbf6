import { useEffect, useRef } from 'react'
import { hasUnseen } from '../../ui/visible-characters.ts'

/** Longer plans cannot be sent. */
const longestPlan = 500_000

type PlanEditProps = { text: string; disabled: boolean; onChange: (text: string) => void; onDone: () => void }

/** The plan's Markdown, to be changed. Escape goes back to reading it; what was changed stays. */
export function PlanEdit({ text, disabled, onChange, onDone }: PlanEditProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(0, 0)
  }, [])
  return (
    <div className="approval-deny">
      <textarea
        ref={field}
        className="approval-edit"
        rows={14}
        dir="auto"
        value={text}
        maxLength={longestPlan}
        disabled={disabled}
        spellCheck={false}
        aria-label="The plan in Markdown"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onDone()
        }}
      />
      {hasUnseen(text) && <p className="approval-note">Contains invisible characters.</p>}
    </div>
  )
}
