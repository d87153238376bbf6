import { FileText, SquareTerminal } from 'lucide-react'
import { useState } from 'react'
import { attachmentLength, attachmentName, bytesOfBase64, type Attachment } from '../../../shared/domain/attachment.ts'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { formatBytes } from '../../words/figures.ts'
import { AttachmentDialog } from './attachment-dialog.tsx'
import './attachments.css'

/** Files and outputs of commands that went with a message; each opens. */
export function AttachmentList({ attachments }: { attachments: readonly Attachment[] }) {
  const [open, setOpen] = useState<Attachment | null>(null)
  if (attachments.length === 0) return null
  return (
    <>
      <ul className="attachments" aria-label="Attachments">
        <SomeItems items={attachments} first={20} name="attachments">
          {(one, place) => (
            <li key={place} className="attachment">
              <button type="button" className="attachment-open" onClick={() => setOpen(one)}>
                <AttachmentFace attachment={one} />
              </button>
            </li>
          )}
        </SomeItems>
      </ul>
      {open && <AttachmentDialog attachment={open} onClose={() => setOpen(null)} />}
    </>
  )
}

/** Its sign, its name and its size or end. */
export function AttachmentFace({ attachment }: { attachment: Attachment }) {
  const Icon = attachment.type === 'shell' ? SquareTerminal : FileText
  return (
    <>
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      <span className="attachment-name" dir="auto">
        <VisibleText text={attachmentName(attachment).slice(0, 300)} />
      </span>
      <span className="attachment-size">{attachmentWords(attachment)}</span>
    </>
  )
}

/** How large it is; of a command, how it ended. */
export function attachmentWords(one: Attachment): string {
  if (one.type === 'shell') return one.ended === undefined ? `exit ${one.exitCode ?? '?'}` : 'stopped'
  return formatBytes(one.mediaType === 'application/pdf' ? bytesOfBase64(one.data) : attachmentLength(one))
}
