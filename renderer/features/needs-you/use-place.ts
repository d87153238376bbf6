import { useEffect, useRef, useState, type RefObject } from 'react'
import { placeIn, type Place } from '../../state/needs.ts'

export type PlaceOptions = {
  keys: readonly string[]
  /** Holds an element with `data-need` for each key. */
  list: RefObject<HTMLElement | null>
  open: (index: number) => void
}

/** The one thing of a list that the keys are about: up and down move, Enter shows it, and what is done makes room for the next. */
export function usePlace({ keys, list, open }: PlaceOptions): { index: number; take: (key: string) => void } {
  const [place, setPlace] = useState<Place>({ key: keys[0] ?? null, index: 0 })
  const index = placeIn(keys, place)
  const key = keys[index] ?? null
  // What stands at the place of something that is gone is the user's from now on.
  const at = Math.max(0, index)
  if (key !== place.key || at !== place.index) setPlace({ key, index: at })
  const latest = useRef({ index, keys, open })
  useEffect(() => {
    latest.current = { index, keys, open }
  })
  useEffect(() => {
    const focus = (wanted: string | undefined) => {
      const element = [...(list.current?.querySelectorAll<HTMLElement>('[data-need]') ?? [])].find((one) => one.dataset['need'] === wanted)
      element?.focus({ preventScroll: true })
      element?.scrollIntoView({ block: 'nearest' })
    }
    const onKey = (event: KeyboardEvent) => {
      const now = latest.current
      const step = stepOf(event)
      const isElsewhere =
        event.defaultPrevented ||
        isField(document.activeElement) ||
        isRow(document.activeElement) ||
        document.querySelector('[role="dialog"], [role="menu"]') !== null
      if (isElsewhere) return
      if (step !== 0) {
        const next = Math.min(now.keys.length - 1, Math.max(0, now.index + step))
        const wanted = now.keys[next]
        if (wanted === undefined) return
        setPlace({ key: wanted, index: next })
        focus(wanted)
      } else if (event.key === 'Enter' && isPlain(event) && isNeed(document.activeElement)) now.open(now.index)
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [list])
  return { index, take: (wanted) => setPlace({ key: wanted, index: keys.indexOf(wanted) }) }
}

function stepOf(event: KeyboardEvent): number {
  if (!isPlain(event)) return 0
  if (event.key === 'ArrowDown' || event.key === 'j') return 1
  return event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0
}

function isPlain({ ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey && !shiftKey
}

function isNeed(element: Element | null): boolean {
  return element?.hasAttribute('data-need') ?? false
}

function isField(element: Element | null): boolean {
  return element?.matches('input, textarea, select, [contenteditable]') ?? false
}

/** Rows of the sidebar have these keys for themselves. */
function isRow(element: Element | null): boolean {
  return (element?.closest('[data-row], [role="separator"]') ?? null) !== null
}
