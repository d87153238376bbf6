/** A stretch of text: as it is, or one character that cannot be seen, spelled out. */
export type Segment = { text: string; hidden: false } | { text: string; hidden: true; name: string }

/**
 * Characters that are invisible or change how their neighbours look: controls, formats (bidirectional
 * ones among them), unusual spaces, private and lone ones. Line feed, tab and the plain space stay.
 */
const unseen = /(?![\n\t ])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800]/u

const names: Record<string, string> = {
  '\u0000': 'NUL',
  '\u0008': 'backspace',
  '\u000d': 'carriage return',
  '\u001b': 'escape',
  '\u007f': 'delete',
  '\u00a0': 'no-break space',
  '\u00ad': 'soft hyphen',
  '\u061c': 'Arabic letter mark',
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u2028': 'line separator',
  '\u2029': 'paragraph separator',
  '\u202a': 'left-to-right embedding',
  '\u202b': 'right-to-left embedding',
  '\u202c': 'pop directional formatting',
  '\u202d': 'left-to-right override',
  '\u202e': 'right-to-left override',
  '\u2060': 'word joiner',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2068': 'first strong isolate',
  '\u2069': 'pop directional isolate',
  '\ufeff': 'byte order mark',
}

/** Cuts text into what can be read as it stands and what has to be spelled out, such as `⟨U+202E⟩`. Nothing is left out. */
export function visibleSegments(text: string): Segment[] {
  const segments: Segment[] = []
  let plain = ''
  const flush = () => {
    if (plain) segments.push({ text: plain, hidden: false })
    plain = ''
  }
  for (const character of text) {
    if (!unseen.test(character)) {
      plain += character
      continue
    }
    flush()
    segments.push({ text: spelled(character), hidden: true, name: names[character] ?? 'invisible character' })
  }
  flush()
  return segments
}

/** The same as one string: what a reader of plain text should see. */
export function visibleText(text: string): string {
  return visibleSegments(text)
    .map((segment) => segment.text)
    .join('')
}

/** Whether anything in it has to be spelled out. */
export function hasUnseen(text: string): boolean {
  return unseen.test(text)
}

function spelled(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `⟨U+${code}⟩`
}
