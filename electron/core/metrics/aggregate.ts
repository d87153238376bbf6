import { eachMeasure, type MeasureName } from '../../../shared/domain/measures.ts'
import type { Dimension, Phase, Spread } from '../../../shared/domain/metrics.ts'
import type { Dictionary } from './dictionary.ts'
import {
  absent,
  addByCode,
  addByPlace,
  addColumn,
  hollowOnly,
  marked,
  markPresence,
  narrowed,
  pickOf,
  placeByGroup,
  placeByTime,
} from './kernels.ts'
import type { Dim } from './measures.ts'
import type { Pick, Rows } from './rows.ts'
import { masksOf, type Buckets, type Selection } from './selection.ts'
import { Times } from './times.ts'

/** The groups of an answer: a slot is group × bucket. */
export type Grouping = {
  by: Dimension | null
  /** The words' codes that have a group of their own, in order. */
  codes: readonly number[]
  /** Whether there is one more group: of all the others, or, without `by`, of everything. */
  rest: boolean
  /** Those without a word are work that never began alone: that is no group to show. */
  isHollow: boolean
}

export type Aggregate = {
  counters: Record<MeasureName, Float64Array>
  /** Turns by the code of their outcome, affinity and error. */
  outcomes: Map<number, Float64Array>
  affinity: Map<number, Float64Array>
  errors: Map<number, Float64Array>
  /** Work that never began, by the code of the reason. */
  reasons: Map<number, Float64Array>
  phases: Map<Phase, Spread[]>
  /** `response` of turns that found a process ready, for the comparison with a process per message. */
  ready: readonly Spread[]
  /** All slots together, as the only slot. */
  whole: () => Aggregate
}

/** A part of all rows, and those of it that are meant. */
export type Chosen = { table: Rows; rows: Int32Array }

/** For each table the rows that are in the selection. */
export function choose(tables: readonly Rows[], selection: Selection, words: Dictionary): Chosen[] {
  const masks = masksOf(selection.only, words)
  return tables.map((table) => ({ table, rows: rowsIn(table, selection, masks) }))
}

function rowsIn(table: Rows, { from, to }: Selection, masks: ReturnType<typeof masksOf>): Int32Array {
  const { size, at } = table
  const rows = new Int32Array(size)
  let count = 0
  for (let row = 0; row < size; row += 1) {
    const time = at[row] ?? 0
    if (time >= from && time < to) {
      rows[count] = row
      count += 1
    }
  }
  let chosen = rows.subarray(0, count)
  for (const { dimension, mask } of masks) chosen = marked(chosen, table.dim(dimension), mask)
  return chosen
}

/** Those of the chosen rows that have one of the words in a dimension. */
export function narrow(chosen: readonly Chosen[], dim: Dim, accepted: readonly string[], words: Dictionary): Chosen[] {
  const mask = new Uint8Array(words.size)
  for (const word of accepted) mask[words.find(word) ?? 0] = 1
  mask[0] = 0
  return chosen.map(({ table, rows }) => ({ table, rows: marked(rows, table.dim(dim), mask) }))
}

/** The largest groups by turns, then by name, so that the same data always gives the same order. */
export function groupingOf(chosen: readonly Chosen[], by: Dimension | null, most: number, words: Dictionary): Grouping {
  if (by === null) return { by, codes: [], rest: true, isHollow: false }
  const turns = new Float64Array(words.size)
  const presence = new Uint8Array(words.size)
  for (const { table, rows } of chosen) {
    const codes = table.dim(by)
    addByCode(turns, codes, table.counter('turns'), rows)
    markPresence(presence, { codes, hollow: table.counts('neverBegan') ? table.counter('neverBegan') : null }, rows)
  }
  const found: number[] = []
  for (let code = 0; code < presence.length; code += 1) if (presence[code] !== absent) found.push(code)
  const name = (code: number) => words.word(code) ?? ''
  found.sort((a, b) => (turns[b] ?? 0) - (turns[a] ?? 0) || (name(a) < name(b) ? -1 : 1))
  return { by, codes: found.slice(0, most), rest: found.length > most, isHollow: presence[0] === hollowOnly }
}

export function groupCount({ codes, rest }: Grouping): number {
  return codes.length + (rest ? 1 : 0)
}

/** Where each chosen row counts to: group × buckets + bucket. */
export function picksOf(chosen: readonly Chosen[], grouping: Grouping, buckets: Buckets, words: Dictionary): Pick[] {
  const groupOf = new Int32Array(words.size).fill(grouping.codes.length)
  for (const [group, code] of grouping.codes.entries()) groupOf[code] = group
  const count = groupCount(grouping) * buckets.count
  return chosen.map(({ table, rows }) => {
    if (count === 1) return { rows, starts: Int32Array.of(0, rows.length) }
    const slots = scratchOf(rows.length)
    if (buckets.count > 1) placeByTime(slots, table.at, rows, buckets)
    else slots.fill(0)
    if (grouping.by !== null) placeByGroup(slots, { codes: table.dim(grouping.by), groupOf, buckets: buckets.count }, rows)
    return pickOf(rows, slots, count)
  })
}

/** Used again and again: room for a million rows with each question is what the collector of garbage would be busy with. */
let scratch = new Int32Array(0)

function scratchOf(length: number): Int32Array {
  if (scratch.length < length) scratch = new Int32Array(length)
  return scratch.subarray(0, length)
}

/** What can be added up. */
export type SumName = MeasureName | 'outcomes' | 'affinity' | 'errors' | 'reasons' | 'ready'

/** What is to be added up. */
export type Plan = {
  slots: number
  phases: readonly Phase[]
  words: Dictionary
  /** Only these; all when absent. The others are zero. */
  only?: ReadonlySet<SumName> | undefined
}

/** Adds up everything by slot. */
export function aggregate(tables: readonly Rows[], picks: readonly Pick[], { slots, phases, words, only }: Plan): Aggregate {
  const wanted = (name: SumName) => only?.has(name) ?? true
  const sum = (name: MeasureName) => (wanted(name) ? sumOf(tables, picks, name, slots) : new Float64Array(slots))
  const byWordIf = (name: 'outcomes' | 'affinity' | 'errors' | 'reasons', dim: Dim, of: MeasureName = 'turns') =>
    wanted(name) ? byWord(tables, picks, dim, { slots, words, of }) : new Map<number, Float64Array>()
  const spreads = new Map(phases.map((phase) => [phase, gather(tables, picks, phase, slots)]))
  const ready = wanted('ready') ? readyOf(tables, picks, slots, words) : { each: [], whole: new Times().spread() }
  const parts = {
    counters: eachMeasure(sum),
    outcomes: byWordIf('outcomes', 'outcome'),
    affinity: byWordIf('affinity', 'affinity'),
    errors: byWordIf('errors', 'error'),
    reasons: byWordIf('reasons', 'error', 'neverBegan'),
  }
  const sums = { ...parts, phases: new Map([...spreads].map(([phase, { each }]) => [phase, each])), ready: ready.each }
  return { ...sums, whole: () => wholeOf(sums, { spreads, ready }) }
}

/** The spread of each slot, and of all of them together. */
type Gathered = { each: Spread[]; whole: Spread }

function wholeOf(
  sums: Omit<Aggregate, 'whole'>,
  { spreads, ready }: { spreads: ReadonlyMap<Phase, Gathered>; ready: Gathered },
): Aggregate {
  const { counters } = sums
  const one = (values: Float64Array) => Float64Array.of(values.reduce((sum, value) => sum + value, 0))
  const each = (counts: Map<number, Float64Array>) => new Map([...counts].map(([code, values]) => [code, one(values)]))
  const whole: Aggregate = {
    counters: eachMeasure((name) => one(counters[name])),
    outcomes: each(sums.outcomes),
    affinity: each(sums.affinity),
    errors: each(sums.errors),
    reasons: each(sums.reasons),
    phases: new Map([...spreads].map(([phase, { whole: spread }]) => [phase, [spread]])),
    ready: [ready.whole],
    whole: () => whole,
  }
  return whole
}

export function spreadsOf(tables: readonly Rows[], picks: readonly Pick[], phase: Phase, slots: number): Spread[] {
  return gather(tables, picks, phase, slots).each
}

function gather(tables: readonly Rows[], picks: readonly Pick[], phase: Phase, slots: number): Gathered {
  const times = new Times()
  const whole = new Times()
  const each = Array.from({ length: slots }, (_, slot) => {
    addTimes(tables, picks, { phase, slot }, times)
    const spread = times.spread()
    whole.join(times)
    times.clear()
    return spread
  })
  return { each, whole: whole.spread() }
}

/** The times of one phase in every bin, a histogram for each slot, and their spread. */
export function histogramsOf(
  tables: readonly Rows[],
  picks: readonly Pick[],
  phase: Phase,
  slots: number,
): { bins: Float64Array; spread: Spread }[] {
  return Array.from({ length: slots }, (_, slot) => {
    const times = new Times()
    addTimes(tables, picks, { phase, slot }, times)
    return { bins: times.bins, spread: times.spread() }
  })
}

function addTimes(tables: readonly Rows[], picks: readonly Pick[], { phase, slot }: { phase: Phase; slot: number }, into: Times): void {
  for (const [part, table] of tables.entries()) {
    const pick = picks[part]
    const from = pick?.starts[slot] ?? 0
    const to = pick?.starts[slot + 1] ?? 0
    if (pick && to > from) table.times(phase, pick.rows, from, to, into)
  }
}

function sumOf(tables: readonly Rows[], picks: readonly Pick[], name: MeasureName, slots: number): Float64Array {
  const sum = new Float64Array(slots)
  for (const [part, table] of tables.entries()) {
    const pick = picks[part]
    if (pick && table.counts(name)) addColumn(sum, table.counter(name), pick)
  }
  return sum
}

/** A measure by the code of a dimension's word; what has none is left out. */
function byWord(
  tables: readonly Rows[],
  picks: readonly Pick[],
  dim: Dim,
  { slots, words, of }: { slots: number; words: Dictionary; of: MeasureName },
): Map<number, Float64Array> {
  const turnsOf = new Float64Array(words.size)
  for (const [part, table] of tables.entries()) {
    const pick = picks[part]
    if (pick && table.counts(of)) addByCode(turnsOf, table.dim(dim), table.counter(of), pick.rows)
  }
  const placeOf = new Int32Array(words.size).fill(-1)
  const codes: number[] = []
  for (let code = 1; code < turnsOf.length; code += 1) if ((turnsOf[code] ?? 0) > 0) placeOf[code] = codes.push(code) - 1
  if (slots === 1) return new Map(codes.map((code) => [code, Float64Array.of(turnsOf[code] ?? 0)]))
  const sums = new Float64Array(codes.length * slots)
  for (const [part, table] of tables.entries()) {
    const pick = picks[part]
    if (pick && codes.length > 0) addByPlace(sums, placeOf, { codes: table.dim(dim), turns: table.counter(of) }, pick)
  }
  return new Map(codes.map((code, place) => [code, sums.subarray(place * slots, (place + 1) * slots)]))
}

/** Only turns that found a process ready. */
function readyOf(tables: readonly Rows[], picks: readonly Pick[], slots: number, words: Dictionary): Gathered {
  const mask = new Uint8Array(words.size)
  for (const origin of ['warm', 'spare']) mask[words.find(origin) ?? 0] = 1
  mask[0] = 0
  const ready = tables.map((table, part) => narrowed(picks[part] ?? nothing, table.dim('origin'), mask))
  return gather(tables, ready, 'response', slots)
}

const nothing: Pick = { rows: new Int32Array(0), starts: new Int32Array(1) }
