import { useCallback, useEffect, useImperativeHandle, type Ref, type RefObject } from 'react'
import { writeHere } from '../../state/composer-target.ts'
import type { ChangeDraft } from '../../state/drafts.ts'

export type ComposerHandle = {
  focus: () => void
  /** Puts text before what is being written. */
  putFirst: (text: string) => void
}

type HandleOptions = {
  ref: Ref<ComposerHandle> | undefined
  field: RefObject<HTMLTextAreaElement | null>
  change: ChangeDraft
  /** Something can be written. */
  active: boolean
}

/** What others may do with a composer. Answers what puts text at the caret. */
export function useComposerHandle({ ref, field, change, active }: HandleOptions): (text: string) => void {
  const insert = useCallback((text: string) => putAtCaret(field, change, text), [field, change])
  useImperativeHandle(
    ref,
    () => ({
      focus: () => field.current?.focus(),
      putFirst: (text) => {
        change((now) => ({ ...now, text: `${text}\n\n${now.text}` }))
        field.current?.focus()
      },
    }),
    [field, change],
  )
  useEffect(() => (active ? writeHere(insert) : undefined), [active, insert])
  return insert
}

function putAtCaret(field: RefObject<HTMLTextAreaElement | null>, change: ChangeDraft, text: string): void {
  const start = field.current?.selectionStart ?? 0
  const end = field.current?.selectionEnd ?? 0
  change((now) => ({ ...now, text: now.text.slice(0, start) + text + now.text.slice(end) }))
  // Behind what was put in, once a dialog that asked for it has closed.
  requestAnimationFrame(() => {
    field.current?.focus()
    field.current?.setSelectionRange(start + text.length, start + text.length)
  })
}
