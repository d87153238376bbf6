export type EnterMeaning = 'send' | 'newline' | 'nothing'

type Key = { key: string; shiftKey: boolean; metaKey: boolean; ctrlKey: boolean; altKey: boolean; isComposing: boolean; keyCode?: number }

/** Some input methods end their composition with an Enter that is theirs: it carries this code. */
const compositionKeyCode = 229

/**
 * What Enter does in the composer. With `enterSends` it sends and Shift-Enter breaks the line; without, it
 * breaks the line and Ctrl/Cmd-Enter sends. An Enter of an input method never does either.
 */
export function meaningOfEnter(event: Key, enterSends: boolean): EnterMeaning {
  if (event.key !== 'Enter') return 'nothing'
  if (event.isComposing || event.keyCode === compositionKeyCode) return 'nothing'
  if (event.metaKey || event.ctrlKey) return 'send'
  if (event.shiftKey || event.altKey) return 'newline'
  return enterSends ? 'send' : 'newline'
}
