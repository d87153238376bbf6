/** Why the pool has made an instance. `kind`: what it was launched as, for work that brings its own configuration; null: as the pool's policy says. */
export type Made = { kind: string | null }

/** What is kept of it when the app ends. */
export type TenureSeed = { made: Made | null; askedIn: string | null }

/** Whose an instance is: the user's, or the pool's, which has made it and removes it when nobody uses it. */
export class Tenure {
  #made: Made | null
  /** The conversation in which questions to it by name go on. */
  askedIn: string | null

  constructor({ made, askedIn }: TenureSeed) {
    this.#made = made
    this.askedIn = askedIn
  }

  /** Null: it is the user's. */
  get made(): Made | null {
    return this.#made
  }

  /** Only work that brings just this configuration goes there; null: any may. */
  get kind(): string | null {
    return this.#made?.kind ?? null
  }

  /** A person uses it: it is theirs from now on. False when it was already. */
  adopt(): boolean {
    if (this.#made === null) return false
    this.#made = null
    return true
  }

  get seed(): TenureSeed {
    return { made: this.#made, askedIn: this.askedIn }
  }
}
