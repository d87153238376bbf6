import type { Span } from './charts/chart-data.ts'

/** A range that moves with the clock, or one that was chosen and stays. */
export type Range = { type: 'preset'; name: PresetName } | ({ type: 'custom' } & Span)
export type PresetName = '1h' | 'today' | '7d' | '30d' | 'year' | 'all'

export const presets: readonly { name: PresetName; label: string; words: string }[] = [
  { name: '1h', label: '1 h', words: 'the last hour' },
  { name: 'today', label: 'Today', words: 'today' },
  { name: '7d', label: '7 d', words: 'the last 7 days' },
  { name: '30d', label: '30 d', words: 'the last 30 days' },
  { name: 'year', label: 'Year', words: 'the last 365 days' },
  { name: 'all', label: 'All', words: 'all time' },
]

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Nothing is told apart within less. */
const shortest = minute

/** The time that a range stands for now. Its end is a whole minute, so that a range that moves does so once a minute. */
export function spanOf(range: Range, now: number, oldest: number | null): Span {
  if (range.type === 'custom') return { from: range.from, to: range.to }
  const to = Math.ceil((now + 1) / minute) * minute
  switch (range.name) {
    case '1h':
      return { from: to - hour, to }
    case 'today':
      return { from: startOfDay(now), to }
    case '7d':
      return { from: startOfDay(to - 6 * day), to }
    case '30d':
      return { from: startOfDay(to - 29 * day), to }
    case 'year':
      return { from: startOfDay(to - 364 * day), to }
    case 'all':
      return { from: Math.min(startOfDay(oldest ?? now), startOfDay(now)), to }
  }
}

/** What lies around a span, for the strip that the span is chosen on: it holds the span, and reaches a little beyond now. */
export function around(span: Span, now: number, oldest: number | null): Span {
  const length = span.to - span.from
  const [wide, , ends] = surroundings.find(([, most]) => length <= most) ?? [3 * length, 0, day]
  const to = Math.max(span.to, Math.min(Math.ceil((now + minute) / ends) * ends, span.to + wide / 2))
  const from = Math.min(span.from, Math.max(to - wide, oldest ?? to - wide))
  return { from: startOfDay(from), to }
}

/** False when the strip should show something else around the span: it lies outside, or is too small or large to be handled. */
export function isAround(outer: Span, { from, to }: Span): boolean {
  const share = (to - from) / (outer.to - outer.from)
  return outer.from <= from && to <= outer.to && share >= 1 / 60 && share <= 0.98
}

/** How much is shown around spans up to which length, and what its end is rounded to. */
const surroundings = [
  [day, 2 * hour, hour],
  [14 * day, 2 * day, hour],
  [60 * day, 14 * day, day],
  [365 * day, 62 * day, day],
] as const

/** The same length, moved; it stays within the limits. */
export function moved({ from, to }: Span, by: number, limits: Span): Span {
  const shift = Math.max(limits.from - from, Math.min(by, limits.to - to))
  return { from: from + shift, to: to + shift }
}

/** Longer or shorter around its middle (a factor under 1 shows more detail); within the limits. */
export function zoomed({ from, to }: Span, factor: number, limits: Span): Span {
  const middle = (from + to) / 2
  const half = Math.max(shortest, (to - from) * factor) / 2
  return clamped({ from: middle - half, to: middle + half }, limits)
}

/** In order, at least a minute long, within the limits, in whole milliseconds. */
export function clamped({ from, to }: Span, limits: Span): Span {
  const low = Math.round(Math.max(limits.from, Math.min(from, to)))
  const high = Math.round(Math.min(limits.to, Math.max(from, to)))
  if (high - low >= shortest) return { from: low, to: high }
  const end = Math.min(limits.to, low + shortest)
  return { from: end - shortest, to: end }
}

/** The span of the same length just before, to compare with. */
export function before({ from, to }: Span): Span {
  return { from: from - (to - from), to: from }
}

/** How a range is called: by its preset, or null when it was chosen by hand. */
export function presetWords(range: Range): string | null {
  return range.type === 'preset' ? (presets.find(({ name }) => name === range.name)?.words ?? null) : null
}

/** Midnight in local time: daylight saving makes some days shorter. */
function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
