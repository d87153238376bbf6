import { useLayoutEffect, useMemo, useState, type CSSProperties, type RefObject } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { Calm, CalmProvider } from '../../tools/diff/calm.ts'
import type { DiffLayout } from '../../tools/diff/diff-rows.ts'
import { usualHeight } from './row-heights.ts'
import { TextRowView } from './row-view.tsx'
import type { TextRow } from './text-rows.ts'

type TextListProps = {
  list: RefObject<VirtuosoHandle | null>
  frame: RefObject<HTMLDivElement | null>
  label: string
  rows: readonly TextRow[]
  layout: DiffLayout
  digits: number
  /** From the first to the last selected row. */
  range: readonly [from: number, to: number] | null
  /** The row to be shown first. */
  first: number | { index: number; align: 'center' }
  onSee: (index: number) => void
}

/** The rows of a difference, of which only those in sight are drawn. */
export function TextList({ list, frame, label, rows, layout, digits, range, first, onSee }: TextListProps) {
  const [calm] = useState(() => new Calm())
  const [width, setWidth] = useState<number | null>(null)
  useLayoutEffect(() => setWidth(frame.current?.clientWidth ?? 0), [frame])
  const height = useMemo(() => usualHeight(rows, layout, width ?? 0), [rows, layout, width])
  const style: CSSProperties & Record<'--digits', number> = { '--digits': digits }
  return (
    <CalmProvider value={calm}>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- lines are no fields of a form */}
      <div ref={frame} className="text-diff" style={style} role="group" aria-label={label}>
        {width !== null && (
          <Virtuoso
            // Rows of the other layout are of other heights.
            key={layout}
            ref={list}
            className="text-diff-list"
            data={rows}
            computeItemKey={(_, row) => row.key}
            defaultItemHeight={height}
            increaseViewportBy={40}
            isScrolling={(moves) => calm.set(!moves)}
            initialTopMostItemIndex={first}
            rangeChanged={({ startIndex }) => onSee(startIndex)}
            itemContent={(index, row) => (
              <TextRowView row={row} index={index} selected={range !== null && index >= range[0] && index <= range[1]} />
            )}
          />
        )}
      </div>
    </CalmProvider>
  )
}
