import { useEffect, useState, type RefObject } from 'react'

/** A passage that was picked: its words, and where it stands in its box, in pixels. */
export type Passage = { text: string; top: number; height: number }

/** What can be picked as a whole. */
const wholes = '.markdown > :not(ul, ol, .show-more), .markdown > ul > li, .markdown > ol > li'

/**
 * A passage of a document in a box: what is selected with the pointer, what is clicked, or with J and K the one after or before.
 * `comment` is what C does. Keys are the box's own, while it has the focus.
 */
export function usePassages(box: RefObject<HTMLElement | null>, comment: () => void): { passage: Passage | null; clear: () => void } {
  const [passage, setPassage] = useState<Passage | null>(null)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const pick = (target: Element) => setPassage(placed(element, target.textContent, target.getBoundingClientRect()))
    const onUp = ({ target }: PointerEvent) => {
      const selected = selectionIn(element)
      if (selected !== null) return setPassage(placed(element, selected.text, selected.rect))
      const whole = target instanceof Element && target.closest('a, button, summary') === null ? target.closest(wholes) : null
      return whole !== null && element.contains(whole) ? pick(whole) : undefined
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.target !== element || event.metaKey || event.ctrlKey || event.altKey) return
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
      if (step !== 0) stepBy(element, step, pick)
      else if (event.key === 'c') comment()
      else return
      event.preventDefault()
    }
    element.addEventListener('pointerup', onUp)
    element.addEventListener('keydown', onKey)
    return () => {
      element.removeEventListener('pointerup', onUp)
      element.removeEventListener('keydown', onKey)
    }
  }, [box, comment])
  return { passage, clear: () => setPassage(null) }
}

/** Picks the passage that is next to the mark, or the first that is in sight. */
function stepBy(box: HTMLElement, step: number, pick: (target: Element) => void): void {
  const all = [...box.querySelectorAll(wholes)]
  const mark = box.querySelector('[data-mark]')?.getBoundingClientRect()
  const from = mark?.top ?? box.getBoundingClientRect().top
  const at = all.findIndex((one) => one.getBoundingClientRect().top >= from - 1)
  const next = mark === undefined ? all[Math.max(0, at)] : all[Math.min(all.length - 1, Math.max(0, at + step))]
  if (next === undefined) return
  next.scrollIntoView({ block: 'nearest' })
  pick(next)
}

function selectionIn(box: HTMLElement): { text: string; rect: DOMRect } | null {
  const selection = window.getSelection()
  const text = selection?.toString().trim() ?? ''
  if (selection === null || text === '' || !box.contains(selection.anchorNode) || !box.contains(selection.focusNode)) return null
  return { text, rect: selection.getRangeAt(0).getBoundingClientRect() }
}

function placed(box: HTMLElement, text: string | null, rect: DOMRect): Passage {
  return { text: text ?? '', top: rect.top - box.getBoundingClientRect().top + box.scrollTop, height: rect.height }
}
