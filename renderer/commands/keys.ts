const isMac = /mac/i.test(navigator.userAgent)

/** Keys as they stand on this system's keyboards: `mod+k` is ⌘K or Ctrl+K. */
export function keysOf(keys: string): string {
  const parts = keys
    .split('+')
    .map((part) =>
      part === 'mod' ? (isMac ? '⌘' : 'Ctrl') : part === 'shift' ? (isMac ? '⇧' : 'Shift') : part.length === 1 ? part.toUpperCase() : part,
    )
  return parts.join(isMac ? '' : '+')
}

/** Whether a key press is these keys. */
export function isKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  return mod === parts.includes('mod') && event.shiftKey === parts.includes('shift') && !event.altKey && event.key.toLowerCase() === key
}
