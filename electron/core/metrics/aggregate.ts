import type { Dimension, Phase, Spread } from '../../../shared/domain/metrics.ts'
import type { Dictionary } from './dictionary.ts'
import { counters, type Counter, type Dim } from './measures.ts'
import { masksOf, type Buckets, type Selection } from './selection.ts'
import { Spreads } from './spreads.ts'

/** Rows that can be added up: single turns, or cells that stand for several. */
export type Rows = {
  readonly size: number
  readonly at: Float64Array
  dim(name: Dim): Uint32Array
  counter(name: Counter): Float64Array
  /** Gives the times of one phase of the rows whose slot is not below 0. */
  spread(name: Phase, slots: Int32Array, into: Spreads): void
}

/** Which rows count and where to: a slot is group × bucket. */
export type Grouping = {
  /** The words' codes that have a group of their own, in order; without `by` the only group is that of all. */
  by: Dimension | null
  codes: readonly number[]
  /** Whether there are rows besides. They are the last group. */
  rest: boolean
}

export type Aggregate = {
  groups: number
  counters: Record<Counter, Float64Array>
  /** Turns by outcome, by affinity, and by error, each in a slot of its own. */
  outcomes: Map<number, Float64Array>
  affinity: Map<number, Float64Array>
  errors: Map<number, Float64Array>
  phases: Map<Phase, Spread[]>
  /** `response` of turns that found a process ready, for the comparison with a process per message. */
  ready: { counts: Float64Array; sums: Float64Array } | null
}

/** For each part the rows that are in the selection: 1 or 0. */
export function selected(parts: readonly Rows[], selection: Selection, words: Dictionary): Uint8Array[] {
  const masks = masksOf(selection.only, words)
  return parts.map((rows) => {
    const { size, at } = rows
    const inside = new Uint8Array(size)
    const { from, to } = selection
    for (let row = 0; row < size; row += 1) {
      const time = at[row] ?? 0
      if (time >= from && time < to) inside[row] = 1
    }
    for (const { dimension, mask } of masks) {
      const codes = rows.dim(dimension)
      for (let row = 0; row < size; row += 1) if (mask[codes[row] ?? 0] !== 1) inside[row] = 0
    }
    return inside
  })
}

/** The largest groups by turns, then by name, so that the same data always gives the same order. */
export function groupingOf(
  parts: readonly Rows[],
  inside: readonly Uint8Array[],
  by: Dimension | null,
  most: number,
  words: Dictionary,
): Grouping {
  if (by === null) return { by, codes: [], rest: true }
  const turns = new Float64Array(words.size)
  for (const [part, rows] of parts.entries()) {
    const codes = rows.dim(by)
    const counts = rows.counter('turns')
    const marks = inside[part] ?? new Uint8Array(0)
    for (let row = 0; row < rows.size; row += 1) {
      const code = codes[row] ?? 0
      if (marks[row] === 1) turns[code] = (turns[code] ?? 0) + (counts[row] ?? 0)
    }
  }
  const found: number[] = []
  for (let code = 0; code < turns.length; code += 1) if ((turns[code] ?? 0) > 0) found.push(code)
  const name = (code: number) => words.word(code) ?? ''
  found.sort((a, b) => (turns[b] ?? 0) - (turns[a] ?? 0) || (name(a) < name(b) ? -1 : 1))
  return { by, codes: found.slice(0, most), rest: found.length > most }
}

/** Where each row counts to: group × buckets + bucket, or -1. */
export function slotsOf(parts: readonly Rows[], inside: readonly Uint8Array[], grouping: Grouping, buckets: Buckets): Int32Array[] {
  const { first, bucketMs, count } = buckets
  return parts.map((rows, part) => {
    const marks = inside[part] ?? new Uint8Array(0)
    const slots = new Int32Array(rows.size)
    const { at } = rows
    for (let row = 0; row < rows.size; row += 1) {
      slots[row] = marks[row] === 1 ? Math.min(count - 1, Math.max(0, Math.floor(((at[row] ?? 0) - first) / bucketMs))) : -1
    }
    if (grouping.by !== null) {
      const codes = rows.dim(grouping.by)
      const groupOf = new Map(grouping.codes.map((code, group) => [code, group]))
      for (let row = 0; row < rows.size; row += 1) {
        const bucket = slots[row] ?? -1
        if (bucket >= 0) slots[row] = (groupOf.get(codes[row] ?? 0) ?? grouping.codes.length) * count + bucket
      }
    }
    return slots
  })
}

export type AggregatePlan = { groups: number; buckets: number; phases: readonly Phase[]; words: Dictionary; comparison: boolean }

/** Adds up everything by slot. */
export function aggregate(parts: readonly Rows[], slots: readonly Int32Array[], plan: AggregatePlan): Aggregate {
  const size = plan.groups * plan.buckets
  const sums = (name: Counter): Float64Array => {
    const sum = new Float64Array(size)
    for (const [part, rows] of parts.entries()) addInto(sum, slots[part] ?? new Int32Array(0), rows.counter(name), rows.size)
    return sum
  }
  const all = Object.fromEntries(counters.map((name) => [name, sums(name)]))
  const empty = new Float64Array(size)
  const of = (name: Counter) => all[name] ?? empty
  return {
    groups: plan.groups,
    counters: {
      turns: of('turns'),
      retries: of('retries'),
      stalls: of('stalls'),
      input: of('input'),
      output: of('output'),
      cacheRead: of('cacheRead'),
      cacheWrite: of('cacheWrite'),
      costNano: of('costNano'),
      costUnknown: of('costUnknown'),
      rewrites: of('rewrites'),
      rewritten: of('rewritten'),
      continued: of('continued'),
    },
    outcomes: byWord(parts, slots, 'outcome', size),
    affinity: byWord(parts, slots, 'affinity', size),
    errors: byWord(parts, slots, 'error', size),
    phases: new Map(plan.phases.map((phase) => [phase, spreadsOf(parts, slots, phase, size)])),
    ready: plan.comparison ? readyOf(parts, slots, size, plan.words) : null,
  }
}

export function spreadsOf(parts: readonly Rows[], slots: readonly Int32Array[], phase: Phase, size: number): Spread[] {
  const spreads = new Spreads(size)
  for (const [part, rows] of parts.entries()) rows.spread(phase, slots[part] ?? new Int32Array(0), spreads)
  return spreads.finish()
}

function addInto(sum: Float64Array, slots: Int32Array, values: Float64Array, rows: number): void {
  for (let row = 0; row < rows; row += 1) {
    const slot = slots[row] ?? -1
    if (slot >= 0) sum[slot] = (sum[slot] ?? 0) + (values[row] ?? 0)
  }
}

/** Turns by the code of a dimension's word; those that have none are left out. */
function byWord(parts: readonly Rows[], slots: readonly Int32Array[], dim: Dim, size: number): Map<number, Float64Array> {
  const found = new Map<number, Float64Array>()
  for (const [part, rows] of parts.entries()) {
    const codes = rows.dim(dim)
    const turns = rows.counter('turns')
    const places = slots[part] ?? new Int32Array(0)
    let lastCode = 0
    let last: Float64Array = new Float64Array(0)
    for (let row = 0; row < rows.size; row += 1) {
      const code = codes[row] ?? 0
      const slot = places[row] ?? -1
      if (code === 0 || slot < 0) continue
      if (code !== lastCode) {
        last = found.get(code) ?? new Float64Array(size)
        found.set(code, last)
        lastCode = code
      }
      last[slot] = (last[slot] ?? 0) + (turns[row] ?? 0)
    }
  }
  return found
}

/** Only turns that found a process ready. */
function readyOf(parts: readonly Rows[], slots: readonly Int32Array[], size: number, words: Dictionary): Aggregate['ready'] {
  const ready = new Set(['warm', 'spare'].map((word) => words.find(word)))
  const narrowed = parts.map((rows, part) => {
    const origins = rows.dim('origin')
    return (slots[part] ?? new Int32Array(0)).map((slot, row) => (ready.has(origins[row]) ? slot : -1))
  })
  const spreads = spreadsOf(parts, narrowed, 'response', size)
  return { counts: Float64Array.from(spreads, ({ count }) => count), sums: Float64Array.from(spreads, ({ sumMs }) => sumMs) }
}
