import type { PauseMode } from '../../../shared/domain/instance.ts'

/** A frozen process is parked after this long: beyond it the model's connection may be gone. */
export const freezeLimitMs = 120_000

/** How an instance is paused, and for how long yet when it is frozen. */
export class PauseState {
  readonly #onFrozenTooLong: () => void
  #mode: PauseMode | null
  #frozenUntil: number | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(mode: PauseMode | null, onFrozenTooLong: () => void) {
    this.#mode = mode
    this.#onFrozenTooLong = onFrozenTooLong
  }

  get mode(): PauseMode | null {
    return this.#mode
  }

  /** Wall-clock milliseconds; null unless frozen. */
  get frozenUntil(): number | null {
    return this.#frozenUntil
  }

  set(mode: PauseMode | null): void {
    clearTimeout(this.#timer)
    this.#mode = mode
    this.#frozenUntil = mode === 'freeze' ? Date.now() + freezeLimitMs : null
    if (mode === 'freeze') this.#timer = setTimeout(this.#onFrozenTooLong, freezeLimitMs)
  }
}
