import { useState, type ReactNode } from 'react'
import type { Need } from '../../state/needs.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { NeedRow } from './need-row.tsx'

/** It takes no more of the room than this, so that the lists below keep theirs. */
const mostShown = 3

/**
 * What needs the user, above the lists. While the pointer is over any of them it stays as it is, or what is pointed at would move away
 * below it.
 */
export function Lists({ needs, children }: { needs: readonly Need[]; children: ReactNode }) {
  const [held, setHeld] = useState<readonly Need[] | null>(null)
  // Their pages show the same, with more room.
  const isOnPage = useUi(({ screen }) => screen.name === 'start' || screen.name === 'needs-you')
  return (
    <div className="sidebar-lists" onPointerEnter={() => setHeld(needs)} onPointerLeave={() => setHeld(null)}>
      {!isOnPage && <NeedList needs={held ?? needs} />}
      {children}
    </div>
  )
}

function NeedList({ needs }: { needs: readonly Need[] }) {
  if (needs.length === 0) return null
  // A line that says “one more” takes as much room as that one.
  const shown = needs.slice(0, needs.length === mostShown + 1 ? mostShown + 1 : mostShown)
  const more = needs.length - shown.length
  return (
    <section className="sidebar-needs" aria-label="Waiting for you">
      <div className="group-head group-wanted">
        <button type="button" data-row onClick={() => ui.go({ name: 'needs-you' })}>
          Needs you
        </button>
        <span className="figure">{needs.length}</span>
      </div>
      {shown.map((need) => (
        <NeedRow key={need.key} need={need} />
      ))}
      {more > 0 && (
        <button type="button" className="more-row" data-row onClick={() => ui.go({ name: 'needs-you' })}>
          Show {more.toLocaleString('en-US')} more
        </button>
      )}
    </section>
  )
}
