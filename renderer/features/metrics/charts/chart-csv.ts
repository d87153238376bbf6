import type { ChartData, Unit } from './chart-data.ts'

/** A table as RFC 4180 text. Cells that a spreadsheet would run as a formula get an apostrophe before them. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

/** A chart's figures as they are, not rounded: one row for each place on the x axis, times in ISO 8601 UTC. */
export function chartRows(data: ChartData): (string | number | null)[][] {
  const { axis, x, series, unit } = data
  const head = [axis.type === 'time' ? 'from' : axis.name, ...series.map(({ label }) => `${label} (${unitWords[unit]})`)]
  const places = x.map((start, index) => [
    axis.type === 'time' ? new Date(start).toISOString() : (axis.labels[index] ?? ''),
    ...series.map(({ values }) => values[index] ?? null),
  ])
  return [head, ...places]
}

const unitWords: Record<Unit, string> = {
  ms: 'ms',
  count: 'count',
  tokens: 'tokens',
  usd: 'USD',
  share: 'share',
  mb: 'MB',
  cores: 'cores',
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
