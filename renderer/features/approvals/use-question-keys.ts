import { useEffect, useRef, type RefObject } from 'react'
import { goesOn, isMeantFor, optionOfKey, stepOf } from './question-keys.ts'

/** A card that has just come does not take a key that was meant for what was there before. */
const armedAfterMs = 400

export type QuestionKeys = {
  /** Its questions can be answered now. */
  free: boolean
  /** A digit chooses an option of the question in focus, counted from 0; answers whether there is one. */
  choose: (option: number) => boolean
  /** Enter in a field of a question: an option, or one for words. */
  enter: (field: HTMLElement) => void
  /** The focus is in a question, by its place. */
  look: (place: number) => void
}

/**
 * Digits choose, up and down move between ticks, and Enter goes on. Digits work in a card that is `active` wherever the focus is not in a
 * field: whoever writes, here or elsewhere, keeps their keys.
 */
export function useQuestionKeys(card: RefObject<HTMLElement | null>, active: boolean, keys: QuestionKeys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const element = card.current
    if (element === null) return undefined
    const onKey = (event: KeyboardEvent) => {
      const field = event.target
      if (!(field instanceof HTMLElement) || !latest.current.free) return
      if (goesOn(event) && field.matches('.question input, .question textarea')) {
        event.preventDefault()
        latest.current.enter(field)
      } else if (field.matches('.question input[type="checkbox"]') && moved(field, stepOf(event))) event.preventDefault()
    }
    const onFocus = ({ target }: FocusEvent) => {
      const place = target instanceof Element ? target.closest<HTMLElement>('[data-question]')?.dataset['question'] : undefined
      if (place !== undefined) latest.current.look(Number(place))
    }
    element.addEventListener('keydown', onKey)
    element.addEventListener('focusin', onFocus)
    return () => {
      element.removeEventListener('keydown', onKey)
      element.removeEventListener('focusin', onFocus)
    }
  }, [card])
  useEffect(() => {
    if (!active) return undefined
    const since = performance.now()
    const onKey = (event: KeyboardEvent) => {
      const option = optionOfKey(event)
      const element = card.current
      if (option === null || element === null || event.defaultPrevented || !latest.current.free) return
      const isElsewhere = !isMeantFor(element, document.activeElement) || document.querySelector('[role="dialog"], [role="menu"]') !== null
      if (isElsewhere || performance.now() - since < armedAfterMs) return
      if (latest.current.choose(option)) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [card, active])
}

/** Moves from one tick of a question to the next or the one before. */
function moved(field: HTMLElement, step: number): boolean {
  const ticks = [...(field.closest('.question')?.querySelectorAll<HTMLInputElement>('input[type="checkbox"]') ?? [])]
  const from = ticks.findIndex((tick) => tick === field)
  if (step === 0 || from < 0) return false
  ticks[(from + step + ticks.length) % ticks.length]?.focus()
  return true
}
