import { useEffect, useRef, useState, type KeyboardEvent } from 'react'

type TitleFieldProps = { title: string; onRename: (title: string) => Promise<void> }

/** The title of a conversation; a click makes it a field. Enter keeps, Escape forgets. */
export function TitleField({ title, onRename }: TitleFieldProps) {
  const [isEditing, setEditing] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const keep = (next: string) => {
    setEditing(false)
    if (next.trim() === '' || next.trim() === title) return
    onRename(next.trim()).then(
      () => setProblem(null),
      (thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'It could not be renamed. Try again.'),
    )
  }
  if (isEditing) return <Field title={title} onKeep={keep} onForget={() => setEditing(false)} />
  return (
    <>
      <h1 className="conversation-title">
        <button type="button" title={`${title} · click to rename`} onClick={() => setEditing(true)}>
          {title}
        </button>
      </h1>
      {problem && (
        <span role="alert" className="approval-problem">
          {problem}
        </span>
      )}
    </>
  )
}

type FieldProps = { title: string; onKeep: (title: string) => void; onForget: () => void }

function Field({ title, onKeep, onForget }: FieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(title)
  const done = useRef(false)
  useEffect(() => input.current?.select(), [])
  const finish = (how: () => void) => {
    if (done.current) return
    done.current = true
    how()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault()
    finish(event.key === 'Enter' ? () => onKeep(text) : onForget)
  }
  return (
    <input
      ref={input}
      className="conversation-title-field"
      aria-label="Title"
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKey}
      onBlur={() => finish(() => onKeep(text))}
    />
  )
}
