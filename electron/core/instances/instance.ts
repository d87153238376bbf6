import { AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { Instance as InstanceView, InstanceConfig, InstancePatch, PauseMode } from '../../../shared/domain/instance.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { ClaudeExit } from '../claude/claude-event.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { Availability } from './availability.ts'
import type { ApprovalDesk, ApprovalOutcome } from './approval-desk.ts'
import { Background } from './background.ts'
import { turnLost } from './instance-errors.ts'
import type { InstanceSeed } from './instance-seed.ts'
import { viewOf } from './instance-view.ts'
import { summaryOf, type InstanceSummary } from './instance-summary.ts'
import { LaunchSettings } from './launch-settings.ts'
import { PendingTurn, type PromptInput } from './pending-turn.ts'
import type { PauseSeed } from './pauses.ts'
import type { Admission } from '../gate/place.ts'
import { ProcessEvents } from './process-events.ts'
import { exitWords, type Launch } from '../claude/launch.ts'
import { ProcessLife } from './process-life.ts'
import { TurnDriver } from './turn-driver.ts'
import type { TurnRecorder, WaitingPrompt } from './turn-recorder.ts'
import type { Measured } from '../claude/usage-track.ts'
import { UseRecord } from './use-record.ts'

/** A process that ended by itself, in a turn or between turns. `restarts`: it is started again by itself. */
export type Crash = { instanceId: string; conversationId: string | null; turnId: string | null; restarts: boolean }

export type InstanceDeps = {
  clock: Clock
  recorder: TurnRecorder
  desk: ApprovalDesk
  launch: Launch
  channel: (conversationId: string) => ConversationChannel
  stallSeconds: () => number
  /** Puts a session back that Claude Code has lost; false when that cannot be done. */
  bringBack: (sessionId: string) => Promise<boolean>
  /** A turn has ended; awaited before the next one begins. */
  betweenTurns: (instance: Instance) => Promise<void>
  /** What every turn has to pass before its prompt leaves the line. */
  gate: Admission
  /** The conversations of an instance in which no waiting message may begin now, each with the reason for the user to read. */
  holds: (instanceId: string, conversationIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** The view has changed. */
  onChange: (instance: Instance) => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome) => void
  onNotice: (notice: Notice) => void
  /** What waits goes on by itself from now on; resolves when that is on disk. */
  onGoesOn: () => Promise<void>
  /** The process has ended by itself. */
  onCrash: (crash: Crash) => void
}

/** A named, configured Claude: its process, its turns one after another, its pauses, and its recovery. */
export class Instance {
  readonly id: string
  readonly createdAt: string
  /** What it has to do, and whether it takes more. */
  readonly work: Availability
  /** How often and when it was used. */
  readonly use: UseRecord
  readonly #deps: InstanceDeps
  readonly #life: ProcessLife
  readonly #driver: TurnDriver
  readonly #events: ProcessEvents
  readonly #background: Background
  readonly #settings: LaunchSettings
  #conversationId: string | null

  constructor(seed: InstanceSeed, deps: InstanceDeps) {
    this.id = seed.id
    this.createdAt = seed.createdAt
    this.#settings = new LaunchSettings(seed.config, deps.recorder)
    this.#conversationId = seed.conversationId
    this.#deps = deps
    this.use = new UseRecord(seed, deps.clock)
    this.#background = this.#newBackground()
    this.#life = this.#newLife(seed.paused)
    this.#driver = this.#newDriver()
    this.work = new Availability({ life: this.#life, driver: this.#driver, name: () => this.config.name })
    this.#events = this.#newEvents()
  }

  get config(): InstanceConfig {
    return this.#settings.config
  }

  /** What a process for a new conversation of it is started with. */
  get launchConfig(): LaunchConfig {
    return this.#settings.of(null)
  }

  get conversationId(): string | null {
    return this.#conversationId
  }

  /** How it is paused now, as it is to come back after a restart of the app. */
  get paused(): PauseSeed {
    return this.#life.pauses.seed
  }

  get failure(): ErrorInfo | null {
    return this.#life.recovery.failure
  }

  /** True while a turn runs. */
  get working(): boolean {
    return this.#driver.run !== null
  }

  /** The turn that runs; null when none does. */
  get turnId(): string | null {
    return this.#driver.run?.turn.id ?? null
  }

  /** True when a message begins a turn, now or behind others, without the user doing something. */
  get takesWork(): boolean {
    return this.work.hindrance === null
  }

  /** What the pool's housekeeping goes by. */
  kept(): InstanceSummary {
    const { held } = this.#life.holder
    const isFree = !this.working && this.load === 0 && this.#life.pauses.mode === null
    const { active: hasBackground } = this.#background
    const times = { lastUsedAt: this.use.lastUsedAt, now: this.#deps.clock.now() }
    return summaryOf({ id: this.id, config: this.config, held, isFree, hasBackground, ...times })
  }

  /** Turns it has yet to do: what "least busy" counts. */
  get load(): number {
    return this.work.load
  }

  view(): InstanceView {
    return viewOf({
      seed: { id: this.id, createdAt: this.createdAt },
      config: this.config,
      permissionMode: this.#settings.modeIn(this.#conversationId),
      model: this.#settings.modelIn(this.#conversationId),
      conversationId: this.#conversationId,
      life: this.#life,
      driver: this.#driver,
      use: this.use,
      background: this.#background,
      approvals: this.#deps.desk.countFor(this.id),
      skippedLines: this.#events.skippedLines,
    })
  }

  tasks(): Task[] {
    return this.#driver.queue.all().map((item) => this.#taskOf(item))
  }

  /** True while a turn of the conversation runs, or a message of it waits. */
  isAtWorkIn(conversationId: string): boolean {
    return this.#driver.hasWorkFor(conversationId)
  }

  /** The same, or something runs in its background. */
  hasWorkFor(conversationId: string): boolean {
    return this.#driver.hasWorkFor(conversationId) || this.#background.runsIn(conversationId)
  }

  /**
   * Takes a prompt; it wakes a parked or stopped instance. Resolves when it is on disk: as a message if it can be sent
   * now, else as a waiting one. Refused by a failed instance, with the reason.
   */
  async send(conversationId: string, input: PromptInput): Promise<PendingTurn> {
    this.work.checkTakesMessages()
    if (this.work.lacksFolder) this.#life.recovery.clear()
    const goesOn = this.#life.pauses.goOn()
    const item = await this.#driver.take(conversationId, input)
    // What waits must not be found at rest after a kill when its sender was told that it would be sent.
    if (goesOn && item.waited) await this.#deps.onGoesOn()
    return item
  }

  /** Puts back a prompt that waited when the app ended; `goOn` has it sent, unless the instance was paused. */
  restore(conversationId: string, prompt: WaitingPrompt): void {
    this.#driver.queue.add(new PendingTurn(conversationId, prompt, prompt))
  }

  /** Other work needs it: messages that rest here go on first. True when there are any. */
  wake(): boolean {
    if (!this.work.rests) return false
    this.#life.pauses.goOn()
    this.#driver.pump()
    void this.#deps.onGoesOn().catch(() => {})
    return this.load > 0
  }

  async editTask(taskId: string, change: { text?: string; priority?: number }): Promise<Task> {
    const item = await this.#driver.queue.edit(taskId, change)
    this.#driver.tasksChanged(item.conversationId)
    return this.#taskOf(item)
  }

  /** Withdraws a prompt that waits; interrupts the turn of one that runs. */
  async cancelTask(taskId: string): Promise<void> {
    if (this.#driver.queue.running?.taskId === taskId) return this.interrupt()
    const item = await this.#driver.queue.withdraw(taskId).catch((thrown: unknown) => {
      // It waits as before, and may have been passed over meanwhile.
      this.#driver.pump()
      throw thrown
    })
    this.#driver.tasksChanged(item.conversationId)
  }

  /** Starts the process ahead of work. A failure is shown on the instance, not thrown. */
  start(): Promise<void> {
    return this.#life.start()
  }

  /** What it failed for is mended: it takes messages again, and what waits goes on. */
  recover(): void {
    this.#life.recovery.clear()
    this.#changed()
    this.#driver.pump()
  }

  resume(): Promise<void> {
    return this.#life.resume()
  }

  pause(mode: PauseMode): Promise<void> {
    return this.#life.pause(mode)
  }

  /** Gives the process back until a message needs one. Nothing happens while it works or is paused. */
  sleep(): Promise<void> {
    return this.#life.sleep()
  }

  stop(): Promise<void> {
    return this.#life.stop()
  }

  restart(): Promise<void> {
    return this.#life.restart()
  }

  /** Ends the running turn within a second and keeps what was said. Nothing happens when none runs. */
  interrupt(): Promise<void> {
    return this.#life.interrupt()
  }

  /** Makes a conversation the current one; the process switches at its next message, or now when it is idle. */
  async open(conversationId: string): Promise<void> {
    if (this.#conversationId === conversationId) return
    this.#conversationId = conversationId
    this.#changed()
    await this.#life.follow()
  }

  /** Lets go of a conversation that goes elsewhere, and of its session: a process that holds it is replaced by a fresh one. */
  async release(conversationId: string): Promise<void> {
    if (this.#conversationId === conversationId) this.#conversationId = null
    await this.#life.release(conversationId)
    this.#changed()
  }

  /** Takes a changed configuration, of which the user set these fields; a new process, where one is needed, comes when the running turn has ended. */
  async configure(config: InstanceConfig, set: InstancePatch): Promise<void> {
    const hasNewFolder = this.work.lacksFolder && this.config.cwd !== config.cwd
    await this.#settings.change(config, set, this.#conversationId)
    this.#changed()
    if (hasNewFolder) await this.#life.start()
    else await this.#life.renewIfOutdated()
  }

  /** A new process in the same session. */
  renew(): Promise<void> {
    return this.#life.renew()
  }

  /** Gives the process back: parked when nothing waits, else another one is started for what waits. */
  giveBack(): Promise<void> {
    return this.#life.giveBack()
  }

  /** What held messages back may be over: begins with those that may begin now. */
  goOn(): void {
    if (this.#driver.queue.size > 0) this.#driver.pump()
  }

  /** The conversation in whose background something runs, and what, in a few words; null: none. */
  get occupied(): { conversationId: string | null; words: string } | null {
    const { held } = this.#life.holder
    if (held === null || !this.#background.active) return null
    return { conversationId: held.conversationId, words: this.#background.words ?? 'Background work' }
  }

  /** Ends one task in the background. Throws NOT_FOUND. */
  async stopTask(taskId: string): Promise<void> {
    if (!this.#background.has(taskId))
      throw new AppError('NOT_FOUND', 'This background task is no longer running. Load the instance again to see what is.')
    await this.#life.holder.held?.process.stopTask(taskId)
  }

  /** Looks whether something outside of the app has stopped its process. */
  look(): Promise<void> {
    return this.#life.look()
  }

  measure(): Promise<Measured> {
    return this.#life.holder.measure()
  }

  /** Ends everything; prompts that wait stay on disk. */
  close(): Promise<void> {
    return this.#life.close()
  }

  #newLife(paused: PauseSeed): ProcessLife {
    const { clock, launch } = this.#deps
    return new ProcessLife({
      clock,
      launch,
      paused,
      driver: () => this.#driver,
      events: () => this.#events,
      background: () => this.#background,
      name: () => this.config.name,
      conversationId: () => this.#conversationId,
      launchConfig: (conversationId) => this.#settings.of(conversationId),
      onChange: () => this.#changed(),
      onCrash: (exit, again) => this.#crashed(exit, again),
    })
  }

  #newDriver(): TurnDriver {
    const { recorder, desk, channel, stallSeconds, bringBack, gate, holds, onApproval } = this.#deps
    return new TurnDriver({
      instanceId: this.id,
      recorder,
      desk,
      channel,
      stallSeconds,
      bringBack,
      onApproval,
      holder: this.#life.holder,
      background: this.#background,
      config: () => this.config,
      launchConfig: (conversationId, forkAt) => this.#settings.of(conversationId, forkAt),
      mayWork: () => this.#life.mayWork,
      wake: () => this.#life.pauses.wake(),
      frozen: () => this.#life.pauses.mode === 'freeze' || this.#life.suspended,
      onChange: () => this.#changed(),
      onNotice: (level, code, message) => this.#notice(level, code, message),
      gate,
      holds: (conversationIds) => this.#holds(conversationIds, holds),
      onTurn: (conversationId) => {
        this.#conversationId = conversationId
        this.use.turnBegan()
      },
      onLastingFailure: (error) => this.#life.couldNotStart(error),
      onTurnEnded: (turn) => this.#turnEnded(turn),
    })
  }

  #newBackground(): Background {
    const { recorder, desk, channel, onApproval } = this.#deps
    return new Background({
      instanceId: this.id,
      recorder,
      desk,
      channel,
      onApproval,
      held: () => this.#life.holder.held,
      folder: () => this.#life.holder.held?.cwd ?? null,
      turnId: () => this.turnId,
      onChange: () => this.#changed(),
      onFree: () => void this.#freed(),
      onNotice: (level, code, message) => this.#notice(level, code, message),
    })
  }

  /** What waited for the end of work in the background goes on. */
  async #freed(): Promise<void> {
    this.#changed()
    await this.#life.renewIfOutdated()
    this.goOn()
  }

  async #holds(ids: readonly string[], holds: InstanceDeps['holds']): Promise<ReadonlyMap<string, string>> {
    const blocked = ids.flatMap((id): [string, string][] => {
      const words = this.#background.blocks(id, this.config.name)
      return words === null ? [] : [[id, words]]
    })
    return new Map([...(await holds(this.id, ids)), ...blocked])
  }

  #newEvents(): ProcessEvents {
    return new ProcessEvents({
      recorder: this.#deps.recorder,
      holder: () => this.#life.holder,
      driver: () => this.#driver,
      channel: this.#deps.channel,
      config: () => this.config,
      launchConfig: (conversationId) => this.#settings.of(conversationId),
      background: () => this.#background,
      onChange: () => this.#changed(),
      onNotice: (...notice) => this.#notice(...notice),
    })
  }

  #taskOf(item: PendingTurn): Task {
    return item.toTask(this.id, this.work.waitsFor(item))
  }

  async #turnEnded(turn: Turn): Promise<void> {
    this.use.turnEnded()
    if (turn.outcome === 'done') this.#life.recovery.wentWell()
    await this.#life.renewIfOutdated()
    await this.#deps.betweenTurns(this)
  }

  async #crashed(exit: ClaudeExit, again: boolean): Promise<void> {
    const { run } = this.#driver
    const conversationId = run?.turn.conversationId ?? this.#conversationId
    this.#deps.onCrash({ instanceId: this.id, conversationId, turnId: run?.turn.id ?? null, restarts: again })
    if (run) await run.finish('lost', turnLost(run.open(), exit))
    else {
      const what = again ? 'is started again' : 'stays down'
      this.#notice('warning', 'CRASHED', `${this.config.name} ended unexpectedly${exitWords(exit)} and ${what}.`)
    }
  }

  #changed(): void {
    this.#deps.onChange(this)
  }

  #notice(level: Notice['level'], code: string, message: string): void {
    const conversationId = this.#driver.run?.turn.conversationId ?? this.#conversationId
    this.#deps.onNotice({ level, code, message, instanceId: this.id, conversationId, at: new Date().toISOString() })
  }
}
