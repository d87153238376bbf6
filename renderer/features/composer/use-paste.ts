import { useState, type ClipboardEvent } from 'react'
import type { ChangeDraft } from '../../state/drafts.ts'
import { isLongPaste, meaningOfPaste } from './composer-paste.ts'

/** Takes pasted files; a picture that came beside words is offered, and many words become a part of their own. */
export function usePaste(take: (files: readonly File[]) => void, change: ChangeDraft) {
  const [offered, setOffered] = useState<readonly File[]>([])
  const answer = (wanted: boolean) => {
    if (wanted) take(offered)
    setOffered([])
  }
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain')
    const paste = meaningOfPaste({ text, files: [...event.clipboardData.files] })
    setOffered(paste.kind === 'text' ? paste.offered : [])
    if (paste.kind === 'files') {
      event.preventDefault()
      take(paste.files)
    } else if (isLongPaste(text)) {
      event.preventDefault()
      const part = { type: 'paste' as const, id: crypto.randomUUID(), text: text.replaceAll('\r\n', '\n') }
      change((now) => ({ ...now, parts: [...now.parts, part] }))
    }
  }
  return { offers: offered.length > 0, answer, onPaste }
}
