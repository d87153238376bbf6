import type { TokenSpan } from '../../markdown/highlight-protocol.ts'
import type { Range } from './word-marks.ts'

export type LinePiece = { text: string; kind: number; word: boolean; found: boolean }

/** A line cut wherever its colour or one of its marks changes. The pieces joined are the line. */
export function linePieces(
  text: string,
  spans: readonly TokenSpan[] = [],
  words: readonly Range[] = [],
  found: readonly Range[] = [],
): LinePiece[] {
  const cuts = new Set([0, text.length])
  let end = 0
  const kinds: [end: number, kind: number][] = spans.map(([length, kind]) => [(end += length), kind])
  for (const [to] of kinds) cuts.add(to)
  for (const [from, to] of [...words, ...found]) cuts.add(from).add(to)
  const places = [...cuts].filter((place) => place >= 0 && place <= text.length).toSorted((a, b) => a - b)
  const inside = (ranges: readonly Range[], at: number) => ranges.some(([from, to]) => from <= at && at < to)
  let span = 0
  return places.slice(0, -1).map((from, place) => {
    while (span < kinds.length && (kinds[span]?.[0] ?? 0) <= from) span += 1
    return {
      text: text.slice(from, places[place + 1]),
      kind: kinds[span]?.[1] ?? 0,
      word: inside(words, from),
      found: inside(found, from),
    }
  })
}

/** Where a text stands in a line, whatever its case; not more than 100 places. */
export function foundIn(line: string, wanted: string): Range[] {
  if (wanted === '') return []
  const pattern = new RegExp(wanted.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'giu')
  const ranges: Range[] = []
  for (const match of line.matchAll(pattern)) {
    ranges.push([match.index, match.index + match[0].length])
    if (ranges.length === mostFound) break
  }
  return ranges
}

const mostFound = 100
