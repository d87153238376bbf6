import type { DraftPart } from '../../../shared/domain/draft.ts'
import type { Attachment, DocumentBlock } from '../../../shared/domain/attachment.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { ShellOutput } from './shell-output.tsx'

const first = { lines: 200, characters: 20_000 }

type ImagePart = Extract<DraftPart, { type: 'image' }>

/** What an attachment holds. */
export function AttachmentDialog({ attachment, onClose }: { attachment: Attachment | ImagePart; onClose: () => void }) {
  if (attachment.type === 'image') {
    return (
      <Dialog title="Image" onClose={onClose}>
        <img className="attachment-image" src={`data:${attachment.mediaType};base64,${attachment.data}`} alt={attachment.name} />
      </Dialog>
    )
  }
  const isShell = attachment.type === 'shell'
  return (
    <Dialog title={isShell ? 'Command output' : 'File'} onClose={onClose}>
      {isShell ? <ShellOutput shell={attachment} /> : <DocumentBody document={attachment} />}
    </Dialog>
  )
}

function DocumentBody({ document }: { document: DocumentBlock }) {
  const isPdf = document.mediaType === 'application/pdf'
  return (
    <div className="attachment-body">
      <p className="attachment-title" dir="auto">
        <VisibleText text={document.name} />
      </p>
      {isPdf ? (
        <SavePdf document={document} />
      ) : (
        <ExactText text={document.data} label="Text of the file" first={first} className="attachment-text" />
      )}
    </div>
  )
}

/** A PDF is not drawn here, as it may hold anything; it can be saved. */
function SavePdf({ document: file }: { document: DocumentBlock }) {
  return (
    <p>
      Claude reads this PDF.{' '}
      <button type="button" className="small-button" onClick={() => save(file)}>
        Save a copy
      </button>
    </p>
  )
}

function save({ name, data }: DocumentBlock): void {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0))
  // Never opened in this page: what it is says that it is to be kept.
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
