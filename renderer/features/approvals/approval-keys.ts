/** What a chord decides. */
export type ChordMeaning = 'allow' | 'allow-here' | 'deny'

type Chord = Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'repeat' | 'isComposing'>

/** The meaning of a key for a waiting question: only ever a chord, never a bare key, never a key that is held down. */
export function meaningOfChord(event: Chord): ChordMeaning | null {
  if (!(event.metaKey || event.ctrlKey) || event.altKey || event.repeat || event.isComposing) return null
  if (event.key === 'Enter') return event.shiftKey ? 'allow-here' : 'allow'
  return event.key === 'Backspace' && !event.shiftKey ? 'deny' : null
}

/** Whether somebody is writing there: then a chord belongs to what they write. */
export function isWriting(element: Element | null): boolean {
  if (element instanceof HTMLTextAreaElement) return element.value.trim() !== ''
  if (element instanceof HTMLInputElement) return element.type !== 'button' && element.type !== 'checkbox' && element.value !== ''
  return element instanceof HTMLElement && element.isContentEditable
}
