import { useEffect, useRef, type RefObject } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'

/** Brings the row of what is open into view when that changes; a list that is scrolled by hand stays where it is otherwise. */
export function useShownRow(list: RefObject<VirtuosoHandle | null>, open: string | null, find: () => number): void {
  const shown = useRef<string | null>(null)
  useEffect(() => {
    if (open === shown.current) return
    const index = open === null ? -1 : find()
    // What is not there yet comes later: a conversation that was just made, or one that is older than the list.
    if (open !== null && index < 0) return
    shown.current = open
    if (index >= 0) list.current?.scrollIntoView({ index })
  })
}
