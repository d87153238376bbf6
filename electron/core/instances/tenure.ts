import type { Lease } from '../../../shared/domain/lease.ts'

/** Why the pool has made an instance. `kind`: what it was launched as, for work that brings its own configuration; null: as the pool's policy says. */
export type Made = { kind: string | null }

/** A lease as it is kept. `askedIn`: the conversation in which questions of its holder go on. */
export type Lent = Lease & { askedIn: string | null }

/** What is kept of it when the app ends. */
export type TenureSeed = { made: Made | null; askedIn: string | null; lease: Lent | null }

/** Whose an instance is: the user's, or the pool's, which has made it and removes it when nobody uses it. */
export class Tenure {
  #made: Made | null
  #lent: Lent | null
  /** The conversation in which questions to it by name go on. */
  askedIn: string | null

  constructor({ made, askedIn, lease }: TenureSeed) {
    this.#made = made
    this.#lent = lease
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

  /** Who has it for themselves; null: nobody, or their time is over. */
  get lease(): Lent | null {
    return this.#lent !== null && Date.parse(this.#lent.until) > Date.now() ? this.#lent : null
  }

  /** The same, although its time may be over. */
  get lent(): Lent | null {
    return this.#lent
  }

  /** Somebody has it for themselves from now on; null: nobody. */
  lend(lease: Lent | null): void {
    this.#lent = lease
  }

  /** True where other work than that of the lease has to wait. */
  isLentFrom(lease: string | null | undefined): boolean {
    const { lease: mine } = this
    return mine !== null && mine.id !== lease
  }

  /** A person uses it: it is theirs from now on. False when it was already. */
  adopt(): boolean {
    if (this.#made === null) return false
    this.#made = null
    return true
  }

  get seed(): TenureSeed {
    return { made: this.#made, askedIn: this.askedIn, lease: this.lease }
  }
}
