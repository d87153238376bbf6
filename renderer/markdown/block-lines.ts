/** What a line of markdown may open or close. Each of these looks at one line once: their cost is its length. */

export type Fence = { mark: string; length: number; info: string }
export type ListMark = {
  kind: string
  /** Columns before the marker. */ indent: number
  /** Columns before what the item says. */ content: number
}

/** Columns of white space at the beginning; a tab goes to the next column that divides by four. */
export function indentOf(line: string): number {
  let columns = 0
  for (const character of line) {
    if (character === ' ') columns += 1
    else if (character === '\t') columns += 4 - (columns % 4)
    else break
  }
  return columns
}

export function isBlankLine(line: string): boolean {
  return line.trim() === ''
}

/** The fence that opens or closes a piece of code here; its info is empty for one that may close. */
export function fenceOf(line: string): Fence | null {
  const match = /^[ \t]*(`{3,}|~{3,})(.*)$/s.exec(line)
  const marks = match?.[1]
  if (marks === undefined) return null
  const info = (match?.[2] ?? '').trim()
  const mark = marks[0] === '~' ? '~' : '`'
  // Three backticks and more on a line of words are a word in code.
  return mark === '`' && info.includes('`') ? null : { mark, length: marks.length, info }
}

/** `outer`: columns that what holds the fence is indented by. */
export function closes(line: string, fence: Fence, outer = 0): boolean {
  const closing = indentOf(line) > outer + 3 ? null : fenceOf(line)
  return closing !== null && closing.info === '' && closing.mark === fence.mark && closing.length >= fence.length
}

export function listMarkOf(line: string): ListMark | null {
  const match = /^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|$)/.exec(line)
  if (!match) return null
  const marker = match[2] ?? ''
  const indent = indentOf(match[1] ?? '')
  const gap = (match[3] ?? '').length
  // What stands more than four columns behind the marker is code within the item.
  return { kind: marker.at(-1) ?? '', indent, content: indent + marker.length + (gap >= 1 && gap <= 4 ? gap : 1) }
}

/** `[name]: address "title"`, on a line of its own. */
export function definitionOf(line: string): { label: string } | null {
  const match = /^ {0,3}\[((?!\^)[^[\]\\]{1,999})\]:[ \t]*(?:<[^<>]*>|[^\s<]\S*)(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/.exec(line)
  return match?.[1] === undefined ? null : { label: match[1] }
}

/** The name of the footnote that is written here. */
export function footnoteOf(line: string): string | null {
  return /^ {0,3}\[\^([^\s[\]\\]{1,999})\]:/.exec(line)?.[1] ?? null
}

/** A heading, a quote or a rule: it ends a list that stands before it. */
export function endsList(line: string): boolean {
  return /^ {0,3}(?:#{1,6}(?:\s|$)|>|(?:-{3,}|\*{3,}|_{3,})\s*$)/.test(line)
}

/** The formula that a line opens, on lines of its own: what closes it. */
export function mathOf(line: string): '$$' | '\\]' | null {
  const text = line.trim()
  if (text.startsWith('$$')) return '$$'
  return text.startsWith('\\[') && !text.includes('\\](') ? '\\]' : null
}

export function opensDetails(line: string): boolean {
  return /^ {0,3}<details(?:\s[^<>]*)?>/i.test(line)
}
