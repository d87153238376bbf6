import { useEffect, useRef, type RefObject } from 'react'
import { useUi } from '../../state/ui-store.ts'
import { setLooks, useLooks } from './review.ts'
import { isField } from './use-keys-within.ts'

type ReviewKeys = {
  frame: RefObject<HTMLElement | null>
  nextFile: (by: 1 | -1) => void
  nextChange: (by: 1 | -1) => void
}

/** Keys of one letter that work wherever nothing is written: through changes and files, to the search, and how it all looks. */
export function useReviewKeys(keys: ReviewKeys): void {
  const newest = useRef(keys)
  useEffect(() => {
    newest.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { dialog, paletteOpen } = useUi.getState()
      if (event.defaultPrevented || dialog !== null || paletteOpen || event.ctrlKey || event.metaKey || event.altKey) return
      if (isField(event.target)) return
      const { frame, nextFile, nextChange } = newest.current
      const { layout, whitespace } = useLooks.getState()
      const acts: Record<string, () => void> = {
        n: () => nextChange(1),
        p: () => nextChange(-1),
        j: () => nextFile(1),
        k: () => nextFile(-1),
        s: () => setLooks({ layout: layout === 'split' ? 'unified' : 'split' }),
        w: () => setLooks({ whitespace: !whitespace }),
        '/': () => frame.current?.querySelector<HTMLElement>('.changes-search')?.focus(),
        f: () => frame.current?.querySelector<HTMLElement>('.file-filter')?.focus(),
      }
      const act = acts[event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
