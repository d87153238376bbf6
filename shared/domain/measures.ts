import type { Turn, Usage } from './turn.ts'

/** The figures of a turn, of the part of it that another model had, or of work that never began. */
export type Figures = {
  /** 1 for a turn; 0 for what is none. */
  turns: number
  neverBegan: number
  usage: Usage
  /** US dollars; null when the price is not known. */
  costUsd: number | null
  rewritten: number
} & TurnCounts

/** What is counted while a turn runs, and how it is read off the turn; its record has a field of the same name. */
export const turnCounts = {
  retries: (turn: Turn) => turn.retries,
  stalls: (turn: Turn) => turn.stalls ?? 0,
  searches: (turn: Turn) => turn.searches ?? 0,
}
export type TurnCounts = Record<keyof typeof turnCounts, number>
/** Of a turn in which none of it happened. */
export const noCounts: Readonly<TurnCounts> = { retries: 0, stalls: 0, searches: 0 }

export function countsOf(turn: Turn): TurnCounts {
  return { retries: turnCounts.retries(turn), stalls: turnCounts.stalls(turn), searches: turnCounts.searches(turn) }
}

/** A column of the CSV with a line for each turn; an empty cell for what is not known. */
type CsvColumn = { name: string; value?: (of: Figures) => number | null }
/** `fixed`: several rows share one series, told apart by this label. */
type PrometheusCounter = { name: string; help: string; labels: readonly ('model' | 'instance')[]; fixed?: Readonly<Record<string, string>> }

export type Measure = {
  /** A whole number of not less than zero, so that the sum over turns does not depend on their order. */
  read: (of: Figures) => number
  /** The sum is divided by this to be shown. */
  per?: number
  /** The head of a column. */
  label: string
  csv?: CsvColumn
  prometheus?: PrometheusCounter
}

/** Money is added up in billionths of a dollar. */
export const nanoPerUsd = 1e9

/**
 * Everything that is added up over turns. From these rows the stored columns, the roll-ups, the answers, the CSV files and the counters
 * for Prometheus are made; stored figures are made again when a row comes or goes.
 */
export const measures = {
  turns: { read: ({ turns }) => turns, label: 'Turns' },
  retries: {
    read: ({ retries }) => retries,
    label: 'Retries',
    csv: { name: 'retries' },
    prometheus: { name: 'bullpen_turn_retries_total', help: 'Requests to the model that were repeated.', labels: [] },
  },
  stalls: {
    read: ({ stalls }) => stalls,
    label: 'Stalls',
    csv: { name: 'stalls' },
    prometheus: {
      name: 'bullpen_turn_stalls_total',
      help: 'Times that nothing came from Claude for so long that it was said.',
      labels: [],
    },
  },
  input: {
    read: ({ usage }) => usage.input,
    label: 'Input tokens',
    csv: { name: 'input_tokens' },
    prometheus: tokens('input'),
  },
  output: {
    read: ({ usage }) => usage.output,
    label: 'Output tokens',
    csv: { name: 'output_tokens' },
    prometheus: tokens('output'),
  },
  cacheRead: {
    read: ({ usage }) => usage.cacheRead,
    label: 'Cache reads',
    csv: { name: 'cache_read_tokens' },
    prometheus: tokens('cache_read'),
  },
  cacheWrite: {
    read: ({ usage }) => usage.cacheWrite,
    label: 'Cache writes',
    csv: { name: 'cache_write_tokens' },
    prometheus: tokens('cache_write'),
  },
  costUsd: {
    read: ({ costUsd }) => Math.round((costUsd ?? 0) * nanoPerUsd),
    per: nanoPerUsd,
    label: 'Cost',
    csv: { name: 'cost_usd', value: ({ costUsd }) => costUsd },
    prometheus: { name: 'bullpen_cost_usd_total', help: 'US dollars of turns whose price is known.', labels: ['model', 'instance'] },
  },
  costUnknown: {
    read: ({ costUsd }) => (costUsd === null ? 1 : 0),
    label: 'Turns with unknown cost',
    prometheus: { name: 'bullpen_turns_without_price_total', help: 'Turns whose price is not known.', labels: ['model'] },
  },
  rewrites: { read: ({ rewritten }) => (rewritten > 0 ? 1 : 0), label: 'Cache rewrites' },
  rewritten: { read: ({ rewritten }) => rewritten, label: 'Tokens rewritten', csv: { name: 'cache_rewritten_tokens' } },
  continued: {
    read: ({ turns, usage, rewritten }) => (turns > 0 && (usage.cacheRead > 0 || rewritten > 0) ? 1 : 0),
    label: 'Continued turns',
  },
  searches: {
    read: ({ searches }) => searches,
    label: 'Web searches',
    csv: { name: 'web_searches' },
    prometheus: { name: 'bullpen_web_searches_total', help: 'Web searches by Claude, each of which costs money.', labels: ['model'] },
  },
  neverBegan: { read: ({ neverBegan }) => neverBegan, label: 'Never started' },
} satisfies Record<string, Measure>
export type MeasureName = keyof typeof measures

const table: Readonly<Record<MeasureName, Measure>> = measures

export const measureNames: readonly MeasureName[] = Object.keys(measures).filter(isMeasureName)

/** Something for each measure. */
export function eachMeasure<T>(make: (name: MeasureName, measure: Measure) => T): Record<MeasureName, T> {
  const made: Partial<Record<MeasureName, T>> = {}
  for (const name of measureNames) made[name] = make(name, table[name])
  if (!isWhole(made)) throw new Error('A measure is missing.')
  return made
}

export function measureOf(name: MeasureName): Measure {
  return table[name]
}

/** A sum as it is shown. */
export function shownSum(name: MeasureName, sum: number): number {
  return sum / (table[name].per ?? 1)
}

function isMeasureName(name: string): name is MeasureName {
  return Object.hasOwn(measures, name)
}

function isWhole<T>(made: Partial<Record<MeasureName, T>>): made is Record<MeasureName, T> {
  return measureNames.every((name) => Object.hasOwn(made, name))
}

function tokens(kind: string): PrometheusCounter {
  return { name: 'bullpen_tokens_total', help: 'Tokens, counted once.', labels: ['model'], fixed: { kind } }
}
