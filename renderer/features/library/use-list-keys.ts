import { useEffect, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import { ui } from '../../state/ui-store.ts'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { actOn } from '../../commands/library-actions.ts'
import { library, useLibrary, windows } from '../../state/library-store.ts'
import { anchorAt, pickRange } from './pick-range.ts'

type ListKeys = {
  list: RefObject<VirtuosoHandle | null>
  frame: RefObject<HTMLDivElement | null>
  cursor: number
  setCursor: (index: number) => void
}

/** Arrows move, space picks, shift and an arrow pick on the way, Delete and E act on what is picked or under the cursor. */
export function useListKeys({ list, frame, cursor, setCursor }: ListKeys): void {
  useEffect(() => {
    const box = frame.current
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const to = rowOfKey(event.key, cursor, windows.store.getState().layout.rows)
      if (to === undefined) return act(event, cursor)
      event.preventDefault()
      const index = rowNear(to, cursor)
      if (event.shiftKey) void pickRange(index)
      else anchorAt(index)
      setCursor(index)
      return list.current?.scrollIntoView({ index, done: () => focusInRow(box, index, '.library-open') })
    }
    box?.addEventListener('keydown', onKey)
    return () => box?.removeEventListener('keydown', onKey)
  }, [list, frame, cursor, setCursor])
}

function act(event: KeyboardEvent, cursor: number): void {
  const row = windows.row(cursor)
  const { picked } = useLibrary.getState()
  const own = row?.kind === 'item' && row.item.state !== 'claude' ? [row.item.id] : []
  const ids = picked.size > 0 ? [...picked.keys()] : own
  if (event.key === ' ' && row?.kind === 'item' && !(event.target instanceof HTMLInputElement)) {
    event.preventDefault()
    anchorAt(cursor)
    library.pick([row.item], !picked.has(row.item.id))
  } else if (event.key === 'Escape') library.pickNone()
  else if (event.key === 'Delete' && ids.length > 0) ui.openDialog({ name: 'delete-conversations', ids, trashed: isTrash() })
  else if (event.key === 'e' && ids.length > 0) void actOn(restores() ? 'restore' : 'archive', ids).then(library.pickNone)
}

/** The row to go to; heads of groups are stepped over. */
function rowNear(to: number, from: number): number {
  const last = windows.store.getState().layout.rows - 1
  const index = Math.max(0, Math.min(to, last))
  if (windows.row(index)?.kind !== 'group') return index
  return index === 0 ? Math.min(1, last) : index + (to < from ? -1 : 1)
}

function isTrash(): boolean {
  return useLibrary.getState().query.state === 'trash'
}

function restores(): boolean {
  const { state } = useLibrary.getState().query
  return state === 'trash' || state === 'archived'
}
