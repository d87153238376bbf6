import { formatCost, formatCount, formatDuration } from '../../../words/figures.ts'
import { isEmpty, type ChartData, type ChartSeries, type Span, type Unit } from './chart-data.ts'

/** A figure with its unit, short enough for a readout: `0.58 s`, `93%`, `48.1k`. */
export function formatFigure(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms':
      return formatDuration(value)
    case 'usd':
      return formatCost(value)
    case 'share':
      return `${trim((value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0))}%`
    case 'mb':
      return value >= 1024 ? `${trim((value / 1024).toFixed(1))} GB` : `${Math.round(value)} MB`
    case 'cores':
      return value > 0 && value < 0.01 ? '<0.01' : trim(value.toFixed(2))
    case 'tokens':
      return formatCount(Math.round(value))
    case 'count':
      return Number.isInteger(value) ? value.toLocaleString('en-US') : trim(value.toFixed(2))
  }
}

/** A figure on an axis: as short as can be. `step`: from one tick to the next, so that all of them have the same digits. */
export function formatTick(value: number, unit: Unit, step = value): string {
  if (unit === 'usd') return value === 0 ? '$0' : `$${value.toFixed(step >= 1 ? 0 : Math.max(2, decimalsOf(step)))}`
  if (unit === 'count') return formatCount(value)
  if (unit === 'ms' && Math.abs(value) >= 1_000) return longTick(value)
  return value === 0 ? '0' : formatFigure(value, unit)
}

function decimalsOf(step: number): number {
  return Math.min(6, trim(step.toFixed(6)).split('.')[1]?.length ?? 0)
}

/** Seconds up to two minutes, then minutes, then hours: each in one unit, as an axis is narrow. */
function longTick(ms: number): string {
  const size = Math.abs(ms)
  if (size < 120_000) return `${trim((ms / 1_000).toFixed(1))} s`
  return size < 7_200_000 ? `${trim((ms / 60_000).toFixed(1))} min` : `${trim((ms / 3_600_000).toFixed(1))} h`
}

/** What one place on the x axis is called: `21 Nov, 14:05`, or the name of the bin. */
export function placeWords({ axis, x }: ChartData, index: number): string {
  const start = x[index]
  if (start === undefined) return ''
  return axis.type === 'bins' ? (axis.labels[index] ?? '') : timeWords(start, axis.step)
}

const dayMs = 86_400_000
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const exact = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

/** A time as exact as the span it begins. */
export function timeWords(time: number, step: number, now = Date.now()): string {
  const date = new Date(time)
  const dated = (date.getFullYear() === new Date(now).getFullYear() ? day : dayOfYear).format(date)
  if (step >= dayMs) return dated
  return `${dated}, ${(step < 60_000 ? exact : clock).format(date)}`
}

/** `21 Nov, 09:00 to 14:00`, with the second day only when it is another one. */
export function spanWords({ from, to }: Span): string {
  const length = to - from
  const step = length > 60 * dayMs ? dayMs : 60_000
  const end = new Date(from).toDateString() === new Date(to).toDateString() ? clock.format(to) : timeWords(to, step)
  return `${timeWords(from, step)} to ${end}`
}

/** A tick of a time axis: the clock within a day, else the day, and the month with the year on long ones. */
export function timeTick(time: number, stepMs: number): string {
  const date = new Date(time)
  if (stepMs < dayMs) return date.getHours() + date.getMinutes() + date.getSeconds() === 0 ? day.format(date) : shortClock(date, stepMs)
  if (stepMs < 28 * dayMs) return day.format(date)
  return new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' }).format(date)
}

function shortClock(date: Date, stepMs: number): string {
  return (stepMs < 60_000 ? exact : clock).format(date)
}

/** One sentence of what a chart shows, for those who hear it instead of seeing it. */
export function summaryOf(data: ChartData): string {
  if (isEmpty(data)) return `${data.title}: no data in this range.`
  const parts = data.series.flatMap((series) => {
    const words = rangeWords(data, series)
    return words === null ? [] : [words]
  })
  const across = data.axis.type === 'time' ? `, ${extentWords(data)}` : `, by ${data.axis.name}`
  return `${data.title}${across}: ${parts.join('; ')}.`
}

function extentWords({ x, axis }: ChartData): string {
  const first = x[0]
  const last = x.at(-1)
  if (axis.type !== 'time' || first === undefined || last === undefined) return ''
  return spanWords({ from: first, to: last + axis.step })
}

function rangeWords(data: ChartData, { label, values }: ChartSeries): string | null {
  let low: number | null = null
  let high: number | null = null
  let highAt = 0
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    if (low === null || value < low) low = value
    if (high === null || value > high) [high, highAt] = [value, index]
  }
  if (low === null || high === null) return null
  if (low === high) return `${label} ${formatFigure(low, data.unit)}`
  return `${label} from ${formatFigure(low, data.unit)} to ${formatFigure(high, data.unit)}, highest at ${placeWords(data, highAt)}`
}

function trim(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
