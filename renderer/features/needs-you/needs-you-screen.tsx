import { useRef } from 'react'
import { showNeed } from '../../commands/need-actions.ts'
import { StateMark } from '../../ui/state-mark.tsx'
import type { Need } from '../../state/needs.ts'
import { NeedItem } from './need-item.tsx'
import { useNeeds } from '../../state/use-needs.ts'
import { usePlace } from './use-place.ts'
import '../../ui/page.css'
import './needs-you.css'

/** Everything that waits for the user, over all instances. Chords answer the question that the user is at. */
export function NeedsYouScreen() {
  const needs = useNeeds()
  const list = useRef<HTMLElement>(null)
  const { index, take } = usePlace({ keys: needs.map(({ key }) => key), list, open: (at) => open(needs[at]) })
  return (
    <main ref={list} className="page">
      <div className="page-column">
        <div className="page-head">
          <h1>Needs you</h1>
          {needs.length > 1 && (
            <span className="page-keys">
              <kbd>↑</kbd> <kbd>↓</kbd> to move · <kbd>Enter</kbd> to open
            </span>
          )}
        </div>
        {needs.length === 0 ? (
          <div className="page-empty">
            <StateMark mark="idle" />
            <p>Nothing needs you. Approvals, questions and failures show up here.</p>
          </div>
        ) : (
          needs.map((need, at) => (
            <section
              key={need.key}
              data-need={need.key}
              className="need"
              data-active={at === index}
              tabIndex={-1}
              onFocus={() => at !== index && take(need.key)}
            >
              <NeedItem need={need} active={at === index} />
            </section>
          ))
        )}
      </div>
    </main>
  )
}

function open(need: Need | undefined): void {
  if (need) showNeed(need)
}
