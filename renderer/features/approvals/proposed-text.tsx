import { useEffect, useRef } from 'react'
import type { FormField } from '../../../shared/domain/elicitation-form.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import { initialValue } from './form-values.ts'

/** A field is no place to read a longer one, and one of megabytes in it holds the page. */
const longestInField = 2_000
const longestWritten = 20_000
const first = { lines: 12, characters: 1_200 }

/** What a server fills a field in with, where that is too long to be read in one; null where it is not. */
export function proposedText(field: FormField): string | null {
  if (field.options !== null || field.type === 'boolean') return null
  const text = initialValue(field)
  return typeof text === 'string' && text.length > longestInField ? text : null
}

type ProposedTextProps = {
  text: string
  value: string
  label: string
  onChange: (value: string) => void
  /** What joins a control to its label and words. */
  props: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }
}

/** A long text of a server's: sent as it stands, or another that is written instead. */
export function ProposedText({ text, value, label, onChange, props }: ProposedTextProps) {
  const own = useRef<HTMLTextAreaElement>(null)
  const isOwn = value !== text
  const wasOwn = useRef(isOwn)
  useEffect(() => {
    if (isOwn && !wasOwn.current) own.current?.focus()
    wasOwn.current = isOwn
  }, [isOwn])
  if (!isOwn)
    return (
      <>
        <ExactText text={text} label={label} first={first} className="approval-command elicitation-proposed" />
        <button
          type="button"
          className="question-add-note"
          aria-label={`Write your own: ${label}`}
          aria-describedby={props['aria-describedby']}
          onClick={() => onChange('')}
        >
          Write your own
        </button>
      </>
    )
  return (
    <>
      <textarea
        ref={own}
        className="input"
        dir="auto"
        rows={3}
        maxLength={longestWritten}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...props}
      />
      <button type="button" className="question-add-note" onClick={() => onChange(text)}>
        Use the suggested text
      </button>
    </>
  )
}
