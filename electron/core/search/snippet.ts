import type { SnippetPart } from '../../../shared/domain/search.ts'
import { fold } from './characters.ts'
import { withInside, type Query, type Term } from './query.ts'

/** Finds the words of a query in a text, as the index would. */
export class Marker {
  readonly #patterns: RegExp[]

  constructor({ all }: Pick<Query, 'all'>, inside: boolean) {
    this.#patterns = all.flat().map((term) => new RegExp(patternOf(inside ? withInside(term) : term), 'giu'))
  }

  /** The text around the place where most of the words stand together, with them marked. Line ends become spaces. */
  snippet(text: string, length = 240): SnippetPart[] {
    const marks = this.#marks(text)
    const from = startOf(text, bestStart(marks, length) - 60)
    const to = endOf(text, from + length)
    const parts: SnippetPart[] = []
    const add = (piece: string, marked: boolean): void => {
      const words = piece.replaceAll(/\s+/g, ' ')
      if (words !== '') parts.push({ text: words, marked })
    }
    let at = from
    for (const { start, end } of marks) {
      if (start < at || start >= to) continue
      add((at === from && from > 0 ? '…' : '') + text.slice(at, start), false)
      add(text.slice(start, Math.min(end, to)), true)
      at = Math.min(end, to)
    }
    add((at === from && from > 0 ? '…' : '') + text.slice(at, to) + (to < text.length ? '…' : ''), false)
    return parts
  }

  /** How well a text fits, higher is better: which words it holds, how often, how near, and how much else there is. */
  score(text: string): number {
    const marks = this.#marks(text)
    const counts = new Map<number, number>()
    for (const { pattern } of marks) counts.set(pattern, (counts.get(pattern) ?? 0) + 1)
    let score = 0
    for (const count of counts.values()) score += (2.2 * count) / (count + 1.2 * (0.4 + 0.6 * Math.min(8, text.length / 600)))
    return score + nearness(marks, counts.size)
  }

  #marks(text: string): Mark[] {
    const folded = fold(text)
    const marks = this.#patterns.flatMap((regex, pattern) => marksOf(folded, regex, pattern))
    return marks.sort((a, b) => a.start - b.start || b.end - a.end)
  }
}

type Mark = { start: number; end: number; pattern: number }

const maxMarks = 40

function marksOf(text: string, regex: RegExp, pattern: number): Mark[] {
  const marks: Mark[] = []
  regex.lastIndex = 0
  for (let found = regex.exec(text); found && marks.length < maxMarks; found = regex.exec(text)) {
    if (found[0] === '') break
    marks.push({ start: found.index, end: found.index + found[0].length, pattern })
  }
  return marks
}

function patternOf({ text, prefix, inside }: Term): string {
  const words = fold(text)
    .split(/[^\p{L}\p{N}\p{M}\p{Co}\p{Extended_Pictographic}]+/u)
    .filter((word) => word !== '')
  const joined = words.map(escape).join(String.raw`[^\p{L}\p{N}]{1,8}`)
  if (inside) return words.map(escape).join('|')
  if (unspaced.test(text)) return joined
  return String.raw`(?<![\p{L}\p{N}])${joined}` + (prefix ? String.raw`[\p{L}\p{N}]*` : String.raw`(?![\p{L}\p{N}])`)
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Extended_Pictographic}]/u

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)
}

/** The mark from which on the most different words stand within one snippet. */
function bestStart(marks: readonly Mark[], length: number): number {
  let best = { start: marks[0]?.start ?? 0, words: 0 }
  for (const [index, { start }] of marks.entries()) {
    const near = new Set<number>()
    for (let at = index; at < marks.length && (marks[at]?.end ?? 0) <= start + length - 60; at += 1) near.add(marks[at]?.pattern ?? 0)
    if (near.size > best.words) best = { start, words: near.size }
  }
  return best.start
}

function nearness(marks: readonly Mark[], words: number): number {
  if (words < 2) return 0
  let nearest = Number.POSITIVE_INFINITY
  for (const [index, mark] of marks.entries()) {
    const other = marks[index + 1]
    if (other && other.pattern !== mark.pattern) nearest = Math.min(nearest, other.start - mark.end)
  }
  return nearest < 40 ? 1 : nearest < 200 ? 0.5 : 0
}

/** Not within a word, if one begins nearby, and never within a pair of surrogates. */
function startOf(text: string, at: number): number {
  if (at <= 0) return 0
  const space = text.slice(at, at + 20).search(/\s/)
  return whole(text, space < 0 ? at : at + space + 1)
}

function endOf(text: string, at: number): number {
  return at >= text.length ? text.length : whole(text, at)
}

function whole(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at
}
