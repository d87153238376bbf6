import { useCallback, useLayoutEffect, useRef, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import type { TextRow } from './text-rows.ts'

type KeptPlace = {
  /** Told which row is the first in sight. */
  see: (index: number) => void
  /** Which one it is. */
  first: () => number
}

/** Keeps the first row in sight where it is when rows come or go above it, as the file changed or a fold was opened. */
export function useKeptPlace(list: RefObject<VirtuosoHandle | null>, rows: readonly TextRow[]): KeptPlace {
  const seen = useRef(0)
  const before = useRef(rows)
  useLayoutEffect(() => {
    const old = before.current
    before.current = rows
    const key = old[seen.current]?.key
    if (old === rows || key === undefined || seen.current === 0 || rows[seen.current]?.key === key) return
    const index = rows.findIndex((row) => row.key === key)
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
