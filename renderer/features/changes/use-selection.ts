import { useCallback, useMemo, useState } from 'react'
import { linesOfRow, type NumberedLine } from '../../tools/diff/diff-rows.ts'
import type { TextRow } from './text-rows.ts'

/** By the keys of rows: they stay when others come or go. */
type Ends = { anchor: string; cursor: string } | null

export type Selection = {
  /** From the first to the last selected row; null: nothing is selected. */
  range: readonly [from: number, to: number] | null
  /** Where keys go on from; -1 when nothing is selected. */
  cursor: number
  lines: readonly NumberedLine[]
  point: (row: number, how: 'start' | 'extend') => void
  clear: () => void
}

/** Which rows of a difference are selected: from where it was begun to where the cursor is. */
export function useSelection(rows: readonly TextRow[]): Selection {
  const [ends, setEnds] = useState<Ends>(null)
  const places = useMemo(() => {
    if (ends === null) return null
    const [anchor, cursor] = [rows.findIndex(({ key }) => key === ends.anchor), rows.findIndex(({ key }) => key === ends.cursor)]
    return anchor < 0 || cursor < 0 ? null : { anchor, cursor }
  }, [rows, ends])
  const [from, to] = places === null ? [-1, -1] : [Math.min(places.anchor, places.cursor), Math.max(places.anchor, places.cursor)]
  const lines = useMemo(
    () => (from < 0 ? [] : rows.slice(from, to + 1).flatMap((row) => (row.type === 'comment' ? [] : linesOfRow(row)))),
    [rows, from, to],
  )
  const point = useCallback(
    (row: number, how: 'start' | 'extend') => {
      const key = rows[row]?.key
      if (key === undefined) return
      setEnds((before) => ({ anchor: how === 'extend' && before !== null ? before.anchor : key, cursor: key }))
    },
    [rows],
  )
  const clear = useCallback(() => setEnds(null), [])
  return { range: from < 0 ? null : [from, to], cursor: places?.cursor ?? -1, lines, point, clear }
}
