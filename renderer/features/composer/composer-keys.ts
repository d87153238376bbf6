export type EnterMeaning = 'send' | 'newline' | 'nothing'

export type Key = {
  key: string
  shiftKey: boolean
  metaKey: boolean
  ctrlKey: boolean
  altKey: boolean
  isComposing: boolean
  keyCode?: number
}

/** Some input methods end their composition with a key that is theirs: it carries this code. */
const compositionKeyCode = 229

/** Whether a key belongs to an input method. */
export function isComposition({ isComposing, keyCode }: Pick<Key, 'isComposing' | 'keyCode'>): boolean {
  return isComposing || keyCode === compositionKeyCode
}

/**
 * What Enter does in the composer. With `enterSends` it sends and Shift-Enter breaks the line; without, it
 * breaks the line and Ctrl/Cmd-Enter sends. An Enter of an input method never does either.
 */
export function meaningOfEnter(event: Key, enterSends: boolean): EnterMeaning {
  if (event.key !== 'Enter') return 'nothing'
  if (isComposition(event)) return 'nothing'
  if (event.metaKey || event.ctrlKey) return 'send'
  if (event.shiftKey || event.altKey) return 'newline'
  return enterSends ? 'send' : 'newline'
}

/** The keys that send into the running turn; where Ctrl/Cmd-Enter sends anyway, it is that with Shift. */
export function sendNowKeys(enterSends: boolean): string {
  return enterSends ? 'mod+enter' : 'mod+shift+enter'
}

/** Whether keys that send mean: now, into the running turn. */
export function meansNow({ metaKey, ctrlKey, shiftKey }: Key, enterSends: boolean): boolean {
  return (metaKey || ctrlKey) && (enterSends || shiftKey)
}

/** Where the caret is in what is written. */
export type Caret = { text: string; start: number; end: number }

/** Whether ↑ or ↓ would leave the text: the caret is on its first or last line, and nothing is selected. */
export function leavesText(key: 'ArrowUp' | 'ArrowDown', { text, start, end }: Caret): boolean {
  if (start !== end) return false
  return key === 'ArrowUp' ? !text.slice(0, start).includes('\n') : !text.slice(end).includes('\n')
}

/**
 * Going through earlier messages, the newest last in `earlier`. `at`: which of them is shown; null: none, and the field is empty.
 * Answers what is shown next, or null where there is nothing further: the key then does what it always does.
 */
export function recalled(
  earlier: readonly string[],
  at: number | null,
  direction: 'ArrowUp' | 'ArrowDown',
): { at: number | null; text: string } | null {
  if (direction === 'ArrowUp') {
    const next = (at ?? earlier.length) - 1
    const text = earlier[next]
    return text === undefined ? null : { at: next, text }
  }
  if (at === null) return null
  const text = earlier[at + 1]
  return text === undefined ? { at: null, text: '' } : { at: at + 1, text }
}
