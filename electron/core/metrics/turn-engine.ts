import type {
  Distribution,
  DistributionInput,
  IncidentsInput,
  Series,
  SeriesInput,
  Summary,
  SummaryInput,
  TurnsInput,
  ValuesInput,
} from '../../../shared/contract/metrics.ts'
import { phases, type Comparison, type Incident, type Resolution, type TurnRecord } from '../../../shared/domain/metrics.ts'
import { aggregate, groupingOf, selected, slotsOf, spreadsOf, type Aggregate, type Grouping, type Rows } from './aggregate.ts'
import { columnsOf, comparisonOf, phasesAsked, totalsOf } from './answers.ts'
import { Dictionary } from './dictionary.ts'
import { incidentsOf } from './incidents.ts'
import { binCount, msOfBin } from './measures.ts'
import { pageOfTurns } from './turn-pages.ts'
import { RawTable } from './raw-table.ts'
import { bucketsOf, resolutionMs, selectionOf, type Buckets, type Selection } from './selection.ts'

/** What the engine answers of these; the rest is known elsewhere. */
export type EngineSummary = Omit<Summary, 'state' | 'waiting'>
export type EngineSeries = Omit<Series, 'state'>
export type EngineDistribution = Omit<Distribution, 'state'>

type Answered = { from: string; to: string; resolution: Resolution }

/** With fewer measured starts than this a median says little. */
const leastStarts = 5

/** All turns in figures, and every question about them. Knows nothing of files. */
export class TurnEngine {
  readonly words = new Dictionary()
  readonly raw = new RawTable(this.words)

  get turns(): number {
    return this.raw.size
  }

  /** Takes a turn; a later version of one that is there takes its place. */
  put(record: TurnRecord): void {
    if (!this.raw.replace(record)) this.raw.add(record)
  }

  summary(input: SummaryInput, now: number): EngineSummary {
    const selection = selectionOf(input, now)
    const parts = this.#parts()
    const inside = selected(parts, selection, this.words)
    const whole = wholeOf(selection)
    const total = this.#sums(parts, inside, { by: null, codes: [], rest: true }, whole)
    const grouping = groupingOf(parts, inside, input.groupBy ?? null, input.groups, this.words)
    const groups = input.groupBy === undefined ? [] : this.#groups(this.#sums(parts, inside, grouping, whole), grouping)
    return {
      ...answered(selection, 'raw'),
      totals: totalsOf(total, 0, this.words),
      groups,
      comparison: comparisonOf(total, this.#baseline(selection)),
    }
  }

  series(input: SeriesInput, now: number): EngineSeries {
    const selection = selectionOf(input, now)
    const parts = this.#parts()
    const inside = selected(parts, selection, this.words)
    const buckets = bucketsOf(selection, input.points, resolutionMs.raw, input.offsetMinutes)
    const grouping = groupingOf(parts, inside, input.groupBy ?? null, input.groups, this.words)
    const plan = {
      groups: groupCount(grouping),
      buckets: buckets.count,
      phases: phasesAsked(input.phases),
      words: this.words,
      comparison: true,
    }
    const sums = aggregate(parts, slotsOf(parts, inside, grouping, buckets), plan)
    const { baselineMs } = this.#baseline(selection)
    return {
      ...answered(selection, 'raw'),
      bucketMs: buckets.bucketMs,
      at: Array.from({ length: buckets.count }, (_, bucket) => buckets.first + bucket * buckets.bucketMs),
      groups: this.#keys(grouping).map((key, group) => ({
        ...key,
        columns: columnsOf(sums, group, buckets.count, this.words, baselineMs),
      })),
    }
  }

  distribution(input: DistributionInput, now: number): EngineDistribution {
    const selection = selectionOf(input, now)
    const parts = this.#parts()
    const inside = selected(parts, selection, this.words)
    const grouping = groupingOf(parts, inside, input.groupBy ?? null, input.groups, this.words)
    const size = groupCount(grouping)
    const slots = slotsOf(parts, inside, grouping, wholeOf(selection))
    const perBin = Array.from({ length: size }, () => new Float64Array(binCount))
    for (const [part, rows] of parts.entries()) rows.bins(input.phase, slots[part] ?? new Int32Array(0), perBin)
    const spreads = spreadsOf(parts, slots, input.phase, size)
    const { edges, edgeBins } = edgesOf(perBin, input.points)
    return {
      ...answered(selection, 'raw'),
      phase: input.phase,
      edges,
      groups: this.#keys(grouping).flatMap((key, group) => {
        const spread = spreads[group]
        return spread ? [{ ...key, counts: countsBetween(perBin[group] ?? new Float64Array(0), edgeBins), spread }] : []
      }),
    }
  }

  turnsPage(input: TurnsInput, now: number): { items: TurnRecord[]; nextCursor: string | null } {
    const selection = selectionOf(input, now)
    const [inside] = selected([this.raw], selection, this.words)
    return pageOfTurns(this.raw, inside ?? new Uint8Array(0), input)
  }

  values(input: ValuesInput, now: number): { items: { key: string | null; turns: number }[] } {
    const selection = selectionOf(input, now)
    const parts = this.#parts()
    const inside = selected(parts, selection, this.words)
    const grouping = groupingOf(parts, inside, input.dimension, input.limit, this.words)
    const sums = this.#sums(parts, inside, { ...grouping, rest: true }, wholeOf(selection))
    return {
      items: grouping.codes.map((code, group) => ({ key: this.words.word(code), turns: sums.counters.turns[group] ?? 0 })),
    }
  }

  incidents(input: IncidentsInput, now: number): { items: Incident[]; nextCursor: string | null } {
    const page = this.turnsPage({ ...input, sort: 'newest', trouble: true }, now)
    return { items: page.items.flatMap(incidentsOf), nextCursor: page.nextCursor }
  }

  #parts(): Part[] {
    return [this.raw]
  }

  #sums(parts: readonly Part[], inside: readonly Uint8Array[], grouping: Grouping, buckets: Buckets): Aggregate {
    const plan = { groups: groupCount(grouping), buckets: buckets.count, phases, words: this.words, comparison: grouping.by === null }
    return aggregate(parts, slotsOf(parts, inside, grouping, buckets), plan)
  }

  #groups(sums: Aggregate, grouping: Grouping): Summary['groups'] {
    return this.#keys(grouping).map((key, group) => ({ ...key, totals: totalsOf(sums, group, this.words) }))
  }

  #keys({ by, codes, rest }: Grouping): { key: string | null; rest: boolean }[] {
    const own = codes.map((code) => ({ key: this.words.word(code), rest: false }))
    return rest ? [...own, { key: null, rest: by !== null }] : own
  }

  /** What starting a process of its own costs a turn: the median of those that did, here or, where they are few, anywhere. */
  #baseline(selection: Selection): Pick<Comparison, 'baselineMs' | 'measuredStarts' | 'baselineFrom'> {
    const origin = ['cold', 'resumed']
    const here = this.#starts({ ...selection, only: { ...selection.only, origin } })
    if (here.count >= leastStarts) return { baselineMs: here.p50, measuredStarts: here.count, baselineFrom: 'range' }
    const all = this.#starts({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, only: { origin } })
    return { baselineMs: all.p50, measuredStarts: all.count, baselineFrom: all.count > 0 ? 'all' : 'none' }
  }

  #starts(selection: Selection): { count: number; p50: number | null } {
    const parts = this.#parts()
    const inside = selected(parts, selection, this.words)
    const slots = inside.map((marks) => Int32Array.from(marks, (mark) => mark - 1))
    return spreadsOf(parts, slots, 'response', 1)[0] ?? { count: 0, p50: null }
  }
}

export type Part = Rows & { bins(name: (typeof phases)[number], slots: Int32Array, into: readonly Float64Array[]): void }

function groupCount({ codes, rest }: Grouping): number {
  return codes.length + (rest ? 1 : 0)
}

function wholeOf({ from, to }: Selection): Buckets {
  return { first: from, bucketMs: Math.max(1, to - from), count: 1, offsetMs: 0 }
}

function answered({ from, to }: Selection, resolution: Resolution): Answered {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), resolution }
}

/** The edges of at most `points` bins that cover all that is there; each joins as many of the fine ones. */
function edgesOf(perBin: readonly Float64Array[], points: number): { edges: number[]; edgeBins: number[] } {
  let low = binCount
  let high = -1
  for (const counts of perBin) {
    for (let bin = 0; bin < binCount; bin += 1) {
      if ((counts[bin] ?? 0) === 0) continue
      low = Math.min(low, bin)
      high = Math.max(high, bin)
    }
  }
  if (high < 0) return { edges: [], edgeBins: [] }
  const step = Math.max(1, Math.ceil((high + 1 - low) / points))
  const edgeBins: number[] = []
  for (let bin = low; bin < high + 1 + step; bin += step) edgeBins.push(Math.min(bin, binCount))
  return { edges: edgeBins.map((bin) => (bin === 0 ? 0 : msOfBin(bin - 1))), edgeBins }
}

function countsBetween(counts: Float64Array, edgeBins: readonly number[]): number[] {
  return edgeBins.slice(0, -1).map((from, index) => {
    let sum = 0
    for (let bin = from; bin < (edgeBins[index + 1] ?? from); bin += 1) sum += counts[bin] ?? 0
    return sum
  })
}
