import { ClipboardList, X } from 'lucide-react'
import { useState } from 'react'
import { bytesOfBase64 } from '../../../shared/domain/attachment.ts'
import type { DraftPart } from '../../../shared/domain/draft.ts'
import type { ChangeDraft } from '../../state/drafts.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { formatBytes, plural } from '../../words/figures.ts'
import { AttachmentDialog } from './attachment-dialog.tsx'
import { AttachmentFace, attachmentWords } from './attachment-list.tsx'
import { attachmentOf, type PastePart } from './composed.ts'
import { PasteDialog } from './paste-dialog.tsx'
import './attachments.css'

type DraftChipsProps = {
  parts: readonly DraftPart[]
  change: ChangeDraft
  /** Puts words into the field. */
  onText: (text: string) => void
}

/** What will be sent with the words: each opens, and each can be taken out again. */
export function DraftChips({ parts, change, onText }: DraftChipsProps) {
  const [open, setOpen] = useState<string | null>(null)
  if (parts.length === 0) return null
  const remove = (id: string) => change((now) => ({ ...now, parts: now.parts.filter((part) => part.id !== id) }))
  const shown = parts.find(({ id }) => id === open)
  return (
    <>
      <ul className="attachments draft-chips" aria-label="Attached to this message">
        {parts.map((part) => (
          <li key={part.id} className="attachment">
            <button type="button" className="attachment-open" title="Open" onClick={() => setOpen(part.id)}>
              <PartFace part={part} />
            </button>
            <button type="button" className="attachment-remove" aria-label={`Remove ${nameOf(part)}`} onClick={() => remove(part.id)}>
              <X size={13} strokeWidth={2} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {shown && <PartDialog key={shown.id} part={shown} change={change} onText={onText} onClose={() => setOpen(null)} />}
    </>
  )
}

function PartFace({ part }: { part: DraftPart }) {
  if (part.type === 'paste')
    return (
      <>
        <ClipboardList size={14} strokeWidth={1.75} aria-hidden />
        <span className="attachment-name">{pastedWords(part)}</span>
        <span className="attachment-size">{formatBytes(part.text.length)}</span>
      </>
    )
  if (part.type !== 'image') return <AttachmentFace attachment={part} />
  return (
    <>
      <img className="attachment-thumb" src={`data:${part.mediaType};base64,${part.data}`} alt="" />
      <span className="attachment-name" dir="auto">
        <VisibleText text={part.name} />
      </span>
      <span className="attachment-size">{formatBytes(bytesOfBase64(part.data))}</span>
    </>
  )
}

type PartDialogProps = { part: DraftPart; change: ChangeDraft; onText: (text: string) => void; onClose: () => void }

function PartDialog({ part, change, onText, onClose }: PartDialogProps) {
  if (part.type === 'paste') return <PasteDialog part={part} change={change} onText={onText} onClose={onClose} />
  const attachment = attachmentOf(part)
  if (attachment) return <AttachmentDialog attachment={attachment} onClose={onClose} />
  return part.type === 'image' ? <AttachmentDialog attachment={part} onClose={onClose} /> : null
}

function pastedWords({ text }: PastePart): string {
  return `Pasted ${plural(lineCount(text), 'line')}`
}

function lineCount(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

function nameOf(part: DraftPart): string {
  if (part.type === 'paste') return pastedWords(part)
  return part.type === 'shell' ? `output of ${part.command.slice(0, 100)}, ${attachmentWords(part)}` : part.name
}
