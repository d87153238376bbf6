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
import { shownSum } from '../../../shared/domain/measures.ts'
import { phases, type Comparison, type Phase, type Resolution, type TurnRecord } from '../../../shared/domain/metrics.ts'
import {
  aggregate,
  choose,
  groupCount,
  groupingOf,
  histogramsOf,
  narrow,
  picksOf,
  spreadsOf,
  type Chosen,
  type Grouping,
} from './aggregate.ts'
import { columnsOf, comparisonOf, onlyColumns, phasesAsked, sumsFor, totalsOf } from './answers.ts'
import type { SpentAnswer, SpentQuestion } from './budgets.ts'
import { countsBetween, edgesOf } from './kernels.ts'
import { msOfBin } from './measures.ts'
import { bucketsOf, resolutionMs, selectionOf, timesOf, type Buckets, type Selection } from './selection.ts'
import type { RawTable } from './raw-table.ts'
import { marksOf, pageOfTurns } from './turn-pages.ts'
import type { TurnStore } from './turn-store.ts'

/** What the engine answers of these; the rest is known elsewhere. */
export type EngineSummary = Omit<Summary, 'state' | 'waiting'>
export type EngineSeries = Omit<Series, 'state'>
export type EngineDistribution = Omit<Distribution, 'state'>

/** Which turns, of a time of which only sums are kept. */
export type OlderInput = Pick<TurnsInput, 'rewrites' | 'trouble'> & Omit<IncidentsInput, 'cursor' | 'limit'>

type Asked = { selection: Selection; asked: readonly Phase[] }
type Starts = { count: number; p50: number | null }
/** `starts`: of the turns that started a process, once somebody asked. */
type Found = { chosen: Chosen[]; resolution: Resolution; starts: Starts | null }

/** With fewer measured starts than this a median says little. */
const leastStarts = 5
const mostRemembered = 4
/** So many lines of a budget for each instance or conversation are told, the dearest; the answer says how many more there are. */
const mostLines = 50

/** Every question about turns. Knows nothing of files. */
export class TurnEngine {
  readonly #store: TurnStore
  /** The rows of the last selections: a screen asks several questions about the same ones. */
  readonly #remembered = new Map<string, Found>()
  #version = -1

  constructor(store: TurnStore) {
    this.#store = store
  }

  summary(input: SummaryInput, now: number): EngineSummary {
    const selection = selectionOf(input, now)
    const { chosen, resolution } = this.#find(selection)
    const { words } = this.#store
    const asked = input.phases === undefined ? phases : phasesAsked(input.phases)
    const grouping = groupingOf(chosen, input.groupBy ?? null, input.groups, words)
    const sums = this.#totals(chosen, grouping, { selection, asked })
    const totals = sums.whole()
    return {
      ...answered(selection, resolution),
      totals: totalsOf(totals, 0, words),
      groups:
        input.groupBy === undefined
          ? []
          : this.#keys(grouping).map(({ group, ...key }) => ({ ...key, totals: totalsOf(sums, group, words) })),
      comparison: comparisonOf(totals, this.#baseline(selection)),
    }
  }

  series(input: SeriesInput, now: number): EngineSeries {
    const selection = selectionOf(input, now)
    const { chosen, resolution } = this.#find(selection)
    const { words } = this.#store
    const buckets = bucketsOf(selection, input.points, resolutionMs[resolution], input)
    const grouping = groupingOf(chosen, input.groupBy ?? null, input.groups, words)
    const picks = picksOf(chosen, grouping, buckets, words)
    const slots = groupCount(grouping) * buckets.count
    const sums = aggregate(tablesOf(chosen), picks, { slots, phases: phasesAsked(input.phases), words, only: sumsFor(input.columns) })
    const baselineMs = input.columns === undefined || input.columns.includes('savedMs') ? this.#baseline(selection).baselineMs : null
    return {
      ...answered(selection, resolution),
      bucketMs: buckets.bucketMs,
      at: timesOf(buckets),
      groups: this.#keys(grouping).map(({ group, ...key }) => ({
        ...key,
        columns: onlyColumns(columnsOf(sums, group, buckets.count, words, baselineMs), input.columns),
      })),
    }
  }

  distribution(input: DistributionInput, now: number): EngineDistribution {
    const selection = selectionOf(input, now)
    const { chosen, resolution } = this.#find(selection)
    const { words } = this.#store
    const grouping = groupingOf(chosen, input.groupBy ?? null, input.groups, words)
    const picks = picksOf(chosen, grouping, wholeOf(selection), words)
    const found = histogramsOf(tablesOf(chosen), picks, input.phase, groupCount(grouping))
    const edges = edgesOf(
      found.map(({ bins }) => bins),
      input.points,
    )
    return {
      ...answered(selection, resolution),
      phase: input.phase,
      edges: edges.map((bin) => (bin === 0 ? 0 : msOfBin(bin - 1))),
      groups: this.#keys(grouping).flatMap(({ group, ...key }) => {
        const own = found[group]
        return own ? [{ ...key, counts: countsBetween(own.bins, edges), spread: own.spread }] : []
      }),
    }
  }

  /** What turns have cost since a time, those that Claude Code did outside of Bullpen among them. */
  spent({ since, by, only }: SpentQuestion): SpentAnswer {
    const { words } = this.#store
    const target = by === null || only === null ? {} : { [by]: [...only] }
    const { chosen } = this.#find({ from: since, to: Number.MAX_SAFE_INTEGER, only: target })
    const grouping = by === null ? everything : groupingOf(chosen, by, words.size, words)
    const all = this.#costs(chosen, grouping)
    const outside = this.#costs(narrow(chosen, 'history', ['vault'], words), grouping)
    const at = (slot: number, key: string | null) => ({
      key,
      costUsd: shownSum('costUsd', all.costUsd[slot] ?? 0),
      outsideUsd: shownSum('costUsd', outside.costUsd[slot] ?? 0),
      unknown: all.costUnknown[slot] ?? 0,
    })
    if (by === null) return { items: [at(0, null)], left: 0 }
    const found = grouping.codes.flatMap((code, slot) => (code === 0 ? [] : [at(slot, words.word(code))]))
    const items = found.toSorted((a, b) => b.costUsd - a.costUsd || ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
    return only === null ? { items: items.slice(0, mostLines), left: Math.max(0, items.length - mostLines) } : { items, left: 0 }
  }

  /** A page of single turns. `older`: those of a time of which the store holds sums alone. */
  turnsPage(input: TurnsInput, now: number, older: RawTable | null = null): { items: TurnRecord[]; nextCursor: string | null } {
    const selection = selectionOf(input, now)
    const { raw, words } = this.#store
    const tables = older === null ? [raw] : [raw, older]
    const chosen = choose(tables, selection, words)
    return pageOfTurns(
      tables.map((table, part) => ({ table, rows: chosen[part]?.rows ?? new Int32Array(0) })),
      input,
      words,
    )
  }

  /** The conversations that have such turns in the range of which the store holds sums alone, at most one more than `most`. */
  olderConversations(input: OlderInput, now: number, most: number): string[] {
    const { raw, words } = this.#store
    const cells = this.#find(selectionOf(input, now)).chosen.filter(({ table }) => table !== raw)
    const older = cells.map(({ table, rows }) => ({ table, rows: rows.filter(marksOf(table, input, words)) }))
    const { codes } = groupingOf(older, 'conversation', most + 1, words)
    return codes.flatMap((code) => words.word(code) ?? []).toSorted()
  }

  values(input: ValuesInput, now: number): { items: { key: string | null; turns: number }[] } {
    const { chosen } = this.#find(selectionOf(input, now))
    const { words } = this.#store
    const { codes, isHollow } = groupingOf(chosen, input.dimension, input.limit, words)
    const picks = picksOf(chosen, { by: input.dimension, codes, rest: true, isHollow: false }, wholeOf({ from: 0, to: 1 }), words)
    const { counters } = aggregate(tablesOf(chosen), picks, { slots: codes.length + 1, phases: [], words, only: turnsOnly })
    const items = codes.map((code, group) => ({ key: words.word(code), turns: counters.turns[group] ?? 0 }))
    return { items: isHollow ? items.filter(({ key }) => key !== null) : items }
  }

  #find(selection: Selection): Found {
    if (this.#version !== this.#store.version) this.#remembered.clear()
    this.#version = this.#store.version
    const key = JSON.stringify(selection)
    const known = this.#remembered.get(key)
    if (known) return known
    const { tables, resolution } = this.#store.tables(selection.from, selection.to)
    const found: Found = { chosen: choose(tables, selection, this.#store.words), resolution, starts: null }
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined && this.#remembered.size >= mostRemembered) this.#remembered.delete(oldest)
    this.#remembered.set(key, found)
    return found
  }

  #totals(chosen: readonly Chosen[], grouping: Grouping, { selection, asked }: Asked): ReturnType<typeof aggregate> {
    const { words } = this.#store
    const picks = picksOf(chosen, grouping, wholeOf(selection), words)
    return aggregate(tablesOf(chosen), picks, { slots: groupCount(grouping), phases: asked, words })
  }

  #costs(chosen: readonly Chosen[], grouping: Grouping): ReturnType<typeof aggregate>['counters'] {
    const { words } = this.#store
    const picks = picksOf(chosen, grouping, wholeOf({ from: 0, to: 1 }), words)
    return aggregate(tablesOf(chosen), picks, { slots: groupCount(grouping), phases: [], words, only: costOnly }).counters
  }

  #keys({ by, codes, rest, isHollow }: Grouping): { group: number; key: string | null; rest: boolean }[] {
    const own = codes.flatMap((code, group) => (isHollow && code === 0 ? [] : [{ group, key: this.#store.words.word(code), rest: false }]))
    return rest ? [...own, { group: codes.length, key: null, rest: by !== null }] : own
  }

  /** What starting a process of its own costs a turn: the median of those that did, here or, where they are few, anywhere. */
  #baseline(selection: Selection): Pick<Comparison, 'baselineMs' | 'measuredStarts' | 'baselineFrom'> {
    const { origin: _, ...only } = selection.only
    const here = this.#starts({ ...selection, only })
    if (here.count >= leastStarts) return { baselineMs: here.p50, measuredStarts: here.count, baselineFrom: 'range' }
    const all = this.#starts({ from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER, only: {} })
    return { baselineMs: all.p50, measuredStarts: all.count, baselineFrom: all.count > 0 ? 'all' : 'none' }
  }

  #starts(selection: Selection): Starts {
    const found = this.#find(selection)
    found.starts ??= this.#countStarts(found, selection)
    return found.starts
  }

  #countStarts({ chosen }: Found, selection: Selection): Starts {
    const started = narrow(chosen, 'origin', ['cold', 'resumed'], this.#store.words)
    const picks = picksOf(started, everything, wholeOf(selection), this.#store.words)
    return spreadsOf(tablesOf(started), picks, 'response', 1)[0] ?? { count: 0, p50: null }
  }
}

const costOnly = new Set(['costUsd', 'costUnknown'] as const)
const turnsOnly = new Set(['turns'] as const)
const everything: Grouping = { by: null, codes: [], rest: true, isHollow: false }

function tablesOf(chosen: readonly Chosen[]): Chosen['table'][] {
  return chosen.map(({ table }) => table)
}

function wholeOf({ from, to }: { from: number; to: number }): Buckets {
  return { first: from, bucketMs: Math.max(1, to - from), count: 1 }
}

function answered({ from, to }: Selection, resolution: Resolution): { from: string; to: string; resolution: Resolution } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), resolution }
}
