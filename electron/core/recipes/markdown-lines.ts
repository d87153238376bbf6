/** A line of a Markdown file as a reader of tasks sees it. Lines count from 1. */
export type MarkdownLine =
  /** `isBold`: it has no `#`, all of it is bold, or it begins so; `rest`: what stands behind it on the same line. */
  | { kind: 'heading'; line: number; level: number; text: string; isBold: boolean; rest: string }
  | { kind: 'item'; line: number; indent: number; text: string; /** Null: it has no box. */ done: boolean | null }
  | { kind: 'text'; line: number; indent: number; text: string }
  /** Within a code fence, its first and last line included: taken as it is. */
  | { kind: 'code'; line: number; indent: number; text: string }
  | { kind: 'blank'; line: number }

/** A heading that is only bold counts as one of the second level. */
const boldLevel = 2

/** Reads the lines of a Markdown file, whatever its line ends; its front matter is left out. */
export function markdownLines(text: string): MarkdownLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const from = frontMatterEnd(lines)
  let fence: string | null = null
  return lines.slice(from).map((raw, index) => {
    const line = from + index + 1
    const indent = indentOf(raw)
    const mark = /^\s*(`{3,}|~{3,})/.exec(raw)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence) === true && raw.trim() === mark) fence = null
      return { kind: 'code', line, indent, text: raw }
    }
    if (mark !== undefined) {
      fence = mark
      return { kind: 'code', line, indent, text: raw }
    }
    return lineOf(raw, line, indent)
  })
}

function lineOf(raw: string, line: number, indent: number): MarkdownLine {
  const text = raw.trim()
  if (text === '' || /^(?:-{3,}|\*{3,}|_{3,})$/.test(text)) return { kind: 'blank', line }
  const heading = /^(#{1,6})\s+(.*?)(?:\s+#+)?$/s.exec(text)
  if (heading) return { kind: 'heading', line, level: heading[1]?.length ?? 1, text: titleIn(heading[2]), isBold: false, rest: '' }
  const bold = /^(?:\*\*|__)(.+?)(?:\*\*:?|__:?)\s*:?\s*(.*)$/s.exec(text)
  if (bold && indent === 0) return { kind: 'heading', line, level: boldLevel, text: titleIn(bold[1]), isBold: true, rest: bold[2] ?? '' }
  const item = /^(?:[-*+]|\d+[.)])\s+(?:\[( |x|X|)\]\s+)?(.*)$/s.exec(text)
  if (item) return { kind: 'item', line, indent, text: item[2] ?? '', done: item[1] === undefined ? null : /x/i.test(item[1]) }
  return { kind: 'text', line, indent, text }
}

function titleIn(words = ''): string {
  return plain(words).replace(/\s*:$/, '')
}

function plain(text: string): string {
  return text.replaceAll(/\*\*|__|`/g, '').trim()
}

function indentOf(raw: string): number {
  const before = /^[ \t]*/.exec(raw)?.[0] ?? ''
  return before.replaceAll('\t', '    ').length
}

/** How many lines the front matter has; none where it does not end. */
function frontMatterEnd(lines: readonly string[]): number {
  if (lines[0]?.trim() !== '---') return 0
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === '---')
  return end < 0 ? 0 : end + 1
}
