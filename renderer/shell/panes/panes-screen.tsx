import { useEffect, useMemo, useRef, useState, type CSSProperties, type RefObject, type SyntheticEvent } from 'react'
import { sharesFor, type Pane, type Panes } from '../../state/panes.ts'
import { usePool } from '../../state/pool-store.ts'
import { panesOf, type Screen } from '../../state/screen-address.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { PaneProvider } from '../../ui/pane-place.ts'
import { ConversationScreen } from '../conversation-screen.tsx'
import { ScreenBoundary } from '../screen-boundary.tsx'
import { useSeeing } from '../use-presence.ts'
import { GoneConversation } from './gone-conversation.tsx'
import { PaneBar } from './pane-bar.tsx'
import { PaneDrop } from './pane-drop.tsx'
import { PaneEdge } from './pane-edge.tsx'
import { PaneTabs } from './pane-tabs.tsx'
import { useIsGone } from './use-is-gone.ts'
import './panes.css'

/** A pane needs this much to be of use; where there is less, one is shown at a time and the others are tabs. */
const leastPx = 340

/** One conversation, or up to four side by side, of which one is active. */
export function PanesScreen({ screen }: { screen: Screen & { name: 'conversation' } }) {
  const panes = panesOf(screen)
  const box = useRef<HTMLDivElement>(null)
  const [details, setDetails] = useState<HTMLElement | null>(null)
  const count = panes.items.length
  const isNarrow = useIsNarrow(box, count * leastPx)
  const asTabs = count > 1 && isNarrow
  const shares = sharesFor(
    count,
    useUi((state) => state.paneShares),
  )
  // The same element whatever their number: what is in it stays what it is.
  return (
    <div
      className="panes"
      data-count={count}
      data-tabs={asTabs || undefined}
      role={count > 1 ? 'main' : undefined}
      aria-label={count > 1 ? 'Conversations' : undefined}
    >
      {asTabs && <PaneTabs panes={panes} />}
      <div className="panes-row">
        <div ref={box} className="panes-side-by-side">
          {panes.items.map((pane, at) =>
            asTabs && at !== panes.active ? null : (
              <OnePane
                key={`${pane.id}/${pane.messageId ?? ''}`}
                pane={pane}
                at={at}
                panes={panes}
                share={asTabs ? 1 : (shares[at] ?? 1)}
                asTabs={asTabs}
                box={box}
                details={count > 1 ? details : null}
              />
            ),
          )}
        </div>
        {count > 1 && <div ref={setDetails} className="panes-details" />}
      </div>
    </div>
  )
}

type OnePaneProps = {
  pane: Pane
  at: number
  panes: Panes
  share: number
  asTabs: boolean
  box: RefObject<HTMLElement | null>
  details: HTMLElement | null
}

function OnePane({ pane, at, panes, share, asTabs, box, details }: OnePaneProps) {
  const count = panes.items.length
  const active = panes.active === at
  const [number, isActive] = [at + 1, count === 1 || active]
  const title = usePool((state) => state.conversations.get(pane.id)?.title)
  const place = usePlace(isActive, number, count, details)
  const isGone = useIsGone(pane.id)
  const style: CSSProperties = { flex: `${share} 1 0` }
  useSeeing(pane.id)
  const activate = ({ target }: SyntheticEvent) => {
    // What closes or moves a pane is no work in it.
    if (target instanceof Element && target.closest('.pane-buttons') === null) ui.activatePane(at)
  }
  return (
    <>
      {at > 0 && !asTabs && <PaneEdge left={at - 1} box={box} />}
      <div
        className="pane"
        role={count > 1 ? 'region' : undefined}
        style={style}
        data-active={active}
        data-pane={number}
        aria-label={count > 1 ? `Pane ${number} of ${count}: ${title ?? 'conversation'}${active ? ', active' : ''}` : undefined}
        onPointerDownCapture={activate}
        onFocusCapture={activate}
      >
        {count > 1 && !asTabs && <PaneBar at={at} panes={panes} />}
        <PaneProvider value={place}>
          <ScreenBoundary>
            {isGone ? <GoneConversation id={pane.id} /> : <ConversationScreen id={pane.id} messageId={pane.messageId} />}
          </ScreenBoundary>
        </PaneProvider>
        <PaneDrop at={at} />
      </div>
    </>
  )
}

function usePlace(active: boolean, number: number, count: number, details: HTMLElement | null) {
  return useMemo(() => ({ active, beside: count > 1 ? { number, count } : null, details }), [active, number, count, details])
}

function useIsNarrow(box: RefObject<HTMLElement | null>, px: number): boolean {
  const [width, setWidth] = useState(() => Math.max(0, window.innerWidth - useUi.getState().sidebarWidth))
  useEffect(() => {
    if (!box.current) return undefined
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [box])
  return width < px
}
