import { CircleAlert } from 'lucide-react'
import { memo } from 'react'
import { needWhy, showNeed, useNeedTitle } from '../../commands/need-actions.ts'
import type { Need } from '../../state/needs.ts'
import { VisibleText } from '../../ui/visible-text.tsx'

/** Something that waits for the user: what it is about, and why. */
export const NeedRow = memo(function NeedRow({ need }: { need: Need }) {
  const title = useNeedTitle(need)
  const why = needWhy(need)
  return (
    <button type="button" className="need-row" data-row data-need-row={need.key} title={`${title}\n${why}`} onClick={() => showNeed(need)}>
      <CircleAlert size={14} strokeWidth={1.75} aria-hidden />
      <bdi className="need-row-title">{title}</bdi>
      <span className="need-row-why">
        <VisibleText text={why} />
      </span>
    </button>
  )
})
