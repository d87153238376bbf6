import type { Clock } from '../clock/awake-clock.ts'

/** How often an instance was used, and when last: for people on the clock of the wall, for comparing on the pool's. */
export class UseRecord {
  readonly #clock: Clock
  #turns: number
  #lastUsed: string | null
  #lastUsedAt: number

  constructor({ turns, lastUsedAt }: { turns: number; lastUsedAt: string | null }, clock: Clock) {
    this.#clock = clock
    this.#turns = turns
    this.#lastUsed = lastUsedAt
    this.#lastUsedAt = lastUsedAt === null ? Number.NEGATIVE_INFINITY : Math.min(0, Date.parse(lastUsedAt) - Date.now())
  }

  /** Turns that have ended. */
  get turns(): number {
    return this.#turns
  }

  /** When a turn began or ended last; null: never. */
  get lastUsed(): string | null {
    return this.#lastUsed
  }

  /** The same on the pool's clock; below zero: before this start of the app; minus infinity: never. */
  get lastUsedAt(): number {
    return this.#lastUsedAt
  }

  turnBegan(): void {
    this.#lastUsedAt = this.#clock.now()
    this.#lastUsed = new Date().toISOString()
  }

  turnEnded(): void {
    this.#turns += 1
    this.turnBegan()
  }
}
