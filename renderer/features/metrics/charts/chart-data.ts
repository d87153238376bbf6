/** What a figure counts; decides how it is written. */
export type Unit = 'ms' | 'count' | 'tokens' | 'usd' | 'share' | 'mb' | 'cores'

/** A place in the palette of charts; each is a `--chart-…` colour of the theme. */
export type ChartColor = 'blue' | 'accent' | 'brown' | 'green' | 'yellow' | 'grey' | 'violet' | 'red'

export type ChartSeries = {
  key: string
  label: string
  color: ChartColor
  /** One for each place on the x axis; null where there is none, which is drawn as a gap and never as zero. */
  values: readonly (number | null)[]
  dashed?: boolean
}

/**
 * A chart as data: what is drawn, listed in its table, exported and read aloud are made from this alone. `x` ascends: the
 * start of each span of `step` ms, or the number of a bin.
 */
export type ChartData = {
  title: string
  kind: 'lines' | 'stacked'
  unit: Unit
  x: readonly number[]
  /** Of time: milliseconds of each span. Of bins: their names. */
  axis: { type: 'time'; step: number } | { type: 'bins'; labels: readonly string[]; name: string }
  series: readonly ChartSeries[]
}

/** Milliseconds since 1970; `to` is not part of it. */
export type Span = { from: number; to: number }

/** True when nothing would be seen: no place on the x axis has a figure. */
export function isEmpty({ series }: ChartData): boolean {
  return series.every(({ values }) => values.every((value) => value === null))
}

/** The height of each series with all before it under it; places where all are null stay null. */
export function stacked(series: readonly ChartSeries[]): (number | null)[][] {
  const heights: (number | null)[][] = []
  for (const { values } of series) {
    const below = heights.at(-1)
    heights.push(values.map((value, index) => (value === null ? (below?.[index] ?? null) : value + (below?.[index] ?? 0))))
  }
  return heights
}

/** The span of time of one place on the x axis; null on an axis of bins. */
export function spanAt({ axis, x }: ChartData, index: number): Span | null {
  const from = x[index]
  return axis.type === 'time' && from !== undefined ? { from, to: from + axis.step } : null
}

/**
 * Where a figure of a line stands: in the middle of its span of time, or of what of it the axis shows. The newest span reaches into the
 * future and the oldest one to before the axis begins: their figures would lie beside what is drawn.
 */
export function middleAt({ axis, x }: Pick<ChartData, 'axis' | 'x'>, index: number, shown: Span | null): number {
  const from = x[index] ?? 0
  if (axis.type === 'bins') return from + 0.5
  const to = from + axis.step
  if (shown === null || to <= shown.from || from >= shown.to) return (from + to) / 2
  return (Math.max(from, shown.from) + Math.min(to, shown.to)) / 2
}

/** The place whose span holds this time, or null where there is none. `x` ascends. */
export function placeOf(x: readonly number[], step: number, time: number): number | null {
  let low = 0
  let high = x.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((x[middle] ?? 0) <= time) low = middle
    else high = middle - 1
  }
  const start = x[low]
  return start !== undefined && start <= time && time < start + step ? low : null
}

/** The highest that is drawn. */
export function peakOf({ kind, series }: ChartData): number {
  const heights = kind === 'stacked' ? stacked(series).slice(-1) : series.map(({ values }) => values)
  return heights.flat().reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
}
