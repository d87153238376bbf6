import { useRef, type KeyboardEvent, type RefObject } from 'react'
import type { ChangeDraft } from '../../state/drafts.ts'
import type { LocalDraft } from '../../state/draft-store.ts'
import { leavesText, recalled } from './composer-keys.ts'

type RecallOptions = {
  field: RefObject<HTMLTextAreaElement | null>
  draft: LocalDraft
  change: ChangeDraft
  earlier: (() => readonly string[]) | undefined
}

/** ↑ in an empty field brings back what was sent before, and ↓ leads back. What was written is never replaced. */
export function useRecall({ field, draft, change, earlier }: RecallOptions) {
  const shown = useRef<{ at: number; text: string } | null>(null)
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const { key } = event
    if ((key !== 'ArrowUp' && key !== 'ArrowDown') || event.shiftKey || event.metaKey || event.ctrlKey || event.altKey) return false
    // What was changed is a message of its own.
    if (shown.current?.text !== draft.text) shown.current = null
    const { selectionStart, selectionEnd, value } = event.currentTarget
    if (!earlier || (draft.text !== '' && shown.current === null)) return false
    if (!leavesText(key, { text: value, start: selectionStart, end: selectionEnd })) return false
    const next = recalled(earlier(), shown.current?.at ?? null, key)
    if (!next) return false
    event.preventDefault()
    shown.current = next.at === null ? null : { at: next.at, text: next.text }
    change((now) => ({ ...now, text: next.text }))
    requestAnimationFrame(() => field.current?.setSelectionRange(next.text.length, next.text.length))
    return true
  }
  return { onKey }
}
