import { useEffect, useRef, type RefObject } from 'react'

/** What a dragged message is known by. */
const dragType = 'application/x-waiting-message'

export type WaitingMoves = {
  id: string
  /** It can change places, and others can be dropped on it. */
  active: boolean
  step: (direction: 'up' | 'down') => void
  /** Another one was dropped on it. */
  drop: (dragged: string) => void
}

/** Alt with ↑ and ↓ moves a waiting message, and so does dragging it onto another one. */
export function useWaitingMoves(moves: WaitingMoves): RefObject<HTMLLIElement | null> {
  const row = useRef<HTMLLIElement>(null)
  const latest = useRef(moves)
  useEffect(() => {
    latest.current = moves
  })
  useEffect(() => {
    const end = new AbortController()
    const { signal } = end
    const onKey = (event: KeyboardEvent) => {
      if (!latest.current.active || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
      event.preventDefault()
      latest.current.step(event.key === 'ArrowUp' ? 'up' : 'down')
    }
    const onOver = (event: DragEvent) => {
      if (latest.current.active && event.dataTransfer?.types.includes(dragType)) event.preventDefault()
    }
    const onDrop = (event: DragEvent) => {
      const dragged = event.dataTransfer?.getData(dragType) ?? ''
      if (!latest.current.active || dragged === '' || dragged === latest.current.id) return
      event.preventDefault()
      latest.current.drop(dragged)
    }
    row.current?.addEventListener('keydown', onKey, { signal })
    row.current?.addEventListener('dragstart', (event) => event.dataTransfer?.setData(dragType, latest.current.id), { signal })
    row.current?.addEventListener('dragover', onOver, { signal })
    row.current?.addEventListener('drop', onDrop, { signal })
    return () => end.abort()
  }, [])
  return row
}
