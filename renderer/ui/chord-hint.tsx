export type ChordKey = 'mod' | 'shift' | 'enter' | 'backspace' | '.'

export const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform)

const macSigns: Record<ChordKey, string> = { mod: '⌘', shift: '⇧', enter: '↵', backspace: '⌫', '.': '.' }
const otherSigns: Record<ChordKey, string> = { mod: 'Ctrl\u2009', shift: '⇧', enter: '↵', backspace: '⌫', '.': '.' }

/** The keys of a chord, small and after the words. */
export function ChordHint({ keys }: { keys: readonly ChordKey[] }) {
  const signs = isMac ? macSigns : otherSigns
  const text = keys.map((key) => signs[key]).join('')
  return (
    <kbd className="chord-hint" aria-hidden>
      {text}
    </kbd>
  )
}
