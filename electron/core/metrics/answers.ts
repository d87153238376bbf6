import { eachMeasure, shownSum } from '../../../shared/domain/measures.ts'
import type { Columns, Comparison, Phase, Spread, Totals } from '../../../shared/domain/metrics.ts'
import { columnNameSchema, type ColumnName } from '../../../shared/contract/metrics.ts'
import type { Aggregate, Plan, SumName } from './aggregate.ts'
import type { Dictionary } from './dictionary.ts'

/** What one slot adds up to. */
export function totalsOf(sums: Aggregate, slot: number, words: Dictionary): Totals {
  const { counters } = sums
  const outcome = wordCounts(sums.outcomes, slot, words)
  const affinity = wordCounts(sums.affinity, slot, words)
  const phases: Totals['phases'] = {}
  for (const [phase, spreads] of sums.phases) {
    const spread = spreads[slot]
    if (spread) phases[phase] = spread
  }
  const { input, output, cacheRead, cacheWrite, ...sumsOfSlot } = eachMeasure((name) => shownSum(name, counters[name][slot] ?? 0))
  return {
    ...sumsOfSlot,
    done: outcome.get('done') ?? 0,
    failed: outcome.get('failed') ?? 0,
    interrupted: outcome.get('interrupted') ?? 0,
    lost: outcome.get('lost') ?? 0,
    usage: { input, output, cacheRead, cacheWrite },
    affinityHits: affinity.get('hit') ?? 0,
    affinityKnown: (affinity.get('hit') ?? 0) + (affinity.get('miss') ?? 0),
    phases,
    errors: codesOf(sums.errors, slot, words),
    reasons: codesOf(sums.reasons, slot, words),
  }
}

function codesOf(counts: Map<number, Float64Array>, slot: number, words: Dictionary): { code: string; count: number }[] {
  const found = [...wordCounts(counts, slot, words)].map(([code, count]) => ({ code, count }))
  return found.toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}

/** The columns of one group. `baselineMs`: what a turn's answer takes to begin when it starts a process of its own. */
export function columnsOf(sums: Aggregate, group: number, buckets: number, words: Dictionary, baselineMs: number | null): Columns {
  const from = group * buckets
  const part = (values: Float64Array | undefined) => (values ? [...values.subarray(from, from + buckets)] : zeros(buckets))
  const { counters, ready } = sums
  const ofWord = (counts: Map<number, Float64Array>, word: string) => part(counts.get(words.find(word) ?? -1))
  const hits = ofWord(sums.affinity, 'hit')
  const misses = ofWord(sums.affinity, 'miss')
  return {
    ...eachMeasure((name) => part(counters[name]).map((sum) => shownSum(name, sum))),
    done: ofWord(sums.outcomes, 'done'),
    failed: ofWord(sums.outcomes, 'failed'),
    interrupted: ofWord(sums.outcomes, 'interrupted'),
    lost: ofWord(sums.outcomes, 'lost'),
    affinityHits: hits,
    affinityKnown: hits.map((count, bucket) => count + (misses[bucket] ?? 0)),
    phases: phaseColumns(sums, from, buckets),
    errors: [...sums.errors]
      .map(([code, counts]) => ({ code: words.word(code) ?? '', counts: part(counts) }))
      .filter(({ counts }) => counts.some((count) => count > 0))
      .toSorted((a, b) => total(b.counts) - total(a.counts) || (a.code < b.code ? -1 : 1)),
    savedMs: zeros(buckets).map((_, bucket) => (baselineMs === null ? null : saved(ready[from + bucket], baselineMs))),
  }
}

/** What the same turns would have taken with a process for each. */
export function comparisonOf(sums: Aggregate, baseline: Pick<Comparison, 'baselineMs' | 'measuredStarts' | 'baselineFrom'>): Comparison {
  const turns = total(sums.ready.map(({ count }) => count))
  const actualMs = total(sums.ready.map(({ sumMs }) => sumMs))
  const withoutPoolMs = baseline.baselineMs === null ? null : baseline.baselineMs * turns
  return { ...baseline, turns, actualMs, withoutPoolMs, savedMs: withoutPoolMs === null ? null : toTenths(withoutPoolMs - actualMs) }
}

function phaseColumns(sums: Aggregate, from: number, buckets: number): Columns['phases'] {
  const columns: Columns['phases'] = {}
  for (const [phase, spreads] of sums.phases) {
    const own = spreads.slice(from, from + buckets)
    columns[phase] = {
      count: own.map(({ count }) => count),
      sumMs: own.map(({ sumMs }) => sumMs),
      p50: own.map(({ p50 }) => p50),
      p95: own.map(({ p95 }) => p95),
      p99: own.map(({ p99 }) => p99),
    }
  }
  return columns
}

function wordCounts(counts: Map<number, Float64Array>, slot: number, words: Dictionary): Map<string, number> {
  const found = new Map<string, number>()
  for (const [code, values] of counts) {
    const count = values[slot] ?? 0
    const word = words.word(code)
    if (count > 0 && word !== null) found.set(word, count)
  }
  return found
}

function total(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0)
}

function saved(ready: Spread | undefined, baselineMs: number): number {
  return toTenths((ready?.count ?? 0) * baselineMs - (ready?.sumMs ?? 0))
}

function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** The phases of a list, or those that a screen shows first. */
export function phasesAsked(asked: Phase | Phase[] | undefined): Phase[] {
  return asked === undefined ? ['firstToken', 'total'] : [...new Set([asked].flat())]
}

type ColumnsAsked = ColumnName | ColumnName[] | undefined

/** What has to be added up for these columns. */
export function sumsFor(columns: ColumnsAsked): Plan['only'] {
  if (columns === undefined) return undefined
  return new Set([columns].flat().map((name) => sumOfColumn[name]))
}

/** Columns that nobody asked for are empty: zeros would be a lie. */
export function onlyColumns(all: Columns, columns: ColumnsAsked): Columns {
  if (columns === undefined) return all
  const asked = new Set<string>([columns].flat())
  const part = { ...all }
  for (const name of columnNames) if (!asked.has(name)) part[name] = []
  return part
}

const columnNames = columnNameSchema.options
const sumOfColumn: Record<ColumnName, SumName> = {
  ...eachMeasure((name): SumName => name),
  done: 'outcomes',
  failed: 'outcomes',
  interrupted: 'outcomes',
  lost: 'outcomes',
  affinityHits: 'affinity',
  affinityKnown: 'affinity',
  errors: 'errors',
  savedMs: 'ready',
}
