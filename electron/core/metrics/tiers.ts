import type { Resolution } from '../../../shared/domain/metrics.ts'
import { resolutionMs } from './selection.ts'

const dayMs = resolutionMs.day
/** Days up to which single turns, minutes and hours are kept; after that only days are. */
const keptDays = { raw: 30, minute: 90, hour: 400 }

/** How fine a turn of that time is kept now. Changes at midnight UTC, for whole days. */
export function tierOf(at: number, now: number): Resolution {
  const days = (startOfDay(now) - startOfDay(at)) / dayMs
  if (days <= keptDays.raw) return 'raw'
  if (days <= keptDays.minute) return 'minute'
  return days <= keptDays.hour ? 'hour' : 'day'
}

/** The file that a cell of that time belongs to: a month of minutes or hours, a year of days. */
export function partitionName(tier: Resolution, at: number): string {
  const date = new Date(at).toISOString()
  return `${tier}-${date.slice(0, tier === 'day' ? 4 : tier === 'raw' ? 10 : 7)}`
}

export function startOfDay(at: number): number {
  return Math.floor(at / dayMs) * dayMs
}
