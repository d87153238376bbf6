const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent)

/** Keys as they stand on this system's keyboards: `mod+k` is ⌘K or Ctrl+K, `esc esc` is one after the other. */
export function keysOf(keys: string, mac = isMac): string {
  const words: Record<string, string> = mac
    ? {
        mod: '⌘',
        ctrl: '⌃',
        alt: '⌥',
        shift: '⇧',
        arrowup: '↑',
        arrowdown: '↓',
        pageup: '⇞',
        pagedown: '⇟',
        enter: '↵',
        backspace: '⌫',
        space: 'Space',
        delete: '⌦',
        esc: 'Esc',
        tab: '⇥',
      }
    : {
        mod: 'Ctrl',
        ctrl: 'Ctrl',
        alt: 'Alt',
        shift: 'Shift',
        arrowup: '↑',
        arrowdown: '↓',
        pageup: 'Page Up',
        pagedown: 'Page Down',
        enter: 'Enter',
        backspace: 'Backspace',
        space: 'Space',
        delete: 'Delete',
        esc: 'Esc',
        tab: 'Tab',
      }
  const chord = (one: string) =>
    one
      .split('+')
      .map((part) => words[part] ?? part.toUpperCase())
      .join(mac ? '' : '+')
  return keys.split(' ').map(chord).join(' ')
}

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> & Partial<Pick<KeyboardEvent, 'code'>>

/** Whether a key press is these keys. Signs that some keyboards have on Shift count with and without it. */
export function isKeys(event: KeyPress, keys: string, mac = isMac): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  const isSign = !/^[a-z]/.test(key)
  if (mod !== parts.includes('mod') || event.altKey !== parts.includes('alt') || !isKey(event, key, parts)) return false
  const isControl = mac && event.ctrlKey && !event.metaKey
  return isControl === parts.includes('ctrl') && (event.shiftKey === parts.includes('shift') || (isSign && event.shiftKey))
}

/** With Alt or Control a digit is known by where it stands: together they write other signs on some keyboards. */
function isKey(event: KeyPress, key: string, parts: readonly string[]): boolean {
  if (/^[0-9]$/.test(key) && (parts.includes('alt') || parts.includes('ctrl'))) return event.code === `Digit${key}`
  return event.key.toLowerCase() === key
}

/**
 * What is held to go to a conversation by its number. In a browser Ctrl or ⌘ with a digit belongs to its tabs; and on a Mac ⌥ with one writes
 * brackets on many keyboards.
 */
export function numberKeys({ desktop, mac = isMac }: { desktop: boolean; mac?: boolean }): string {
  if (desktop) return 'mod'
  return mac ? 'ctrl' : 'alt'
}
