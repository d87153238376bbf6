const minutes = 5
const minuteMs = 60_000

/** How many things happened a minute over the last five minutes. */
export class Rate {
  /** By minute since 1970. */
  readonly #counts = new Map<number, number>()

  add(atMs: number, count = 1): void {
    const minute = Math.floor(atMs / minuteMs)
    this.#counts.set(minute, (this.#counts.get(minute) ?? 0) + count)
    if (this.#counts.size > 2 * minutes) this.#forget(Math.max(...this.#counts.keys()))
  }

  perMinute(nowMs: number): number {
    const now = Math.floor(nowMs / minuteMs)
    let sum = 0
    for (const [minute, count] of this.#counts) if (minute > now - minutes && minute <= now) sum += count
    return Math.round((sum / minutes) * 10) / 10
  }

  #forget(newest: number): void {
    for (const minute of this.#counts.keys()) if (minute <= newest - minutes) this.#counts.delete(minute)
  }
}
