import { useEffect, useRef, type RefObject } from 'react'
import { sharesFor } from '../../state/panes.ts'
import { ui, useUi } from '../../state/ui-store.ts'

const step = 0.02

/** The line right of a pane: dragged, or moved with the arrow keys, it changes the widths; a double click makes them equal. */
export function PaneEdge({ left, box }: { left: number; box: RefObject<HTMLElement | null> }) {
  const edge = useRef<HTMLHRElement>(null)
  const share = useUi(({ panes, paneShares }) => sharesFor(panes.items.length, paneShares)[left] ?? 0)
  useEffect(() => (edge.current ? moveWith(edge.current, left, box) : undefined), [left, box])
  return (
    <hr
      ref={edge}
      className="pane-edge"
      aria-label={`Width of pane ${left + 1}`}
      aria-orientation="vertical"
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
    />
  )
}

function moveWith(edge: HTMLElement, left: number, box: RefObject<HTMLElement | null>): () => void {
  const end = new AbortController()
  const { signal } = end
  edge.tabIndex = 0
  edge.addEventListener(
    'pointerdown',
    (event) => {
      event.preventDefault()
      edge.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  edge.addEventListener(
    'pointermove',
    (event) => {
      const width = box.current?.clientWidth ?? 0
      if (width === 0 || !edge.hasPointerCapture(event.pointerId)) return
      const { left: x, width: own } = edge.getBoundingClientRect()
      ui.dragShare(left, (event.clientX - x - own / 2) / width)
    },
    { signal },
  )
  edge.addEventListener('dblclick', () => ui.equalPanes(), { signal })
  edge.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
      event.preventDefault()
      ui.dragShare(left, event.key === 'ArrowRight' ? step : -step)
    },
    { signal },
  )
  return () => end.abort()
}
