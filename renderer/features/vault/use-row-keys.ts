import { useEffect, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { vault } from './vault-store.ts'

type RowKeys = {
  list: RefObject<VirtuosoHandle | null>
  frame: RefObject<HTMLDivElement | null>
  cursor: number
  setCursor: (index: number) => void
  total: number
}

/** Arrows move through the list, Enter looks at a session, Escape puts it away. */
export function useRowKeys({ list, frame, cursor, setCursor, total }: RowKeys): void {
  useEffect(() => {
    const box = frame.current
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') return vault.look(null)
      const to = rowOfKey(event.key, cursor, total)
      if (to === undefined) return
      event.preventDefault()
      const index = Math.max(0, Math.min(to, total - 1))
      setCursor(index)
      list.current?.scrollIntoView({ index, done: () => focusInRow(box, index, '.vault-open') })
    }
    box?.addEventListener('keydown', onKey)
    return () => box?.removeEventListener('keydown', onKey)
  }, [list, frame, cursor, setCursor, total])
}
