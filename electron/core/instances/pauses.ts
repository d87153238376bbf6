import { AppError } from '../../../shared/app-error.ts'
import type { PauseMode } from '../../../shared/domain/instance.ts'
import { PauseState } from './pause-state.ts'
import type { ProcessHolder } from './process-holder.ts'
import type { Recovery } from './recovery.ts'
import type { TurnDriver } from './turn-driver.ts'

export type PausesDeps = {
  holder: ProcessHolder
  recovery: Recovery
  driver: () => TurnDriver
  name: () => string
  onChange: () => void
}

/** How it was paused when the app ended. `resting`: waiting messages stay where they are until the user goes on, as after Stop and Park. */
export type PauseSeed = { pause: 'hold' | 'park' | null; resting: boolean }

/** The three ways to pause an instance, and the ways back. */
export class Pauses {
  readonly #deps: PausesDeps
  readonly #state: PauseState
  #resting: boolean
  /** It rests no more, and whoever starts after a kill would find that it does. */
  #goesOn = false

  constructor(deps: PausesDeps, { pause, resting }: PauseSeed) {
    this.#deps = deps
    this.#state = new PauseState(pause, () => void this.rest('park'))
    this.#resting = resting
  }

  get resting(): boolean {
    return this.#resting
  }

  /** How it is paused now, as it is to come back after a restart of the app. */
  get seed(): PauseSeed {
    return this.mode === 'freeze' ? { pause: 'park', resting: true } : { pause: this.mode, resting: this.#resting }
  }

  get mode(): PauseMode | null {
    return this.#state.mode
  }

  get frozenUntil(): number | null {
    return this.#state.frozenUntil
  }

  /** A message came: what waits goes on as soon as it may. True until that is `saved`. */
  goOn(): boolean {
    this.#goesOn ||= this.#resting
    this.#resting = false
    return this.#goesOn
  }

  /** That it goes on is on disk. */
  saved(): void {
    this.#goesOn = false
  }

  /** A message is about to be sent: what is parked is so no longer. */
  wake(): void {
    if (this.mode === 'park') this.#state.set(null)
  }

  /** Nothing is paused any more. */
  async end(): Promise<void> {
    await this.thaw()
    this.#goesOn ||= this.seed.resting
    this.#state.set(null)
    this.#resting = false
  }

  /** Finishes the running turn and begins no other. */
  async hold(): Promise<void> {
    await this.thaw()
    this.#state.set('hold')
    this.#deps.onChange()
  }

  /** Stops the process in its tracks. Throws STATE_CONFLICT without one, FREEZE_UNSUPPORTED on Windows. */
  async freeze(): Promise<void> {
    const { holder, name, onChange } = this.#deps
    if (!holder.held) throw new AppError('STATE_CONFLICT', `${name()} has no process to freeze. Hold it instead, or start it first.`)
    if (this.mode === 'freeze') return
    await holder.held.process.freeze()
    this.#state.set('freeze')
    onChange()
  }

  /** Lets a frozen process go on; it stays as it is otherwise. */
  async thaw(): Promise<void> {
    if (this.mode === 'freeze') await this.#deps.holder.thaw()
  }

  /** Lets a frozen turn be ended. */
  async unfreeze(): Promise<void> {
    if (this.mode !== 'freeze') return
    await this.thaw()
    this.#goesOn = true
    this.#state.set(null)
  }

  /** The process is gone: there is nothing frozen any more. */
  processLost(): void {
    if (this.mode !== 'freeze') return
    this.#goesOn = true
    this.#state.set(null)
  }

  /** Gives the process back until it is needed: a message that may be sent wakes it. */
  async sleep(): Promise<void> {
    const { holder, onChange } = this.#deps
    this.#state.set('park')
    onChange()
    await holder.stop()
    onChange()
  }

  /**
   * Gives the process back until the user goes on: `park` for a pause, null for a stop. Ends the running turn first; with `keeps`, what
   * it asks can be answered later.
   */
  async rest(pause: PauseMode | null, { keeps = pause === 'park' } = {}): Promise<void> {
    const { holder, recovery, driver, onChange } = this.#deps
    this.#resting = true
    this.#goesOn = false
    recovery.cancel()
    // Waiting for nothing else: a message that comes between the look and the act must not be taken for one that was there.
    if (this.mode === 'freeze') await this.thaw()
    this.#state.set(pause === 'freeze' ? 'park' : pause)
    onChange()
    const { run } = driver()
    if (run) await driver().end(run, { keeps })
    await holder.stop()
    onChange()
  }
}
