import { visible } from './visible.ts'

/** Longer text is shown as it is: it was not written by hand. */
const longest = 400_000

/** Text for a page: no markup of its own, and what would turn or hide text is written out. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/**
 * The little of Markdown that makes an answer readable: fenced code, headings, lists, quotes, bold, code and links to the web.
 * Everything else, HTML too, is shown as the text it is. Takes time in proportion to the text.
 */
export function proseHtml(text: string): string {
  if (text.trim() === '') return ''
  if (text.length > longest) return `<pre>${escapeHtml(text)}</pre>`
  const html: string[] = []
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  for (let at = 0; at < lines.length;) at = takeBlock(lines, at, html)
  return html.join('')
}

const bullet = /^\s{0,6}[-*+]\s+(?=\S)/
const number = /^\s{0,6}\d{1,6}[.)]\s+(?=\S)/
const fence = /^\s{0,3}(`{3,}|~{3,})/
const heading = /^(#{1,6})\s+(.*)$/

/** Takes one block and answers where the next begins. */
function takeBlock(lines: readonly string[], at: number, html: string[]): number {
  const line = lines[at] ?? ''
  if (line.trim() === '') return at + 1
  const [, mark] = fence.exec(line) ?? []
  if (mark !== undefined) return takeFence(lines, at, mark, html)
  const [, level, words] = heading.exec(line) ?? []
  if (level !== undefined) {
    const tag = `h${Math.min(6, level.length + 1)}`
    html.push(`<${tag}>${inline(words ?? '')}</${tag}>`)
    return at + 1
  }
  if (bullet.test(line)) return takeWhile(lines, at, bullet, html, 'ul')
  if (number.test(line)) return takeWhile(lines, at, number, html, 'ol')
  if (line.startsWith('>')) return takeQuote(lines, at, html)
  let end = at + 1
  while (end < lines.length && !startsBlock(lines[end] ?? '')) end += 1
  html.push(`<p>${lines.slice(at, end).map(inline).join('<br>')}</p>`)
  return end
}

function startsBlock(line: string): boolean {
  return line.trim() === '' || fence.test(line) || heading.test(line) || bullet.test(line) || number.test(line) || line.startsWith('>')
}

function takeFence(lines: readonly string[], at: number, mark: string, html: string[]): number {
  let end = at + 1
  while (end < lines.length && !isClosing(lines[end] ?? '', mark)) end += 1
  html.push(`<pre><code>${escapeHtml(lines.slice(at + 1, end).join('\n'))}</code></pre>`)
  return end + 1
}

function isClosing(line: string, mark: string): boolean {
  const trimmed = line.trim()
  return trimmed.startsWith(mark) && trimmed.replaceAll(mark[0] ?? '`', '') === ''
}

function takeWhile(lines: readonly string[], at: number, kind: RegExp, html: string[], tag: string): number {
  const items: string[] = []
  let end = at
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? ''
    if (kind.test(line)) items.push(inline(line.replace(kind, '')))
    else if (/^\s+\S/.test(line) && !fence.test(line) && items.length > 0) items.push(`${items.pop() ?? ''}<br>${inline(line.trim())}`)
    else break
  }
  html.push(`<${tag}>${items.map((item) => `<li>${item}</li>`).join('')}</${tag}>`)
  return end
}

function takeQuote(lines: readonly string[], at: number, html: string[]): number {
  let end = at
  while (end < lines.length && (lines[end] ?? '').startsWith('>')) end += 1
  html.push(
    `<blockquote>${lines
      .slice(at, end)
      .map((line) => inline(line.replace(/^>\s?/, '')))
      .join('<br>')}</blockquote>`,
  )
  return end
}

/** Within a line: code first, so that nothing in it counts as a mark. */
function inline(line: string): string {
  return line
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.length > 2 && part.startsWith('`') && part.endsWith('`') ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : marks(part),
    )
    .join('')
}

function marks(text: string): string {
  return text
    .split(/(\[[^\][]{1,300}\]\(https?:\/\/[^\s()<>"]{1,2000}\))/)
    .map((part) => {
      const [, words, address] = /^\[([^\][]+)\]\((https?:\/\/[^\s()]+)\)$/.exec(part) ?? []
      if (address === undefined) return bold(part)
      return `<a href="${escapeHtml(address)}" rel="noopener noreferrer">${escapeHtml(words ?? '')}</a>`
    })
    .join('')
}

function bold(text: string): string {
  return text
    .split(/(\*\*[^*]{1,2000}\*\*)/)
    .map((part) => (/^\*\*[^*]+\*\*$/.test(part) ? `<strong>${escapeHtml(part.slice(2, -2))}</strong>` : escapeHtml(part)))
    .join('')
}
