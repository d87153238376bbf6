import { useState } from 'react'
import { longestEdited, tooLongToEdit } from '../../words/composer-words.ts'
import type { ChangeDraft } from '../../state/drafts.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import type { PastePart } from './composed.ts'

type PasteDialogProps = {
  part: PastePart
  change: ChangeDraft
  /** Puts words into the field. */
  onText: (text: string) => void
  onClose: () => void
}

/** A pasted text to be read, changed, or put into the field after all. */
export function PasteDialog({ part, change, onText, onClose }: PasteDialogProps) {
  const [text, setText] = useState(part.text)
  const isLong = part.text.length > longestEdited
  const save = () => {
    const edited = { ...part, id: crypto.randomUUID(), text }
    change((now) => ({ ...now, parts: now.parts.flatMap((one) => (one.id !== part.id ? one : text === '' ? [] : edited)) }))
    onClose()
  }
  const toText = () => {
    change((now) => ({ ...now, parts: now.parts.filter(({ id }) => id !== part.id) }))
    onText(text)
    onClose()
  }
  const footer = isLong ? (
    <span className="dialog-note">{tooLongToEdit}</span>
  ) : (
    <>
      <Button variant="quiet" onClick={toText}>
        Insert as text
      </Button>
      <Button variant="primary" disabled={text === part.text} onClick={save}>
        Save
      </Button>
    </>
  )
  return (
    <Dialog title="Pasted text" description="Sent in full, after your message." onClose={onClose} footer={footer}>
      {isLong ? (
        <ExactText text={part.text} label="Pasted text" first={{ lines: 200, characters: 20_000 }} className="attachment-text" />
      ) : (
        <textarea
          className="paste-field"
          aria-label="Pasted text"
          dir="auto"
          rows={16}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
    </Dialog>
  )
}
