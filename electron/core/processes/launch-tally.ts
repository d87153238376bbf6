import { missReasonSchema, type LaunchCounts, type MissReason, type SpareKind } from '../../../shared/domain/spare.ts'

/** Counts how often a launch that a spare could have served found one, and why not. */
export class LaunchTally {
  #folder = 0
  #anyFolder = 0
  readonly #misses = new Map<MissReason, number>()

  hit(kind: SpareKind): void {
    if (kind === 'folder') this.#folder += 1
    else this.#anyFolder += 1
  }

  miss(reason: MissReason): void {
    this.#misses.set(reason, (this.#misses.get(reason) ?? 0) + 1)
  }

  /** Share of the launches that found one, 0 to 1; null before the first. */
  get hitRate(): number | null {
    const { launches } = this.counts()
    return launches === 0 ? null : (this.#folder + this.#anyFolder) / launches
  }

  counts(): LaunchCounts {
    const count = (reason: MissReason) => this.#misses.get(reason) ?? 0
    const missed = missReasonSchema.options.reduce((sum, reason) => sum + count(reason), 0)
    return {
      launches: this.#folder + this.#anyFolder + missed,
      hits: { folder: this.#folder, anyFolder: this.#anyFolder },
      misses: {
        'new-kind': count('new-kind'),
        'not-ready': count('not-ready'),
        failing: count('failing'),
        refused: count('refused'),
        outdated: count('outdated'),
        'no-memory': count('no-memory'),
      },
    }
  }
}
