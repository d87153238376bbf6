import { lineCount } from '../words/clip-text.ts'

/**
 * A stretch of text: as it is, or spelled out, because it cannot be seen or is too much to be shown. `original` is then what was written
 * there; of one character `text` has its code, of more their number.
 */
export type Segment = { text: string; hidden: false } | { text: string; hidden: true; name: string; original: string }

/**
 * Characters that are invisible or change how their neighbours look: controls, formats (bidirectional
 * ones among them), unusual spaces, private and lone ones. Line feed, tab and the plain space stay.
 */
const unseenClass = '(?![\\n\\t ])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\p{Zs}\\p{Default_Ignorable_Code_Point}\\u2800]'
const unseen = new RegExp(unseenClass, 'u')

/** Lines without words, spaces that push what follows out of sight, and marks piled up on one letter: each could hide something. */
const blankLines = '\\n(?:[ \\t]*\\n){3,}'
const longGap = '[ \\t]{64,}'
const piledMarks = '(?:(?!\\p{Default_Ignorable_Code_Point})\\p{M}){13,}'
/** The same character again belongs to its stretch: a flood of one costs as one. */
const unusual = new RegExp(`(?<blank>${blankLines})|(?<gap>${longGap})|(?<piled>${piledMarks})|(?<unseen>${unseenClass})\\k<unseen>*`, 'gu')

/** So many of one character in a row are counted instead of spelled out one by one. */
const mostSpelled = 8

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

/**
 * Cuts text into what can be read as it stands and what has to be spelled out, such as `⟨U+202E⟩`, or counted, such as
 * `⟨300 blank lines⟩`. Nothing is left out: the originals joined are the text. Linear.
 */
export function visibleSegments(text: string): Segment[] {
  return [...eachSegment(text)]
}

/** The same, one after the other: of a text that is not needed to its end, no more is looked at. */
export function* eachSegment(text: string): Generator<Segment> {
  let position = 0
  for (const match of text.matchAll(unusual)) {
    if (match.index > position) yield { text: text.slice(position, match.index), hidden: false }
    yield* hiddenOf(match[0], match.groups ?? {})
    position = match.index + match[0].length
  }
  if (position < text.length) yield { text: text.slice(position), hidden: false }
}

/** The same as one string: what a reader of plain text should see. */
export function visibleText(text: string): string {
  return visibleSegments(text)
    .map((segment) => segment.text)
    .join('')
}

/** Whether anything in it cannot be seen. */
export function hasUnseen(text: string): boolean {
  return /[^\t\n -~]/.test(text) && unseen.test(text)
}

type Hidden = Extract<Segment, { hidden: true }>

function hiddenOf(original: string, groups: Readonly<Record<string, string | undefined>>): Hidden[] {
  const counted = (text: string, name: string): Hidden[] => [{ text, hidden: true, name, original }]
  if (groups['blank'] !== undefined) return counted(`\n⟨${(lineCount(original) - 2).toLocaleString('en-US')} blank lines⟩\n`, 'blank lines')
  if (groups['gap'] !== undefined) return counted(`⟨${original.length.toLocaleString('en-US')} spaces⟩`, 'spaces')
  if (groups['piled'] !== undefined) return counted(`⟨${charactersOf(original).toLocaleString('en-US')} marks⟩`, 'marks on one letter')
  const one = groups['unseen'] ?? original
  const name = names[one] ?? 'invisible character'
  const count = original.length / one.length
  if (count > mostSpelled) return counted(`⟨${count.toLocaleString('en-US')} × ${spelled(one).slice(1, -1)}⟩`, name)
  return Array.from({ length: count }, () => ({ text: spelled(one), hidden: true, name, original: one }))
}

/** Without a list of them, of which there may be millions. */
function charactersOf(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count += 1
  return count
}

function spelled(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `⟨U+${code}⟩`
}
