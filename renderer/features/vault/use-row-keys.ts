import { useEffect, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { anchorAt, pickRange } from './vault-picking.ts'
import { useVault, vault, windows } from './vault-store.ts'

type RowKeys = {
  list: RefObject<VirtuosoHandle | null>
  frame: RefObject<HTMLDivElement | null>
  cursor: number
  setCursor: (index: number) => void
  total: number
}

/** Arrows move through the list, space picks, shift and an arrow pick on the way, Enter looks at a session, Escape puts it away. */
export function useRowKeys({ list, frame, cursor, setCursor, total }: RowKeys): void {
  useEffect(() => {
    const box = frame.current
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') return escape()
      if (event.key === ' ' && !(event.target instanceof HTMLInputElement)) return pickAt(event, cursor)
      const to = rowOfKey(event.key, cursor, total)
      if (to === undefined) return
      event.preventDefault()
      const index = Math.max(0, Math.min(to, total - 1))
      if (event.shiftKey) void pickRange(index)
      else anchorAt(index)
      setCursor(index)
      list.current?.scrollIntoView({ index, done: () => focusInRow(box, index, '.vault-open') })
    }
    box?.addEventListener('keydown', onKey)
    return () => box?.removeEventListener('keydown', onKey)
  }, [list, frame, cursor, setCursor, total])
}

/** What is looked at goes first, then what is picked. */
function escape(): void {
  if (useVault.getState().openId === null) vault.pickNone()
  else vault.look(null)
}

function pickAt(event: KeyboardEvent, index: number): void {
  const session = windows.row(index)
  if (session === null) return
  event.preventDefault()
  anchorAt(index)
  vault.pick([session], !useVault.getState().picked.has(session.sessionId))
}
