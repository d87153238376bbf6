const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent)

/** Keys as they stand on this system's keyboards: `mod+k` is ⌘K or Ctrl+K, `esc esc` is one after the other. */
export function keysOf(keys: string, mac = isMac): string {
  const words: Record<string, string> = mac
    ? { mod: '⌘', shift: '⇧', enter: '↵', backspace: '⌫', space: 'Space', delete: '⌦', esc: 'Esc', tab: '⇥' }
    : { mod: 'Ctrl', shift: 'Shift', enter: 'Enter', backspace: 'Backspace', space: 'Space', delete: 'Delete', esc: 'Esc', tab: 'Tab' }
  const chord = (one: string) =>
    one
      .split('+')
      .map((part) => words[part] ?? part.toUpperCase())
      .join(mac ? '' : '+')
  return keys.split(' ').map(chord).join(' ')
}

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** Whether a key press is these keys. Signs that some keyboards have on Shift count with and without it. */
export function isKeys(event: KeyPress, keys: string, mac = isMac): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  const isSign = !/^[a-z]/.test(key)
  if (mod !== parts.includes('mod') || event.altKey || event.key.toLowerCase() !== key) return false
  return event.shiftKey === parts.includes('shift') || (isSign && event.shiftKey)
}
