export type ChordKey = 'mod' | 'shift' | 'enter' | 'backspace' | '.'

const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform)

const macSigns: Record<ChordKey, string> = { mod: '⌘', shift: '⇧', enter: '↵', backspace: '⌫', '.': '.' }
const otherSigns: Record<ChordKey, string> = { mod: 'Ctrl', shift: 'Shift', enter: 'Enter', backspace: '⌫', '.': '.' }

/** The keys of a chord, small and after the words. */
export function ChordHint({ keys }: { keys: readonly ChordKey[] }) {
  const text = isMac ? keys.map((key) => macSigns[key]).join('') : keys.map((key) => otherSigns[key]).join('+')
  return (
    <kbd className="chord-hint" aria-hidden>
      {text}
    </kbd>
  )
}
