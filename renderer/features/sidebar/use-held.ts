import { useMemo, useState } from 'react'
import { placesOf } from './held-order.ts'

/** What is pointed at stays where it is, however much happens meanwhile: the order as it was when the pointer came. */
export function useHeld(ids: () => readonly string[]): {
  held: ReadonlyMap<string, number> | null
  handlers: { onPointerEnter: () => void; onPointerLeave: () => void }
} {
  const [held, setHeld] = useState<ReadonlyMap<string, number> | null>(null)
  const handlers = useMemo(() => ({ onPointerEnter: () => setHeld(placesOf(ids())), onPointerLeave: () => setHeld(null) }), [ids])
  return { held, handlers }
}
