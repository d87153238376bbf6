import type { CronTime } from './cron-time.ts'

/** The time of day and what wakes at a time. */
export type WallClock = {
  now: () => number
  /** Calls once, `ms` from now; the answer takes that back. */
  after: (ms: number, call: () => void) => () => void
}

export const wallClock: WallClock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** Looked at so often at least: timers stand still while a computer sleeps, and know nothing of a clock that is set. */
const lookMs = 5_000
/** What came no longer ago than this came in time: it is more than passes between two looks. */
const lateMs = 15_000
const mostMissed = 100

/** Times that have come. `missed`: so many more went by, up to a hundred, while nobody looked. */
export type Due = { at: number; isLate: boolean; missed: number }

export type TimetableEntry = {
  cron: CronTime
  missed: 'once' | 'all' | 'none'
  /** What came up to then has been dealt with. */
  since: number
  onDue: (due: Due) => void
}

/** Wakes for the times of all triggers with one timer, by the clock on the wall, wherever that jumps. */
export class Timetable {
  readonly #clock: WallClock
  readonly #entries = new Map<string, { entry: TimetableEntry; seen: number; next: number }>()
  #stop: () => void = () => {}

  constructor(clock: WallClock = wallClock) {
    this.#clock = clock
  }

  /** What is already due comes at once. */
  set(id: string, entry: TimetableEntry): void {
    this.#entries.set(id, { entry, seen: Math.min(entry.since, this.#clock.now()), next: Number.NEGATIVE_INFINITY })
    this.#look()
  }

  delete(id: string): void {
    this.#entries.delete(id)
    this.#wait()
  }

  close(): void {
    this.#entries.clear()
    this.#stop()
  }

  #look(): void {
    const now = this.#clock.now()
    for (const one of this.#entries.values()) {
      // The clock was set back: its times come anew. Those that have fired already are known by their key.
      if (now < one.seen) {
        one.seen = now
        one.next = nextAfter(one.entry.cron, now)
      }
      if (now < one.next) continue
      const due = dueBetween(one.entry, one.seen, now)
      one.seen = now
      one.next = nextAfter(one.entry.cron, now)
      for (const each of due) one.entry.onDue(each)
    }
    this.#wait()
  }

  #wait(): void {
    this.#stop()
    if (this.#entries.size === 0) return
    const now = this.#clock.now()
    const next = Math.min(...[...this.#entries.values()].map((one) => one.next))
    this.#stop = this.#clock.after(Math.max(0, Math.min(next - now, lookMs)), () => this.#look())
  }
}

function nextAfter(cron: CronTime, time: number): number {
  return cron.next(time, 1)[0] ?? Number.POSITIVE_INFINITY
}

/** What came in time comes as it is; of what went by, all, the newest, or a word that it went by. */
function dueBetween({ cron, missed }: TimetableEntry, from: number, to: number): Due[] {
  const { times, count } = cron.between(from, to, mostMissed)
  const inTime = times.filter((at) => at >= to - lateMs)
  const late = times.slice(0, times.length - inTime.length)
  const newest = late.at(-1)
  const current = inTime.map((at) => ({ at, isLate: false, missed: 0 }))
  if (newest === undefined) return current
  if (missed === 'all')
    return [...late.map((at, index) => ({ at, isLate: true, missed: index === 0 ? count - times.length : 0 })), ...current]
  const missedCount = count - inTime.length
  if (missed === 'none') return [{ at: newest, isLate: true, missed: missedCount }, ...current]
  // One run makes up for all of them: the one that comes anyway, where there is one.
  return current.length > 0 ? current : [{ at: newest, isLate: true, missed: missedCount - 1 }]
}
