import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'

/** For so long after something was opened its row is followed: groups find their places a moment later. */
const settleMs = 1_500

/**
 * Brings the row of what is open into view when that changes; a list that is scrolled by hand stays where it is otherwise. `rangeChanged` is
 * for the list: before it has drawn anything it cannot be scrolled.
 */
export function useShownRow(list: RefObject<VirtuosoHandle | null>, open: string | null, find: () => number): { rangeChanged: () => void } {
  const [isDrawn, setDrawn] = useState(false)
  const shown = useRef<{ open: string | null; index: number; until: number }>({ open: null, index: -1, until: 0 })
  useEffect(() => {
    const { current } = shown
    const isOther = open !== current.open
    const now = performance.now()
    if (!isDrawn || (!isOther && now > current.until)) return
    const index = open === null ? -1 : find()
    if (open !== null && index < 0) return
    if (isOther) shown.current = { open, index, until: now + settleMs }
    else if (index === current.index) return
    else current.index = index
    if (index >= 0) list.current?.scrollIntoView({ index })
  })
  const rangeChanged = useCallback(() => setDrawn(true), [])
  return { rangeChanged }
}
