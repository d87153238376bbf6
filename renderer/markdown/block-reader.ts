import {
  closes,
  definitionOf,
  endsList,
  fenceOf,
  footnoteOf,
  indentOf,
  isBlankLine,
  listMarkOf,
  mathOf,
  opensDetails,
} from './block-lines.ts'
import type { Fence, ListMark } from './block-lines.ts'

/** A block as it was found; `start` is where its first line begins. */
export type ReadBlock = { start: number } & (
  | { kind: 'prose'; text: string }
  | { kind: 'code'; info: string; text: string; closed: boolean }
  | { kind: 'math'; text: string }
  | { kind: 'details'; summary: string; text: string; open: boolean }
)

/** What is known of the prose that is being read. */
type Prose = { start: number; list: ListMark | null; fence: Fence | null; note: boolean; code: boolean; definitions: boolean }

type Line = { text: string; start: number; /** Behind its line break. */ end: number }

/** A formula on lines of its own is no longer than this. */
const longestMath = 60

/** Cuts a text into blocks; each line is looked at a fixed number of times. */
export class BlockReader {
  readonly #text: string
  readonly #lines: Line[]
  readonly #blocks: ReadBlock[] = []
  #prose: Prose | null = null
  #afterBlank = false
  /** Blocks that begin behind this may change when more comes in. */
  #certainTo = -1
  #isCertain = true
  /** Since a fence within a fence was never closed, the first bare one closes. */
  #nests = true

  constructor(text: string, from: number) {
    this.#text = text
    this.#lines = linesOf(text, from)
  }

  read(): { blocks: ReadBlock[]; certainTo: number } {
    let at = 0
    while (at < this.#lines.length) at = this.#step(at)
    this.#endProse(this.#text.length)
    return { blocks: this.#blocks, certainTo: this.#certainTo }
  }

  /** Takes the line, and those that belong to it; answers which comes next. */
  #step(at: number): number {
    const line = this.#lines[at]
    if (!line) return at + 1
    if (isBlankLine(line.text)) {
      this.#afterBlank = true
      return at + 1
    }
    if (this.#prose?.fence && this.#inFence(line, this.#prose)) return this.#took(at)
    const special = this.#isWithinList(line.text) ? null : this.#special(at)
    if (special !== null) return special
    if (this.#prose && this.#afterBlank && !this.#goesOn(line.text, this.#prose)) this.#endProse(line.start)
    this.#takeProse(line)
    return this.#took(at)
  }

  #took(at: number): number {
    this.#afterBlank = false
    return at + 1
  }

  #special(at: number): number | null {
    const line = this.#lines[at]
    if (!line || indentOf(line.text) > 3) return null
    const fence = fenceOf(line.text)
    if (fence) return this.#takeCode(at, line, fence)
    if (opensDetails(line.text)) return this.#takeDetails(at, line)
    const close = mathOf(line.text)
    return close === null ? null : this.#takeMath(at, line, close)
  }

  #takeCode(at: number, line: Line, fence: Fence): number {
    this.#begin(line)
    const nested = this.#nests && /^(?:md|markdown)\b/i.test(fence.info) ? this.#nestedEnd(at, fence) : null
    const end = nested ?? this.#fenceEnd(at, fence)
    const closed = end < this.#lines.length
    const first = this.#lines[at + 1]
    const last = this.#lines[end]
    const body = first === undefined ? '' : this.#text.slice(first.start, last?.start ?? this.#text.length)
    const indent = indentOf(line.text)
    const text = indent === 0 ? body : body.replaceAll(new RegExp(`^ {1,${indent}}`, 'gm'), '')
    this.#blocks.push({ kind: 'code', start: line.start, info: fence.info, text: text.replace(/\n$/, ''), closed })
    return closed ? end + 1 : end
  }

  #fenceEnd(at: number, fence: Fence): number {
    let end = at + 1
    while (end < this.#lines.length && !closes(this.#lines[end]?.text ?? '', fence)) end += 1
    return end
  }

  /** Where markdown within markdown ends when each fence in it that names a language is closed by its own; null when that does not work out. */
  #nestedEnd(at: number, fence: Fence): number | null {
    let depth = 0
    for (let end = at + 1; end < this.#lines.length; end += 1) {
      const inner = fenceOf(this.#lines[end]?.text ?? '')
      if (!inner || inner.mark !== fence.mark || inner.length < fence.length) continue
      if (inner.info !== '') depth += 1
      else if (depth === 0) return end
      else depth -= 1
    }
    this.#nests = depth === 0
    // A longer text may still close it.
    this.#isCertain = false
    return null
  }

  #takeDetails(at: number, line: Line): number {
    this.#begin(line)
    let depth = 0
    let end = at
    for (; end < this.#lines.length; end += 1) {
      const text = this.#lines[end]?.text ?? ''
      depth += count(text, /<details(?=[\s>])/gi) - count(text, /<\/details\s*>/gi)
      if (depth <= 0) break
    }
    const whole = this.#text.slice(line.start, this.#lines[end]?.end ?? this.#text.length)
    const opening = /^ {0,3}<details(\s[^<>]*)?>\s*/i.exec(whole)
    const rest = whole.slice(opening?.[0].length ?? 0)
    const summary = /^<summary[^<>]*>([^]*?)<\/summary\s*>/i.exec(rest)
    const inner = rest.slice(summary?.[0].length ?? 0).trimEnd()
    const closing = /<\/details\s*>$/i.exec(inner.slice(-20))
    const text = (closing ? inner.slice(0, -closing[0].length) : inner).replace(/^\s*\n/, '').trimEnd()
    this.#blocks.push({
      kind: 'details',
      start: line.start,
      summary: (summary?.[1] ?? '').replaceAll(/<\/?[a-z]\w{0,10}>/gi, '').trim(),
      text,
      open: /\bopen\b/i.test(opening?.[1] ?? ''),
    })
    return end + 1
  }

  #takeMath(at: number, line: Line, close: '$$' | '\\]'): number | null {
    const opened = line.text.trim()
    const isOneLine = opened.length > 4 && opened.endsWith(close)
    let end = at
    if (!isOneLine) {
      // Something behind the opening mark's own line is a formula in words.
      if (opened.length > 2 && opened.slice(2).includes(close)) return null
      for (end = at + 1; ; end += 1) {
        const text = this.#lines[end]?.text
        if (text === undefined || isBlankLine(text) || end - at > longestMath) return null
        if (text.trimEnd().endsWith(close)) break
      }
    } else if (opened.slice(2, -2).includes(close)) return null
    this.#begin(line)
    const whole = this.#text.slice(line.start, this.#lines[end]?.end ?? this.#text.length).trim()
    this.#blocks.push({ kind: 'math', start: line.start, text: whole.slice(2, -2).trim() })
    return end + 1
  }

  /** A block of its own begins with this line. */
  #begin(line: Line): void {
    this.#endProse(line.start)
    this.#afterBlank = false
    this.#certain(line)
  }

  #takeProse(line: Line): void {
    if (this.#prose === null) {
      this.#certain(line)
      const start = line.start
      this.#prose = {
        start,
        list: null,
        fence: null,
        note: footnoteOf(line.text) !== null,
        code: indentOf(line.text) > 3,
        definitions: true,
      }
    }
    const prose = this.#prose
    prose.definitions &&= definitionOf(line.text) !== null
    const mark = prose.code ? null : listMarkOf(line.text)
    if (mark && (prose.list === null || mark.indent < prose.list.content)) prose.list = mark
    else if (!mark && prose.list && indentOf(line.text) < prose.list.content && endsList(line.text)) prose.list = null
    if (prose.list) prose.fence = fenceOf(mark ? withoutMarks(line.text) : line.text)
  }

  /** Code within a list: its lines, also blank ones, are the list's. */
  #inFence(line: Line, prose: Prose): boolean {
    if (!prose.fence || !prose.list) return false
    if (indentOf(line.text) < prose.list.content) {
      prose.fence = null
      return false
    }
    if (closes(line.text, prose.fence, prose.list.content)) prose.fence = null
    return true
  }

  #isWithinList(text: string): boolean {
    const list = this.#prose?.list
    return list !== null && list !== undefined && indentOf(text) >= list.content
  }

  /** Whether prose goes on with this line behind a blank one. */
  #goesOn(text: string, prose: Prose): boolean {
    const indent = indentOf(text)
    if (prose.list) {
      if (indent >= prose.list.content) return true
      const mark = listMarkOf(text)
      return mark !== null && mark.kind === prose.list.kind && !endsList(text)
    }
    return (prose.note || prose.code) && indent > 3
  }

  #endProse(end: number): void {
    const prose = this.#prose
    this.#prose = null
    if (!prose || prose.definitions) return
    this.#blocks.push({ kind: 'prose', start: prose.start, text: this.#text.slice(prose.start, end).trimEnd() })
  }

  /** What begins with a whole line, with a blank one or a finished block before it, begins there for good. */
  #certain(line: Line): void {
    if (this.#isCertain && line.end > line.start + line.text.length) this.#certainTo = line.start
  }
}

function linesOf(text: string, from: number): Line[] {
  const lines: Line[] = []
  for (let start = from; start < text.length;) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found + 1
    lines.push({ text: text.slice(start, found < 0 ? end : found), start, end })
    start = end
  }
  return lines
}

/** What an item says, behind its markers. */
function withoutMarks(text: string): string {
  let rest = text
  for (let depth = 0; depth < 12; depth += 1) {
    const mark = listMarkOf(rest)
    if (!mark) break
    rest = rest.trimStart().slice(mark.content - mark.indent)
  }
  return rest
}

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0
}
