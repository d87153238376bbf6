import { useState, type DragEvent } from 'react'
import { droppedConversation, endDrag, useDragged } from '../../state/dragged-conversation.ts'
import { ui } from '../../state/ui-store.ts'

type Zone = 'left' | 'here' | 'right'

/** Lies over a pane while a conversation is dragged: it opens at the side where it is dropped, or in this pane. */
export function PaneDrop({ at }: { at: number }) {
  const isDragging = useDragged((state) => state.id !== null)
  const [zone, setZone] = useState<Zone | null>(null)
  if (!isDragging) return null
  const over = (event: DragEvent<HTMLDivElement>) => {
    event.preventDefault()
    setZone(zoneOf(event))
  }
  const drop = (event: DragEvent<HTMLDivElement>) => {
    event.preventDefault()
    const id = droppedConversation(event.dataTransfer)
    const where = zoneOf(event)
    endDrag()
    if (id === null) return
    if (where === 'here') ui.openInPane({ id }, at)
    else ui.openBeside({ id }, at, where)
  }
  return (
    <div className="pane-drop" data-zone={zone ?? undefined} onDragOver={over} onDragLeave={() => setZone(null)} onDrop={drop}>
      {zone !== null && <span>{zone === 'here' ? 'Open here' : 'Open beside'}</span>}
    </div>
  )
}

function zoneOf({ clientX, currentTarget }: DragEvent<HTMLDivElement>): Zone {
  const { left, width } = currentTarget.getBoundingClientRect()
  const share = (clientX - left) / Math.max(1, width)
  if (share < 0.3) return 'left'
  return share > 0.7 ? 'right' : 'here'
}
