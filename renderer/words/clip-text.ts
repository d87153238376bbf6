const growth = 8
const mostLines = 1_000
const mostCharacters = 20_000

/** How much of a text is shown: lines and characters, whichever ends first. */
export type TextLimit = { lines: number; characters: number }

export type ClippedText = {
  shown: string
  /** Null when all of it is shown; otherwise what can be said of the rest. */
  rest: { lines: number; characters: number; allLines: number; allCharacters: number } | null
}

/** The beginning of a text. Linear, and no character is cut in two. */
export function clipText(text: string, limit: TextLimit): ClippedText {
  const lineEnd = endOfLines(text, limit.lines)
  let end = Math.min(lineEnd, limit.characters)
  if (end >= text.length) return { shown: text, rest: null }
  if (end > 0 && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
  const allLines = lineCount(text)
  const shown = text.slice(0, end)
  const rest = { lines: allLines - lineCount(shown), characters: text.length - end, allLines, allCharacters: text.length }
  return { shown, rest }
}

/** More of a text than was shown, and no more than a page can lay out at once without being held up. */
export function moreThan({ lines, characters }: TextLimit): TextLimit {
  return { lines: Math.min(lines * growth, lines + mostLines), characters: Math.min(characters * growth, characters + mostCharacters) }
}

/** `… 312 more lines`, or for few long lines `… 4.8 MB more`. */
export function restWords({ lines, characters }: { lines: number; characters: number }): string {
  return lines > 0 ? `${lines.toLocaleString('en-US')} more ${lines === 1 ? 'line' : 'lines'}` : `${sizeWords(characters)} more`
}

/** The beginning of a text in one string, with how much is left out: `lorem ipsum … 4.8 MB more`. */
export function clippedWords(text: string, characters: number): string {
  const { shown, rest } = clipText(text, { lines: 20, characters })
  return rest === null ? shown : `${shown} … ${restWords(rest)}`
}

/** `640 characters`, `64 KB`, `2.1 MB`. */
export function sizeWords(characters: number): string {
  if (characters < 1_000) return `${characters} ${characters === 1 ? 'character' : 'characters'}`
  if (characters < 1_000_000) return `${Math.round(characters / 1_000)} KB`
  return `${(characters / 1_000_000).toFixed(1)} MB`
}

export function lineCount(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

/** Where so many lines end, without their last line break. */
function endOfLines(text: string, lines: number): number {
  let at = -1
  for (let count = 0; count < lines; count += 1) {
    at = text.indexOf('\n', at + 1)
    if (at < 0) return text.length
  }
  return at
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}
