import type { ColumnName } from '../../../shared/contract/metrics.ts'
import type { Columns, Phase } from '../../../shared/domain/metrics.ts'
import type { ChartColor, ChartData, ChartSeries, Unit } from './charts/chart-data.ts'
import { phaseName } from './phase-words.ts'

/** Figures over time as a call answers them. */
export type SeriesAnswer = {
  bucketMs: number
  at: readonly number[]
  groups: readonly { key: string | null; rest: boolean; columns: Columns }[]
}

const groupColors: readonly ChartColor[] = ['blue', 'accent', 'green', 'yellow', 'violet', 'brown']

/** Groups get colours in their order; all others together are grey. */
export function groupColor(index: number, rest: boolean): ChartColor {
  return rest ? 'grey' : (groupColors[index % groupColors.length] ?? 'grey')
}

/** Median, 95% and 99% of a phase over time. */
export function phaseChart(answer: SeriesAnswer, phase: Phase): ChartData {
  const spread = answer.groups[0]?.columns.phases[phase]
  const line = (key: 'p50' | 'p95' | 'p99', label: string, color: ChartColor): ChartSeries => ({
    key,
    label,
    color,
    values: spread?.[key] ?? answer.at.map(() => null),
  })
  return overTime(answer, phaseName(phase), 'lines', 'ms', [
    line('p50', 'median', 'blue'),
    line('p95', '95%', 'accent'),
    line('p99', '99%', 'brown'),
  ])
}

export const throughputColumns: ColumnName[] = ['done', 'interrupted', 'failed', 'lost']

/** Turns in each span of time, by how they ended. */
export function throughputChart(answer: SeriesAnswer): ChartData {
  return overTime(answer, 'Turns', 'stacked', 'count', [
    count(answer, 'done', 'done', 'green'),
    count(answer, 'interrupted', 'interrupted', 'yellow'),
    count(answer, 'failed', 'failed', 'red'),
    count(answer, 'lost', 'lost', 'brown'),
  ])
}

export function tokensChart(answer: SeriesAnswer): ChartData {
  return overTime(answer, 'Tokens', 'stacked', 'tokens', [
    count(answer, 'output', 'output', 'accent'),
    count(answer, 'input', 'input', 'blue'),
    count(answer, 'cacheWrite', 'cache written', 'yellow'),
    count(answer, 'cacheRead', 'cache read', 'grey'),
  ])
}

/** Money over time, one colour for each group. Where only turns without a price were, there is no figure. */
export function costChart(answer: SeriesAnswer, nameOf: (group: { key: string | null; rest: boolean }) => string): ChartData {
  const series = answer.groups.map(({ key, rest, columns }, index) => ({
    key: rest ? 'rest' : (key ?? ''),
    label: nameOf({ key, rest }),
    color: groupColor(index, rest),
    values: columns.costUsd.map((cost, at) => (cost === 0 && (columns.costUnknown[at] ?? 0) > 0 ? null : cost)),
  }))
  return overTime(answer, 'Cost', 'stacked', 'usd', series)
}

/** The share of turns that could have used the cache but had to write it again. */
export function rewriteChart(answer: SeriesAnswer): ChartData {
  const columns = answer.groups[0]?.columns
  const values = answer.at.map((_, index) => shareOf(columns?.rewrites[index], columns?.continued[index]))
  return overTime(answer, 'Cache rewrites', 'lines', 'share', [{ key: 'rewrites', label: 'of continued turns', color: 'yellow', values }])
}

/** The share of what went to the model that came from the cache. */
export function cacheChart(answer: SeriesAnswer): ChartData {
  const columns = answer.groups[0]?.columns
  const values = answer.at.map((_, index) => {
    const read = columns?.cacheRead[index] ?? 0
    return shareOf(read, read + (columns?.input[index] ?? 0) + (columns?.cacheWrite[index] ?? 0))
  })
  return overTime(answer, 'Cache hits', 'lines', 'share', [{ key: 'hits', label: 'of tokens sent', color: 'green', values }])
}

export function savedChart(answer: SeriesAnswer): ChartData {
  const values = answer.groups[0]?.columns.savedMs ?? answer.at.map(() => null)
  return overTime(answer, 'Time saved by the pool', 'stacked', 'ms', [{ key: 'saved', label: 'saved', color: 'green', values }])
}

export function errorsChart(answer: SeriesAnswer): ChartData {
  const errors = answer.groups[0]?.columns.errors ?? []
  const colors: readonly ChartColor[] = ['red', 'accent', 'yellow', 'violet', 'blue', 'brown']
  const series = errors.slice(0, colors.length).map(({ code, counts }, index) => ({
    key: code,
    label: code,
    color: colors[index] ?? 'grey',
    values: counts,
  }))
  const others = errors.slice(colors.length)
  const rest = answer.at.map((_, index) => others.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0))
  if (others.length > 0) series.push({ key: 'rest', label: 'all others', color: 'grey', values: rest })
  return overTime(answer, 'Errors', 'stacked', 'count', series)
}

export function troubleChart(answer: SeriesAnswer): ChartData {
  return overTime(answer, 'Retries, stalls and losses', 'stacked', 'count', [
    count(answer, 'retries', 'requests retried', 'yellow'),
    count(answer, 'stalls', 'stalls', 'blue'),
    count(answer, 'lost', 'lost turns', 'red'),
  ])
}

type CountColumn = Exclude<keyof Columns, 'phases' | 'errors' | 'savedMs'>

function count(answer: SeriesAnswer, key: CountColumn, label: string, color: ChartColor): ChartSeries {
  return { key, label, color, values: answer.groups[0]?.columns[key] ?? answer.at.map(() => null) }
}

function overTime({ at, bucketMs }: SeriesAnswer, title: string, kind: ChartData['kind'], unit: Unit, series: ChartSeries[]): ChartData {
  // A chart of nothing but zeros has nothing to show: it says so in words.
  const silent = kind === 'stacked' && series.every(({ values }) => values.every((value) => value === null || value === 0))
  const shown = silent ? series.map((one) => ({ ...one, values: one.values.map(() => null) })) : series
  return { title, kind, unit, axis: { type: 'time', step: bucketMs }, x: at, series: shown }
}

function shareOf(part: number | undefined, whole: number | undefined): number | null {
  return whole === undefined || whole === 0 ? null : (part ?? 0) / whole
}
