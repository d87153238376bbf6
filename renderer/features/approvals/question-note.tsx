import { StickyNote } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

type QuestionNoteProps = {
  /** The question, for its name. */
  about: string
  note: string | null
  onChange: (note: string | null) => void
}

/** A note for Claude beside an answer; a button until one is wanted. */
export function QuestionNote({ about, note, onChange }: QuestionNoteProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [opened, setOpened] = useState(false)
  // Only one that was asked for just now: one that was kept from before takes no focus.
  useEffect(() => {
    if (opened) field.current?.focus()
  }, [opened])
  if (note === null)
    return (
      <button
        type="button"
        className="question-add-note"
        aria-label={`Add a note on: ${about}`}
        onClick={() => {
          setOpened(true)
          onChange('')
        }}
      >
        <StickyNote size={13} strokeWidth={1.75} aria-hidden />
        Add a note
      </button>
    )
  return (
    <textarea
      ref={field}
      className="input question-own"
      dir="auto"
      rows={1}
      maxLength={10_000}
      value={note}
      aria-label={`Note on: ${about}`}
      placeholder="A note for Claude"
      onChange={(event) => onChange(event.target.value)}
      onBlur={() => {
        setOpened(false)
        if (note.trim() === '') onChange(null)
      }}
    />
  )
}
