type Key = Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'repeat' | 'isComposing'>

/** The option that a bare digit means, counted from 0; null for any other key. */
export function optionOfKey(event: Key): number | null {
  const isBare = !event.metaKey && !event.ctrlKey && !event.altKey && !event.shiftKey && !event.repeat && !event.isComposing
  return isBare && /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : null
}

/** Whether a key goes on: Enter, also as a chord. Shift with it breaks the line. */
export function goesOn(event: Key): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.altKey && !event.repeat && !event.isComposing
}

/** Where up and down lead; 0 for any other key. */
export function stepOf({ key, metaKey, ctrlKey, altKey, shiftKey }: Key): number {
  if (metaKey || ctrlKey || altKey || shiftKey) return 0
  return key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
}

/** Whether somebody writes there, so that every key is theirs. */
export function takesText(element: EventTarget | null): boolean {
  if (element instanceof HTMLInputElement) return !['radio', 'checkbox', 'button'].includes(element.type)
  return element instanceof HTMLElement && (element.isContentEditable || element.matches('textarea, select'))
}

/** Whether a key that was pressed at `focus` is meant for a card: within it, around it, or nowhere at all. */
export function isMeantFor(card: Element, focus: Element | null): boolean {
  if (focus === null || focus === document.body) return true
  return !takesText(focus) && (card.contains(focus) || focus.contains(card))
}
