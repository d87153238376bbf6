/** Times in the reader's locale and time zone, each in one format. */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'long' })
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })
const dayMs = 86_400_000

/** The time of day, such as `2:05 PM`. */
export function formatTime(time: string): string {
  return written(clock, time)
}

/** All of it, for a title: `Saturday, November 28, 2026 at 2:05:09 PM`. */
export function formatFullTime(time: string): string {
  return written(full, time)
}

/** The day in words: `Today`, `Yesterday`, a weekday within the last week, else the date. */
export function formatDay(time: string, now = new Date()): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return ''
  const days = Math.round((startOfDay(now) - startOfDay(date)) / dayMs)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days > 1 && days < 7) return weekday.format(date)
  return (date.getFullYear() === now.getFullYear() ? day : dayAndYear).format(date)
}

const ages = (['minute', 'hour', 'day', 'week', 'year'] as const).map((unit) => ({
  ms: { minute: 60_000, hour: 3_600_000, day: dayMs, week: 7 * dayMs, year: 365 * dayMs }[unit],
  format: new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: 0 }),
}))

/** How long ago, as short as it can be said: `now`, `4m`, `3h`, `2d`, `5w`, `1y`. */
export function formatAge(time: string, now: number): string {
  const ms = now - Date.parse(time)
  const unit = ages.findLast((one) => ms >= one.ms)
  return unit ? unit.format.format(Math.floor(ms / unit.ms)) : 'now'
}

/** Tells days of the reader's time zone apart. */
export function dayKey(time: string): string {
  const date = new Date(time)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}

function written(format: Intl.DateTimeFormat, time: string): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? '' : format.format(date)
}

/** Days with a change of the clock are an hour shorter or longer: midnights are compared, and rounded. */
function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
