import { AppError, toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { PauseMode } from '../../../shared/domain/instance.ts'
import type { ClaudeExit } from '../claude/claude-event.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { Background } from './background.ts'
import { isOfInstance } from './instance-errors.ts'
import { Pauses, type PauseSeed } from './pauses.ts'
import type { ProcessEvents } from './process-events.ts'
import type { Launch, LiveConfig } from '../claude/launch.ts'
import { ProcessHolder } from './process-holder.ts'
import { Recovery } from './recovery.ts'
import type { TurnDriver } from './turn-driver.ts'

export type ProcessLifeDeps = {
  clock: Clock
  launch: Launch
  /** How it comes back when the app starts. */
  paused: PauseSeed
  driver: () => TurnDriver
  events: () => ProcessEvents
  background: () => Background
  name: () => string
  /** The conversation that the next turn is likely to be in. */
  conversationId: () => string | null
  launchConfig: (conversationId: string | null) => LaunchConfig
  /** What of that the instance itself is set to. */
  own: () => LiveConfig
  /** Why its folder is not to be worked in yet, for the user to read; null: it is. */
  unprepared: () => string | null
  /** Somebody has started it. */
  onUp: () => void
  onChange: () => void
  /** The process has ended by itself; `again`: it is started again by itself. */
  onCrash: (exit: ClaudeExit, again: boolean) => Promise<void>
}

/** When an instance has a process: starts, pauses, renewals, crashes and the way back. */
export class ProcessLife {
  readonly holder: ProcessHolder
  readonly pauses: Pauses
  readonly recovery: Recovery
  readonly #deps: ProcessLifeDeps
  #closed = false

  constructor(deps: ProcessLifeDeps) {
    this.#deps = deps
    const { clock, launch, paused, driver, events, name, onChange } = deps
    this.recovery = new Recovery(() => void this.#launch().then(() => driver().pump()))
    this.holder = new ProcessHolder(launch, clock, {
      onEvent: (event) => events().take(event),
      onPermission: (question) => events().ask(question),
      denies: (call) => events().denies(call),
      onLost: (exit) => void this.#lost(exit),
      onGone: (held) => {
        this.#deps.background().gone(held)
        driver().processGone()
      },
      stays: () => this.#deps.background().active,
      onElsewhere: (held, folder) => events().elsewhere(held, folder),
      own: this.#deps.own,
      onChange,
    })
    this.pauses = new Pauses({ holder: this.holder, recovery: this.recovery, driver, name, onChange }, paused)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Something outside of the app has stopped its process. */
  get suspended(): boolean {
    return this.pauses.mode !== 'freeze' && this.holder.held?.suspended === true
  }

  /** Looks whether that is so; what waited for its end goes on. */
  async look(): Promise<void> {
    if (this.pauses.mode === 'freeze' || !(await this.holder.look())) return
    this.#deps.onChange()
    this.#deps.driver().pump()
  }

  /** Why its folder is not to be worked in yet; null: it is. */
  get unprepared(): string | null {
    return this.#deps.unprepared()
  }

  /** False while it is held, frozen, suspended, failed, about to be started again, its folder is prepared, or it rests until the user goes on. */
  get mayWork(): boolean {
    const { recovery, pauses } = this
    const isPaused = pauses.resting || pauses.mode === 'hold' || pauses.mode === 'freeze' || this.suspended
    return !this.#closed && !isPaused && recovery.failure === null && recovery.restartAt === null && this.unprepared === null
  }

  /** Starts the process ahead of work. A failure is kept for the user to see, not thrown. */
  async start(): Promise<void> {
    this.recovery.clear()
    if (this.suspended) await this.holder.thaw()
    await this.pauses.end()
    if (this.holder.held === null && !this.#working) await this.#launch()
    this.#deps.onUp()
    this.#deps.onChange()
    this.#deps.driver().pump()
  }

  /** Has a process there, as a message would: a pause that a message ends is over. Throws why there can be none. */
  async bringUp(): Promise<void> {
    if (this.pauses.mode === 'freeze' || this.suspended)
      throw new AppError('STATE_CONFLICT', `${this.#deps.name()} is frozen and cannot answer. Resume it, then try again.`)
    if (this.holder.held !== null || this.#working) return
    const { unprepared } = this
    if (unprepared !== null) throw new AppError('STATE_CONFLICT', `${this.#deps.name()} has no process yet. ${unprepared}`)
    this.pauses.wake()
    await this.#launch()
    const { failure } = this.recovery
    if (failure) throw new AppError('INSTANCE_FAILED', `${this.#deps.name()} has failed: ${failure.message} Press Restart.`)
  }

  /** Ends a pause, or the rest after a stop. Throws INSTANCE_FAILED where there is more to mend than that. */
  async resume(): Promise<void> {
    const { failure } = this.recovery
    if (failure) throw new AppError('INSTANCE_FAILED', `${this.#deps.name()} has failed: ${failure.message} Press Restart.`)
    if (this.suspended || this.pauses.mode !== null || this.pauses.resting) await this.start()
  }

  async pause(mode: PauseMode): Promise<void> {
    if (mode === 'freeze') return this.pauses.freeze()
    return mode === 'park' ? this.pauses.rest('park') : this.pauses.hold()
  }

  async stop(): Promise<void> {
    this.recovery.clear()
    await this.pauses.rest(null)
  }

  async restart(): Promise<void> {
    this.recovery.clear()
    await this.pauses.rest(null, { keeps: true })
    await this.start()
  }

  /** Ends the running turn within a second and keeps what was said. Nothing happens when none runs. */
  async interrupt(): Promise<void> {
    const driver = this.#deps.driver()
    const { run } = driver
    if (!run) return
    await this.pauses.unfreeze()
    await driver.end(run)
    await this.look()
  }

  /** Another conversation is the current one: an idle process switches to it now where that takes a new one. */
  async follow(): Promise<void> {
    if (!this.#occupied && this.holder.held !== null && this.pauses.mode === null) await this.#launch()
  }

  /** Lets go of the session of a conversation: a process that holds it is replaced by a fresh one. */
  async release(conversationId: string): Promise<void> {
    if (this.holder.held?.conversationId !== conversationId) return
    await this.pauses.thaw()
    await this.holder.stop()
    if (this.#isUp && this.#deps.conversationId() === null) void this.#launch()
  }

  /** A new process in the same session. */
  async renew(): Promise<void> {
    if (this.#occupied || this.holder.held === null) return
    await this.holder.stop()
    if (this.#isUp) await this.#launch()
  }

  /** Has the process work with what the configuration says now, in the middle of a turn too, as far as that needs no new one. */
  async bringInLine(): Promise<void> {
    const { conversationId, launchConfig } = this.#deps
    const { held } = this.holder
    const config = launchConfig(held?.conversationId ?? conversationId())
    if (held === null || this.pauses.mode === 'freeze' || this.suspended || this.holder.outdated(config)) return
    // What it does not take now is said when its next turn begins.
    if (await held.live.bring(held.process.controls, config).catch(() => false)) this.#deps.onChange()
  }

  /** The same as `renew` where the process was started with something else than the configuration says now and cannot change it. */
  async renewIfOutdated(): Promise<void> {
    const { conversationId, launchConfig, driver } = this.#deps
    if (this.#occupied || !this.holder.outdated(launchConfig(conversationId()))) return
    await this.holder.stop()
    if (this.#isUp && driver().queue.size === 0) await this.#launch()
  }

  /** Gives the process back: parked when nothing waits, else another one is started for what waits. */
  async giveBack(): Promise<void> {
    if (this.#occupied) return
    if (this.#deps.driver().queue.size === 0 && this.#isUp) await this.pauses.sleep()
    else await this.holder.stop()
  }

  /** Ends a process that was started for one piece of work alone, whatever runs in it yet. */
  async endOwn(): Promise<void> {
    if (this.holder.held?.own !== true) return
    await this.holder.stop()
    if (this.#deps.driver().queue.size === 0 && this.#isUp) await this.pauses.sleep()
  }

  /** The pool parks it: a message wakes it. */
  async sleep(): Promise<void> {
    if (!this.#working && this.#isUp) await this.pauses.sleep()
  }

  /** A start failed in a way that others would meet too. */
  couldNotStart(error: ErrorInfo): void {
    this.recovery.failed(error, this.#mayRestart)
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.#closed = true
    this.#deps.driver().close()
    await this.pauses.rest(this.pauses.mode, { keeps: true })
    await this.#deps.driver().idle
    await this.#deps.background().written
  }

  /** Something goes on in the process that nobody has told to end. */
  get #occupied(): boolean {
    return this.#working || this.#deps.background().active
  }

  get #mayRestart(): boolean {
    return !this.#closed && !this.pauses.resting
  }

  /** True while it is to have a process. */
  get #isUp(): boolean {
    return this.mayWork && this.pauses.mode === null
  }

  get #working(): boolean {
    return this.#deps.driver().run !== null
  }

  async #launch(): Promise<void> {
    // It may have to wait for memory; meanwhile what waits here says why.
    this.#deps.driver().pump()
    const error = await this.#tryLaunch(this.#deps.conversationId())
    if (error !== null) this.couldNotStart(error.toInfo())
    this.#deps.onChange()
  }

  /** What failed for a reason of the conversation's own is told at its next message; the instance starts without it. */
  async #tryLaunch(conversationId: string | null): Promise<AppError | null> {
    const config = this.#deps.launchConfig(conversationId)
    try {
      await this.holder.ensure({ conversationId, config, idle: true })
      return null
    } catch (thrown) {
      const error = toAppError(thrown)
      if (isOfInstance(error, config.resume !== undefined)) return error
      return error.code === 'STATE_CONFLICT' || conversationId === null ? null : this.#tryLaunch(null)
    }
  }

  async #lost(exit: ClaudeExit): Promise<void> {
    this.pauses.processLost()
    const again = this.recovery.crashed(exit, this.#mayRestart)
    await this.#deps.onCrash(exit, again)
    this.#deps.onChange()
  }
}
