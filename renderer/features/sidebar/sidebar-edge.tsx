import { useEffect, useRef } from 'react'
import { sidebarWidths, ui, useUi } from '../../state/ui-store.ts'

const step = 16

/** The sidebar's right edge: dragged, or moved with the arrow keys, it changes the width; a double click takes the usual one. */
export function SidebarEdge() {
  const width = useUi((state) => state.sidebarWidth)
  const edge = useRef<HTMLHRElement>(null)
  useEffect(() => (edge.current ? moveWith(edge.current) : undefined), [])
  return (
    <hr
      ref={edge}
      className="sidebar-edge"
      aria-label="Width of the sidebar"
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={sidebarWidths.least}
      aria-valuemax={sidebarWidths.most}
    />
  )
}

function moveWith(edge: HTMLElement): () => void {
  const end = new AbortController()
  edge.tabIndex = 0
  const { signal } = end
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
      if (edge.hasPointerCapture(event.pointerId)) ui.setSidebarWidth(event.clientX)
    },
    { signal },
  )
  edge.addEventListener('dblclick', () => ui.setSidebarWidth(sidebarWidths.usual), { signal })
  edge.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
      event.preventDefault()
      ui.setSidebarWidth(useUi.getState().sidebarWidth + (event.key === 'ArrowRight' ? step : -step))
    },
    { signal },
  )
  return () => end.abort()
}
