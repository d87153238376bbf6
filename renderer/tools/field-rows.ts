import { clipVisible } from '../ui/clip-visible.ts'
import type { Segment } from '../ui/visible-characters.ts'
import { lineCount, type TextLimit } from '../words/clip-text.ts'

/** One line of a value that is shown as fields: a name, and a text, a plain value, or how many there are below it. */
export type FieldRow = {
  depth: number
  name: Segment[]
  /** `text`: what was written there, exactly. `plain`: a number, a flag or nothing. `group`: others stand below it. */
  kind: 'text' | 'plain' | 'group'
  value: Segment[]
}

export type FieldRows = {
  rows: FieldRow[]
  /** What is not shown; null: all is shown. */
  rest: { fields: number; characters: number } | null
}

/** Deeper values are shown as one text. */
const deepest = 12

type Entry = { depth: number; name: string; kind: FieldRow['kind']; text: string }

/** A value as rows, from its beginning, by lines and characters. No more of it is made into rows than is shown; the rest is counted. */
export function fieldRows(value: unknown, limit: TextLimit): FieldRows {
  const rows: FieldRow[] = []
  const left = { ...limit }
  const rest = { fields: 0, characters: 0 }
  for (const entry of entriesOf(value)) {
    if (left.lines <= 0 || left.characters <= 0) {
      rest.fields += 1
      rest.characters += entry.text.length
      continue
    }
    const name = take(entry.name, left)
    const text = take(entry.text, left)
    left.lines -= Math.max(0, text.lines - 1) + 1
    rest.characters += name.missing + text.missing
    if (name.missing + text.missing > 0) left.characters = 0
    rows.push({ depth: entry.depth, kind: entry.kind, name: name.segments, value: text.segments })
  }
  return { rows, rest: rest.fields + rest.characters > 0 ? rest : null }
}

function take(text: string, left: TextLimit): { segments: Segment[]; lines: number; missing: number } {
  const { segments, rest } = clipVisible(text, { lines: Math.max(1, left.lines), characters: Math.max(0, left.characters) })
  const shown = segments.reduce((sum, segment) => sum + segment.text.length, 0)
  left.characters -= shown
  const lines = segments.reduce((sum, segment) => sum + lineCount(segment.text) - 1, 1)
  return { segments, lines, missing: rest?.characters ?? 0 }
}

function entriesOf(value: unknown): Iterable<Entry> {
  if (Array.isArray(value))
    return below(
      value.map((entry, place): [string, unknown] => [String(place + 1), entry]),
      0,
    )
  if (typeof value === 'object' && value !== null) return below(Object.entries(value), 0)
  return [{ depth: 0, name: '', ...plainOf(value) }]
}

function* below(entries: readonly (readonly [string, unknown])[], depth: number): Generator<Entry> {
  for (const [name, value] of entries) {
    const inner = Array.isArray(value)
      ? value.map((entry: unknown, place): [string, unknown] => [String(place + 1), entry])
      : typeof value === 'object' && value !== null
        ? Object.entries(value)
        : null
    if (inner === null) yield { depth, name, ...plainOf(value) }
    else if (depth >= deepest) yield { depth, name, kind: 'text', text: JSON.stringify(value) }
    else {
      yield { depth, name, kind: 'group', text: countWords(inner.length, Array.isArray(value)) }
      yield* below(inner, depth + 1)
    }
  }
}

function plainOf(value: unknown): Pick<Entry, 'kind' | 'text'> {
  if (typeof value === 'string') return value === '' ? { kind: 'plain', text: 'empty' } : { kind: 'text', text: value }
  return { kind: 'plain', text: value === null || value === undefined ? 'none' : JSON.stringify(value) }
}

function countWords(count: number, isList: boolean): string {
  if (count === 0) return isList ? 'empty list' : 'no fields'
  const noun = isList ? 'item' : 'field'
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}
