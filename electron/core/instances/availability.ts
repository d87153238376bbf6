import { takesNoMessages } from './instance-errors.ts'
import type { MessageTask } from './message-task.ts'
import type { ProcessLife } from './process-life.ts'
import type { TurnDriver } from './turn-driver.ts'

export type AvailabilityDeps = { life: ProcessLife; driver: TurnDriver; name: () => string }

/** Failures that end when the right program is there. */
const ofClaude: ReadonlySet<string> = new Set(['CLAUDE_MISSING', 'CLAUDE_NOT_EXECUTABLE', 'CLAUDE_TOO_OLD'])

/** What an instance would do with a message now: take it, or not, and why; and what it has to do already. */
export class Availability {
  readonly #deps: AvailabilityDeps
  #reserved = 0

  constructor(deps: AvailabilityDeps) {
    this.#deps = deps
  }

  /** Why it begins nothing that is handed to it, for the user to read; null when it would. */
  get hindrance(): string | null {
    const { closed, pauses, recovery } = this.#deps.life
    const name = this.#deps.name()
    if (closed) return `${name} is stopping.`
    if (recovery.failure && recovery.restartAt === null) return `${name} failed; press Restart.`
    if (pauses.mode === 'hold') return `${name} is on hold; press Resume.`
    if (pauses.mode === 'freeze') return `${name} is frozen; press Resume.`
    if (this.#deps.life.suspended) return `${name} is suspended by the system; press Resume.`
    return recovery.restartAt === null ? this.#deps.life.unprepared : `${name} is restarting.`
  }

  /** Its folder is gone. It may be back, and other conversations have folders of their own: a message is taken all the same. */
  get lacksFolder(): boolean {
    return this.#deps.life.recovery.failure?.code === 'FOLDER_MISSING'
  }

  /** There was no `claude` to run, which may be mended without anything being done here. */
  get lacksClaude(): boolean {
    return ofClaude.has(this.#deps.life.recovery.failure?.code ?? '')
  }

  /** Throws INSTANCE_FAILED, with the reason, when it cannot take messages. */
  checkTakesMessages(): void {
    const { failure, restartAt } = this.#deps.life.recovery
    if (failure && restartAt === null && !this.lacksFolder) throw takesNoMessages(this.#deps.name(), failure)
  }

  /** True when the pool may start its process: the user did not park or stop it. */
  get mayBeStarted(): boolean {
    return this.hindrance === null && !this.#deps.life.pauses.resting
  }

  /** True when it should come back (parked) after a restart of the app. */
  get wanted(): boolean {
    const { holder, pauses } = this.#deps.life
    return holder.held !== null || holder.starting || pauses.mode !== null || this.#deps.driver.queue.size > 0
  }

  /** True while its process is being started. */
  get starting(): boolean {
    return this.#deps.life.holder.starting
  }

  /** True while a process is being started, or a turn that began less than `ms` ago has no word of an answer yet. */
  startingSince(ms: number): boolean {
    const { run } = this.#deps.driver
    if (this.starting || run === null) return this.starting
    return run.turn.timing.firstTokenMs === null && performance.now() - run.lastEventAt < ms
  }

  /** True when messages wait here until the user goes on. */
  get rests(): boolean {
    return this.#deps.life.pauses.resting && this.#deps.driver.queue.size > 0
  }

  /** Turns it has yet to do. What a budget or the user holds back keeps nobody out. */
  get load(): number {
    const { life, driver } = this.#deps
    const ready = life.pauses.resting ? 0 : driver.queue.ready
    return ready + (driver.run === null ? 0 : 1) + this.#reserved
  }

  /** True while a turn runs here, or is on its way here. */
  get engaged(): boolean {
    return this.#deps.driver.run !== null || this.#reserved > 0
  }

  /** Counts one more turn for it that is on its way; answers what takes that back. */
  reserve(): () => void {
    this.#reserved += 1
    let held = true
    return () => {
      if (held) this.#reserved -= 1
      held = false
    }
  }

  /** Why a message waits here, for the user to read. */
  waitsFor({ heldBy, refusedBy, steers }: MessageTask): string {
    if (steers) return 'Claude reads it at its next step.'
    const own = this.hindrance ?? this.#restingWords() ?? heldBy
    if (own !== null) return own
    return this.#deps.driver.run === null ? (refusedBy ?? 'It is sent next.') : 'Waits for the running turn.'
  }

  #restingWords(): string | null {
    const { resting, mode } = this.#deps.life.pauses
    if (!resting) return null
    const name = this.#deps.name()
    return mode === 'park' ? `${name} is parked; press Resume.` : `${name} is stopped; press Start.`
  }
}
