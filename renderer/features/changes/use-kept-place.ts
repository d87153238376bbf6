import { useCallback, useLayoutEffect, useRef, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import { linesOfRow } from '../../tools/diff/diff-rows.ts'
import type { TextRow } from './text-rows.ts'

type KeptPlace = {
  /** Told which row is the first in sight. */
  see: (index: number) => void
  /** Which one it is. */
  first: () => number
}

/** Keeps the first row in sight where it is when rows come or go above it, as the file changed, a fold was opened or the layout is another. */
export function useKeptPlace(list: RefObject<VirtuosoHandle | null>, rows: readonly TextRow[]): KeptPlace {
  const seen = useRef(0)
  const before = useRef(rows)
  useLayoutEffect(() => {
    const old = before.current
    before.current = rows
    const first = old[seen.current]
    if (old === rows || first === undefined || seen.current === 0 || rows[seen.current]?.key === first.key) return
    const index = placeOf(first, rows)
    if (index < 0) return
    seen.current = index
    list.current?.scrollToIndex({ index, align: 'start' })
  }, [list, rows])
  return {
    see: useCallback((index) => {
      seen.current = index
    }, []),
    first: useCallback(() => seen.current, []),
  }
}

/** Where a row is now, or the first that has a line of it; -1 where there is none. */
function placeOf(wanted: TextRow, rows: readonly TextRow[]): number {
  const index = rows.findIndex(({ key }) => key === wanted.key)
  if (index >= 0 || wanted.type === 'comment') return index
  const lines = new Set(linesOfRow(wanted))
  return rows.findIndex((row) => row.type !== 'comment' && linesOfRow(row).some((line) => lines.has(line)))
}
