import type { ReadTime } from '../../../shared/domain/trigger.ts'
import { cronOf } from './cron-phrase.ts'
import { CronTime } from './cron-time.ts'
import { cronWords } from './cron-words.ts'

const nextShown = 5

/** A time as somebody writes it, read back. Throws BAD_REQUEST, which says what to write instead. */
export function readTime({ text, timeZone }: { text: string; timeZone?: string | undefined }, now: number): ReadTime {
  const cron = cronOf(text)
  const time = CronTime.of({ cron, timeZone })
  const zone = timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
  return { cron, words: cronWords(cron), timeZone: zone, next: nextTimes(time, now) }
}

/** The next times, as they are sent. */
export function nextTimes(time: CronTime, now: number): string[] {
  return time.next(now, nextShown).map((at) => new Date(at).toISOString())
}
