/** How a crashed process is brought back: waits of 1 s, doubling to 60 s, and no more after five crashes in ten minutes. */
export const restartLimits = { firstDelayMs: 1_000, longestDelayMs: 60_000, crashes: 5, withinMs: 600_000 } as const

export type RestartDecision = { restart: true; delayMs: number } | { restart: false; crashes: number }

/** Remembers the crashes of one instance on a monotonic clock and says what to do after each. */
export class RestartPolicy {
  #crashes: number[] = []

  /** To be called once per crash; `nowMs` is monotonic. */
  crashed(nowMs: number): RestartDecision {
    this.#crashes = [...this.#crashes.filter((at) => nowMs - at < restartLimits.withinMs), nowMs]
    const count = this.#crashes.length
    if (count >= restartLimits.crashes) return { restart: false, crashes: count }
    return { restart: true, delayMs: Math.min(restartLimits.longestDelayMs, restartLimits.firstDelayMs * 2 ** (count - 1)) }
  }

  /** The user took over: earlier crashes no longer count. */
  reset(): void {
    this.#crashes = []
  }
}
