import { Cron } from 'croner'
import { AppError } from '../../../shared/app-error.ts'

/** So many times that went by are counted; what is more is “more”. */
const mostCounted = 100

/** When a trigger is due: five or six fields of cron in a time zone. */
export class CronTime {
  readonly #cron: Cron

  private constructor(cron: Cron) {
    this.#cron = cron
  }

  /**
   * Throws BAD_REQUEST, which says what to write instead. A time that is skipped when clocks are put forward comes right after the gap, and
   * one that is there twice when they are put back comes once; what goes by interval (`*`, `/`) goes on by interval.
   */
  static of({ cron, timeZone }: { cron: string; timeZone?: string | undefined }): CronTime {
    if (timeZone !== undefined && !isTimeZone(timeZone)) {
      const message = `There is no time zone “${timeZone}”. Write one such as Europe/Berlin or UTC, or leave it out to use this computer’s.`
      throw new AppError('BAD_REQUEST', message, { data: { field: 'on.timeZone' } })
    }
    const time = new CronTime(parse(cron, timeZone))
    if (time.#cron.nextRun() === null)
      throw cronFault(`“${cron}” never comes: no day is like that. Check the day of the month and the month.`)
    return time
  }

  /** The first times after `from`, in milliseconds. */
  next(from: number, count: number): number[] {
    return this.#cron.nextRuns(count, new Date(from)).map((date) => date.getTime())
  }

  /** The times after `from` up to and with `to`: the newest `most`, the oldest first, and how many there were, counted up to a hundred. */
  between(from: number, to: number, most: number): { times: number[]; count: number } {
    const times: number[] = []
    for (const date of this.#cron.enumerate(new Date(from))) {
      if (date.getTime() > to) break
      times.push(date.getTime())
      // The newest are found from the other end: its look back has no end of its own, and a rare time would be looked for in thousands of years.
      if (times.length === mostCounted) return { times: this.#before(to, most), count: mostCounted }
    }
    return { times: times.slice(-most), count: times.length }
  }

  #before(to: number, most: number): number[] {
    const dates = this.#cron.previousRuns(most + 1, new Date(to + 1_000))
    return dates
      .map((date) => date.getTime())
      .filter((time) => time <= to)
      .slice(0, most)
      .toReversed()
  }
}

function parse(cron: string, timeZone: string | undefined): Cron {
  try {
    const zone = timeZone === undefined ? {} : { timezone: timeZone }
    return new Cron(cron, { ...zone, paused: true, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' })
  } catch (thrown) {
    throw cronFault(faultWords(cron, thrown), thrown)
  }
}

function cronFault(message: string, cause?: unknown): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field: 'on.cron' }, ...(cause === undefined ? {} : { cause }) })
}

const fields = ['minute (0–59)', 'hour (0–23)', 'day of the month (1–31)', 'month (1–12)', 'day of the week (0–7, 0 and 7 are Sunday)']

function faultWords(cron: string, thrown: unknown): string {
  const said = thrown instanceof Error ? thrown.message.replace(/^CronPattern: /, '').replace(/\.+$/, '') : String(thrown)
  const parts = cron.trim().split(/\s+/)
  if (cron.startsWith('@')) return `“${cron}” is not known. Write @hourly, @daily, @weekly, @monthly or @yearly, or five fields.`
  if (parts.length < 5 || parts.length > 6)
    return `“${cron}” has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'}; a time has five: minute, hour, day of the month, month, day of the week. “0 9 * * 1-5” is every weekday at 9:00.`
  const wrong = parts.length === 5 ? parts.findIndex((part, at) => !reads(parts.map((_, place) => (place === at ? part : '*')))) : -1
  const name = fields[wrong]
  if (name !== undefined) return `“${parts[wrong]}” is no ${name}. Write a number, a list such as 1,15, a range such as 1-5, */5 or *.`
  return `“${cron}” is no time: ${said}. “0 9 * * 1-5” is every weekday at 9:00.`
}

function reads(parts: readonly string[]): boolean {
  try {
    return new Cron(parts.join(' '), { paused: true, mode: '5-part' }).getPattern() !== undefined
  } catch {
    return false
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}
