import { useEffect, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import { vault } from './vault-store.ts'

type RowKeys = {
  list: RefObject<VirtuosoHandle | null>
  frame: RefObject<HTMLDivElement | null>
  cursor: number
  setCursor: (index: number) => void
  total: number
}

const pageStep = 10

/** Arrows move through the list, Enter looks at a session, Escape puts it away. */
export function useRowKeys({ list, frame, cursor, setCursor, total }: RowKeys): void {
  useEffect(() => {
    const box = frame.current
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') return vault.look(null)
      const to = targetOf(event.key, cursor, total)
      if (to === undefined) return
      event.preventDefault()
      const index = Math.max(0, Math.min(to, total - 1))
      setCursor(index)
      list.current?.scrollIntoView({ index, done: () => focusRow(box, index) })
    }
    box?.addEventListener('keydown', onKey)
    return () => box?.removeEventListener('keydown', onKey)
  }, [list, frame, cursor, setCursor, total])
}

function targetOf(key: string, at: number, total: number): number | undefined {
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + pageStep,
    PageUp: at - pageStep,
    Home: 0,
    End: total - 1,
  }
  return targets[key]
}

/** A row that was just scrolled to may be drawn a moment later. */
function focusRow(frame: HTMLDivElement | null, index: number): void {
  requestAnimationFrame(() => frame?.querySelector<HTMLElement>(`[data-index="${index}"] .vault-open`)?.focus())
}
