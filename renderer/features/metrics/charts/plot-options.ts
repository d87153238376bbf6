import uPlot from 'uplot'
import { middleAt, placeOf, stacked, type ChartData, type Span } from './chart-data.ts'
import { colorOf } from './chart-colors.ts'
import { formatTick, timeTick } from './chart-words.ts'

const font = "11px 'Inter Variable', system-ui, sans-serif"

/** What the plot tells: all places are indexes on the x axis. */
export type PlotTells = {
  point: (index: number | null) => void
  pick: (index: number) => void
  brush: (span: Span) => void
}

export type PlotSize = { width: number; height: number }

/** What is drawn now: the same plot outlives many figures. */
export type Drawn = () => {
  data: ChartData
  span: Span | null
  /** The least that the y axis reaches up to: for charts that are compared. */ top?: number | undefined
}

/** Everything uPlot has to know about a chart but its figures. Colours are asked for at each drawing. */
export function plotOptions(drawn: Drawn, { width, height }: PlotSize, tells: PlotTells): uPlot.Options {
  const { data } = drawn()
  const isTime = data.axis.type === 'time'
  return {
    width,
    height,
    ms: 1,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: isTime, range: (_, min, max) => xRange(drawn(), min, max) },
      // Below zero only where something is: a loss is shown as one.
      y: { range: (_, min, max) => [Math.min(0, min * 1.06), topOf(Math.max(max, drawn().top ?? 0))] },
    },
    axes: [xAxis(data), yAxis(data)],
    series: [{}, ...drawnSeries(data)],
    cursor: {
      drag: { x: isTime, y: false, setScale: false, dist: 4 },
      points: { show: data.kind === 'lines', size: 7 },
      y: false,
      ...(isTime ? { sync: synced } : {}),
    },
    hooks: {
      setCursor: [(plot) => tells.point(pointedAt(plot, drawn().data))],
      setSelect: [(plot) => brushed(plot, tells)],
    },
  }
}

/** All charts over time are pointed at together; what is drawn on one is not drawn on the others. */
const synced: uPlot.Cursor.Sync = {
  key: 'metrics',
  setSeries: false,
  scales: ['x', null],
  filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
}

/** The place under the pointer; null where there is none. */
export function pointedAt(plot: uPlot, { axis, x }: ChartData): number | null {
  const { left } = plot.cursor
  if (left === undefined || left < 0) return null
  const value = plot.posToVal(left, 'x')
  if (axis.type === 'time') return placeOf(x, axis.step, value)
  const bin = Math.floor(value)
  return bin >= 0 && bin < x.length ? bin : null
}

/** The figures in uPlot's form: lines stand in the middle of what is shown of their span; a stack is drawn from its top down. */
export function plotData(data: ChartData, span: Span | null): uPlot.AlignedData {
  const { x, axis, kind, series } = data
  const places = axis.type === 'time' && kind === 'lines' ? x.map((_, index) => middleAt(data, index, span)) : [...x]
  const heights = kind === 'stacked' ? drawnStack(series).toReversed() : series.map(({ values }) => [...values])
  return [places, ...heights]
}

/** A part of a stack that adds nothing is not drawn: its edge would show beneath the others. */
function drawnStack(series: ChartData['series']): (number | null)[][] {
  return stacked(series).map((heights, index) => heights.map((height, at) => ((series[index]?.values[at] ?? 0) === 0 ? null : height)))
}

/** Plots with the same shape can take each other's figures without being made anew. */
export function shapeOf({ kind, unit, axis, series }: ChartData): string {
  return JSON.stringify([kind, unit, axis.type === 'time' ? 'time' : axis.labels, series.map(({ color, dashed }) => [color, dashed])])
}

function drawnSeries({ kind, series }: ChartData): uPlot.Series[] {
  if (kind === 'lines') {
    return series.map(({ color, dashed }) => ({
      stroke: () => colorOf(`--chart-${color}`),
      width: 1.5,
      points: { show: true, size: 4, fill: () => colorOf(`--chart-${color}`), filter: (plot, index) => pointed(plot.data[index] ?? []) },
      ...(dashed === true ? { dash: [5, 4] } : {}),
    }))
  }
  const bars = uPlot.paths.bars
  return series.toReversed().map(({ color }) => ({
    fill: () => colorOf(`--chart-${color}`),
    width: 0,
    points: { show: false },
    ...(bars ? { paths: bars({ size: [1, Number.POSITIVE_INFINITY], gap: 1, align: 1 }) } : {}),
  }))
}

const fewValues = 12

/** A value between two gaps has no line: it gets a point. Where there are few values each gets one, as a short line is not seen. */
function pointed(values: ArrayLike<number | null | undefined>): number[] {
  const all: number[] = []
  for (let index = 0; index < values.length; index += 1) if (isThere(values[index])) all.push(index)
  return all.length <= fewValues ? all : all.filter((index) => !isThere(values[index - 1]) && !isThere(values[index + 1]))
}

function isThere(value: number | null | undefined): boolean {
  return value !== null && value !== undefined
}

function xRange({ data: { axis, x, kind }, span }: ReturnType<Drawn>, min: number, max: number): [number, number] {
  if (axis.type === 'time') return span ? [span.from, span.to] : [min, max + (kind === 'stacked' ? axis.step : 0)]
  return [0, Math.max(1, x.length)]
}

function topOf(max: number | null): number {
  return max === null || max <= 0 ? 1 : max * 1.06
}

function xAxis({ axis }: ChartData): uPlot.Axis {
  const bins = axis.type === 'bins' ? axis.labels : null
  return {
    ...axisLook(),
    size: 26,
    space: bins ? 54 : 76,
    grid: { show: false },
    values: (_, splits, __, ___, step) =>
      splits.map((split) => (bins ? (Number.isInteger(split) ? (bins[split] ?? '') : '') : timeTick(split, step))),
    ...(bins ? { incrs: [1, 2, 3, 5, 10, 20], align: 1 } : {}),
  }
}

const wholeSteps = [1, 2, 5].flatMap((step) => Array.from({ length: 10 }, (_, power) => step * 10 ** power)).toSorted((a, b) => a - b)

function yAxis({ unit, kind }: ChartData): uPlot.Axis {
  return {
    // There is no half of a turn.
    ...(unit === 'count' && kind === 'stacked' ? { incrs: wholeSteps } : {}),
    ...axisLook(),
    size: 54,
    space: 34,
    grid: { stroke: () => colorOf('--color-line'), width: 1 },
    values: (_, splits, __, ___, step) => splits.map((split) => formatTick(split, unit, step)),
  }
}

function axisLook(): uPlot.Axis {
  return { stroke: () => colorOf('--color-faint'), font, ticks: { show: false }, gap: 6 }
}

function brushed(plot: uPlot, tells: PlotTells): void {
  const { left, width } = plot.select
  if (width < 4) return
  tells.brush({ from: Math.round(plot.posToVal(left, 'x')), to: Math.round(plot.posToVal(left + width, 'x')) })
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
}
