import type { RunFigures, TopicFigures } from '../../../shared/domain/run-figures.ts'
import type { ChartColor, ChartData, ChartSeries, Unit } from './charts/chart-data.ts'
import { groupColor } from './series-charts.ts'

type OverTime = { bucketMs: number; at: readonly number[] }

/** Runs by how they ended. */
export function runsChart(figures: RunFigures): ChartData {
  const { done, failed, cancelled } = figures.columns
  return overTime(figures, 'Runs', 'stacked', 'count', [
    series('done', 'done', 'green', done),
    series('failed', 'failed', 'red', failed),
    series('cancelled', 'cancelled', 'grey', cancelled),
  ])
}

/** Steps by how they ended. */
export function stepsChart(figures: RunFigures): ChartData {
  const { done, failed, skipped, cancelled } = figures.columns.steps
  return overTime(figures, 'Steps', 'stacked', 'count', [
    series('done', 'done', 'green', done),
    series('failed', 'failed', 'red', failed),
    series('skipped', 'skipped', 'blue', skipped),
    series('cancelled', 'cancelled', 'grey', cancelled),
  ])
}

/** From the beginning of a run to its end. */
export function lengthChart(figures: RunFigures): ChartData {
  const { p50, p95 } = figures.columns
  return overTime(figures, 'Duration of a run', 'lines', 'ms', [series('p50', 'median', 'blue', p50), series('p95', '95%', 'accent', p95)])
}

export function runCostChart(figures: RunFigures): ChartData {
  return overTime(figures, 'Cost of runs', 'stacked', 'usd', [series('cost', 'cost', 'accent', figures.columns.costUsd)])
}

/** What came of it that triggers fired. */
export function firingsChart(figures: RunFigures): ChartData {
  const { started, queued, skipped, failed } = figures.firings.columns
  return overTime(figures, 'Trigger firings', 'stacked', 'count', [
    series('started', 'started a run', 'green', started),
    series('queued', 'queued', 'blue', queued),
    series('skipped', 'skipped', 'grey', skipped),
    series('failed', 'failed', 'red', failed),
  ])
}

/** The longest of them are told apart. */
const mostTopics = 5

/** Messages that wait, by topic. */
export function topicLengthChart(figures: TopicFigures): ChartData {
  const lines = longest(figures).map(({ topic, waiting }, index) => series(topic, topic, groupColor(index, false), waiting))
  return overTime(figures, 'Waiting in topics', 'lines', 'count', lines)
}

/** Messages done a minute, by topic. */
export function topicRateChart(figures: TopicFigures): ChartData {
  const lines = longest(figures).map(({ topic, donePerMinute }, index) => series(topic, topic, groupColor(index, false), donePerMinute))
  return overTime(figures, 'Messages done per minute', 'lines', 'count', lines)
}

/** What a chart of topics leaves out; undefined where that is nothing. */
export function topicsNote(figures: TopicFigures | null): string | undefined {
  const count = figures?.topics.length ?? 0
  return count > mostTopics ? `The ${mostTopics} longest of ${count} topics.` : undefined
}

function longest({ topics }: TopicFigures): TopicFigures['topics'] {
  const peak = (values: readonly (number | null)[]) => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  return topics.toSorted((a, b) => peak(b.waiting) - peak(a.waiting) || (a.topic < b.topic ? -1 : 1)).slice(0, mostTopics)
}

function series(key: string, label: string, color: ChartColor, values: readonly (number | null)[]): ChartSeries {
  return { key, label, color, values }
}

function overTime({ at, bucketMs }: OverTime, title: string, kind: ChartData['kind'], unit: Unit, all: ChartSeries[]): ChartData {
  return { title, kind, unit, axis: { type: 'time', step: bucketMs }, x: at, series: all }
}
