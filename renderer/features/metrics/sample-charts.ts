import type { SampleSeries } from '../../../shared/domain/metrics.ts'
import { instanceStateSchema, type InstanceState } from '../../../shared/domain/instance.ts'
import type { ChartColor, ChartData, ChartSeries, Unit } from './charts/chart-data.ts'
import { groupColor } from './series-charts.ts'

const stateColors: Record<InstanceState, ChartColor> = {
  busy: 'accent',
  idle: 'green',
  starting: 'blue',
  paused: 'yellow',
  stopped: 'grey',
  failed: 'red',
}

/** How many instances were in which state. */
export function statesChart(samples: SampleSeries): ChartData {
  const order: readonly InstanceState[] = instanceStateSchema.options.toSorted((a, b) => rank(a) - rank(b))
  return overTime(samples, 'Instances by state', 'stacked', 'count', [
    ...order.map((state) => ({ key: state, label: state, color: stateColors[state], values: samples.states[state] })),
    { key: 'spares', label: 'spares', color: 'violet' as const, values: samples.spares },
  ])
}

export function queueChart(samples: SampleSeries): ChartData {
  return overTime(samples, 'Waiting in the queue', 'lines', 'count', [
    { key: 'most', label: 'most', color: 'accent', values: samples.queuedMost },
    { key: 'mean', label: 'mean', color: 'blue', values: samples.queued },
  ])
}

const mostLines = 6

/** What the charts with a line for each instance leave out; undefined when they leave out nothing. */
export function linesNote(samples: SampleSeries | null): string | undefined {
  const count = samples?.instances.length ?? 0
  return count > mostLines ? `The ${mostLines} largest of ${count} instances. “All together” has every one.` : undefined
}

/** Memory of each instance's whole process tree, the largest by name, with all together above them. */
export function memoryChart(samples: SampleSeries): ChartData {
  return overTime(
    samples,
    'Memory',
    'lines',
    'mb',
    perInstance(samples, 'memoryMb', (value) => value),
  )
}

/** Processors used: one is one processor fully used. */
export function cpuChart(samples: SampleSeries): ChartData {
  return overTime(
    samples,
    'Processors used',
    'lines',
    'cores',
    perInstance(samples, 'cpuPercent', (value) => value / 100),
  )
}

function perInstance(samples: SampleSeries, key: 'memoryMb' | 'cpuPercent', toUnit: (value: number) => number): ChartSeries[] {
  const scaled = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : toUnit(value)))
  const largest = samples.instances.toSorted((a, b) => peak(b[key]) - peak(a[key])).slice(0, mostLines)
  const lines = largest.map((instance, index) => ({
    key: instance.instanceId,
    label: instance.name,
    color: groupColor(index, false),
    values: scaled(instance[key]),
  }))
  return [...lines, { key: 'all', label: 'all together', color: 'grey', values: scaled(samples[key]), dashed: true }]
}

function peak(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
}

function rank(state: InstanceState): number {
  return ['busy', 'starting', 'idle', 'paused', 'stopped', 'failed'].indexOf(state)
}

function overTime({ at, bucketMs }: SampleSeries, title: string, kind: ChartData['kind'], unit: Unit, series: ChartSeries[]): ChartData {
  return { title, kind, unit, axis: { type: 'time', step: bucketMs }, x: at, series }
}
