const minute = 60_000
const day = 86_400_000

/** A calendar of one time zone: which local day a moment is in, and when local days and hours begin. */
export class Calendar {
  readonly #format: Intl.DateTimeFormat

  /** `zone`: an IANA name, such as Europe/Berlin. Throws a RangeError for one that is not known. */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  /** The days from 1970 to the local day of a moment. */
  dayOf(at: number): number {
    return Math.floor((at + this.offsetMs(at)) / day)
  }

  /** The moment at which the local clock shows this many milliseconds since 1970, or jumps over it; the first one of two. */
  momentOf(local: number): number {
    const around = [local - day, local + day].map((at) => local - this.offsetMs(at))
    const shown = around.filter((at) => at + this.offsetMs(at) >= local)
    return Math.min(...(shown.length > 0 ? shown : around))
  }

  /** The first moment of a local day: midnight, or what comes after it where the clock skips it. */
  startOf(dayNumber: number): number {
    return this.momentOf(dayNumber * day)
  }

  /** How far local time is ahead of UTC. */
  offsetMs(at: number): number {
    const parts: Record<string, number> = {}
    for (const { type, value } of this.#format.formatToParts(at)) if (type !== 'literal') parts[type] = Number(value)
    const { year = 1970, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts
    const local = new Date(0)
    local.setUTCFullYear(year, month - 1, date)
    local.setUTCHours(hour, minutes, second)
    // What is below a second is the same everywhere.
    return Math.round((local.getTime() - Math.floor(at / 1_000) * 1_000) / minute) * minute
  }

  /** The local year, month from 0 and day of the month. */
  dateOf(at: number): { year: number; month: number; date: number } {
    const local = new Date(at + this.offsetMs(at))
    return { year: local.getUTCFullYear(), month: local.getUTCMonth(), date: local.getUTCDate() }
  }
}

const known = new Map<string, Calendar>()
const mostKnown = 32

/** The calendar of a zone; formats are dear to make. */
export function calendarOf(zone: string): Calendar {
  const found = known.get(zone) ?? new Calendar(zone)
  known.delete(zone)
  known.set(zone, found)
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size > mostKnown) known.delete(oldest)
  return found
}
