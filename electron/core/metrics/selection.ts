import { dimensionSchema, type Dimension, type Resolution } from '../../../shared/domain/metrics.ts'
import type { TurnFilter } from '../../../shared/contract/metrics.ts'
import { calendarOf, type Calendar } from './calendar.ts'
import type { Dictionary } from './dictionary.ts'

/** Which turns count: ended from `from` (inclusive) to `to` (exclusive), with one of the values in each dimension that is named. */
export type Selection = { from: number; to: number; only: Partial<Record<Dimension, (string | null)[]>> }

const dayMs = 86_400_000

/** The range that was asked for: up to now, and a day long, where nothing was said. */
export function rangeOf({ from, to }: { from?: string | undefined; to?: string | undefined }, now: number): { from: number; to: number } {
  const end = to === undefined ? now : Date.parse(to)
  return { from: from === undefined ? end - dayMs : Date.parse(from), to: end }
}

export function selectionOf(input: TurnFilter & { from?: string | undefined; to?: string | undefined }, now: number): Selection {
  const only: Selection['only'] = {}
  const { instanceId, conversationId, folder, model, source, target, strategy, origin, outcome, error, history } = input
  const named = {
    instance: instanceId,
    conversation: conversationId,
    folder,
    model,
    source,
    target,
    strategy,
    origin,
    outcome,
    error,
    history,
  }
  for (const [name, chosen] of Object.entries(named)) {
    const dimension = dimensionSchema.safeParse(name).data
    if (chosen !== undefined && dimension) only[dimension] = [chosen].flat().map((value) => (value === '' ? null : value))
  }
  return { ...rangeOf(input, now), only }
}

/** For each named dimension which of its words are in; null when no turn at all can be. */
export function masksOf(only: Selection['only'], words: Dictionary): { dimension: Dimension; mask: Uint8Array }[] {
  return Object.entries(only).flatMap(([name, values]) => {
    const dimension = dimensionSchema.safeParse(name).data
    if (!dimension) return []
    const mask = new Uint8Array(words.size)
    for (const value of values) {
      const code = words.find(value)
      if (code !== undefined) mask[code] = 1
    }
    return [{ dimension, mask }]
  })
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
/** Widths that people can read off an axis. */
const widths = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * day),
]

export const resolutionMs: Record<Resolution, number> = { raw: 1, minute, hour, day }

/** `edges`, where widths differ: where each bucket begins, and where the last one ends. */
export type Buckets = { first: number; bucketMs: number; count: number; edges?: readonly number[] }

/** Where days begin: at local midnight of a zone, or so many minutes before midnight UTC. */
export type LocalTime = { zone?: string | undefined; offsetMinutes: number }

/** Buckets of one readable width over a range: at most `points`, and none narrower than what is known. */
export function bucketsOf(range: { from: number; to: number }, points: number, least: number, local: LocalTime): Buckets {
  const span = Math.max(1, range.to - range.from)
  const calendar = local.zone === undefined ? null : calendarOf(local.zone)
  const offsetMs = calendar ? calendar.offsetMs(range.from) : local.offsetMinutes * minute
  const fits = (width: number): Buckets => {
    if (calendar && width >= hour) return calendarBuckets(range, width, calendar)
    const first = startOf(range.from, width, offsetMs)
    return { first, bucketMs: width, count: Math.ceil((range.to - first) / width) }
  }
  for (const width of widths) {
    if (width < least || span / width > points) continue
    const buckets = fits(width)
    if (buckets.count <= points) return { ...buckets, count: Math.max(1, buckets.count) }
  }
  const wide = 364 * day * Math.ceil(span / (364 * day) / Math.max(1, points - 1) + 1)
  const buckets = fits(wide)
  return buckets.count <= points ? { ...buckets, count: Math.max(1, buckets.count) } : { first: range.from, bucketMs: span, count: 1 }
}

/** When each bucket begins. */
export function timesOf({ first, bucketMs, count, edges }: Buckets): number[] {
  return edges?.slice(0, count) ?? Array.from({ length: count }, (_, bucket) => first + bucket * bucketMs)
}

function startOf(at: number, width: number, offsetMs: number): number {
  return Math.floor((at + offsetMs) / width) * width - offsetMs
}

/** Cut by the local clock: a day has 23 or 25 hours when the clock is changed, and one of its parts is as much shorter or longer. */
function calendarBuckets(range: { from: number; to: number }, width: number, calendar: Calendar): Buckets {
  const edges: number[] = []
  const begins = startOf(range.from + calendar.offsetMs(range.from), width, 0)
  // One before, as the clock may have been changed since the bucket began.
  for (let local = begins - width; (edges.at(-1) ?? range.from) < range.to || edges.length === 0; local += width) {
    const at = calendar.momentOf(local)
    if (at <= range.from) edges[0] = at
    else if (at > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(at)
  }
  return { first: edges[0] ?? range.from, bucketMs: width, count: Math.max(1, edges.length - 1), edges }
}
