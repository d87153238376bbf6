import { useEffect, useRef, type RefObject } from 'react'
import { isWriting, meaningOfChord, type ChordMeaning } from './approval-keys.ts'

/** A card whose turn it has just become does not take the chord that was meant for the one before. */
const armedAfterMs = 400

/**
 * Lets chords decide about the card while it is `active`. A card that is out of sight is brought into
 * view instead of being answered, and somebody who writes keeps their keys.
 */
export function useApprovalChords(card: RefObject<HTMLElement | null>, active: boolean, decide: (meaning: ChordMeaning) => void): void {
  const latest = useRef(decide)
  useEffect(() => {
    latest.current = decide
  })
  useEffect(() => {
    if (!active) return undefined
    const since = performance.now()
    const onKey = (event: KeyboardEvent) => {
      const meaning = meaningOfChord(event)
      const element = card.current
      const isElsewhere = event.defaultPrevented || isWriting(document.activeElement) || document.querySelector('[role="dialog"]') !== null
      if (!meaning || !element || isElsewhere) return
      event.preventDefault()
      if (!isInSight(element)) element.scrollIntoView({ block: 'nearest' })
      else if (performance.now() - since >= armedAfterMs) latest.current(meaning)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [card, active])
}

function isInSight(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return bottom > 60 && top < window.innerHeight - 120
}
