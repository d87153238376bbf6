import { AppError, toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { Instance as InstanceView, InstanceConfig, PauseMode } from '../../../shared/domain/instance.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { ClaudeExit } from '../claude/claude-event.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import type { ApprovalDesk, ApprovalOutcome } from './approval-desk.ts'
import { exitWords, turnLost } from './instance-errors.ts'
import { viewOf, waitingFor } from './instance-view.ts'
import { keptOf, type Kept } from './kept.ts'
import { launchConfigOf } from './launch-config.ts'
import { Pauses } from './pauses.ts'
import { PendingTurn, type PromptInput } from './pending-turn.ts'
import { ProcessEvents } from './process-events.ts'
import { ProcessHolder, type Launch } from './process-holder.ts'
import { Recovery } from './recovery.ts'
import { isLasting, TurnDriver } from './turn-driver.ts'
import type { TurnRecorder, WaitingPrompt } from './turn-recorder.ts'
import type { Measured } from './usage-track.ts'

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
  /** Waits until one more turn may begin; answers what is to be called when it has ended. */
  admit: (priority: number, signal: AbortSignal) => Promise<() => void>
  /** The conversations of an instance in which no waiting message may begin now, each with the reason for the user to read. */
  holds: (instanceId: string, conversationIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** The view has changed. */
  onChange: (instance: Instance) => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome) => void
  onNotice: (notice: Notice) => void
  /** The process has ended by itself. */
  onCrash: (crash: Crash) => void
}

export type InstanceSeed = {
  id: string
  config: InstanceConfig
  createdAt: string
  conversationId: string | null
  /** It was in use when the app ended: it comes back parked and costs nothing until it is needed. */
  parked: boolean
  turns: number
  lastUsedAt: string | null
}

/** A named, configured Claude: its process, its turns one after another, its pauses, and its recovery. */
export class Instance {
  readonly id: string
  readonly createdAt: string
  readonly #deps: InstanceDeps
  readonly #holder: ProcessHolder
  readonly #driver: TurnDriver
  readonly #events: ProcessEvents
  readonly #pauses: Pauses
  readonly #recovery: Recovery
  #config: InstanceConfig
  #conversationId: string | null
  /** On the pool's clock; below zero: before this start of the app. */
  #lastUsedAt: number
  #lastUsed: string | null
  #turns: number
  #closed = false

  constructor(seed: InstanceSeed, deps: InstanceDeps) {
    this.id = seed.id
    this.createdAt = seed.createdAt
    this.#config = seed.config
    this.#conversationId = seed.conversationId
    this.#deps = deps
    this.#turns = seed.turns
    this.#lastUsed = seed.lastUsedAt
    this.#lastUsedAt = seed.lastUsedAt === null ? Number.NEGATIVE_INFINITY : Math.min(0, Date.parse(seed.lastUsedAt) - Date.now())
    this.#recovery = new Recovery(() => void this.#launchIdle().then(() => this.#driver.pump()))
    this.#holder = new ProcessHolder(deps.launch, deps.clock, {
      onEvent: (event) => this.#events.take(event),
      onPermission: (question) => this.#events.ask(question),
      onLost: (exit) => void this.#onLost(exit),
      onChange: () => this.#changed(),
    })
    this.#pauses = new Pauses(
      {
        holder: this.#holder,
        recovery: this.#recovery,
        driver: () => this.#driver,
        name: () => this.#config.name,
        onChange: () => this.#changed(),
      },
      seed.parked,
    )
    this.#driver = this.#newDriver()
    this.#events = this.#newEvents()
  }

  get config(): InstanceConfig {
    return this.#config
  }

  /** What a process for a new conversation of it is started with. */
  get launchConfig(): LaunchConfig {
    return launchConfigOf(this.#config, null)
  }

  get conversationId(): string | null {
    return this.#conversationId
  }

  /** True when it should come back (parked) after a restart of the app. */
  get wanted(): boolean {
    return this.#holder.held !== null || this.#holder.starting || this.#pauses.mode !== null || this.#driver.queue.size > 0
  }

  get failure(): ErrorInfo | null {
    return this.#recovery.failure
  }

  /** True while a turn runs. */
  get working(): boolean {
    return this.#driver.run !== null
  }

  /** True while its process is being started. */
  get starting(): boolean {
    return this.#holder.starting
  }

  /** The turn that runs; null when none does. */
  get turnId(): string | null {
    return this.#driver.run?.turn.id ?? null
  }

  /** True while a process is being started, or a turn that began less than `ms` ago has no word of an answer yet. */
  startingSince(ms: number): boolean {
    const { run } = this.#driver
    if (this.#holder.starting) return true
    return run !== null && run.turn.timing.firstTokenMs === null && performance.now() - run.lastEventAt < ms
  }

  /** True when a message begins a turn, now or behind others, without the user doing something. */
  get takesWork(): boolean {
    const { mode } = this.#pauses
    return !this.#closed && this.failure === null && mode !== 'hold' && mode !== 'freeze'
  }

  /** Turns that have ended since it was made. */
  get turns(): number {
    return this.#turns
  }

  /** When a turn began or ended last. */
  get lastUsed(): string | null {
    return this.#lastUsed
  }

  /** The same on the pool's clock, to be compared with others; minus infinity: never. */
  get lastUsedAt(): number {
    return this.#lastUsedAt
  }

  /** What the pool's housekeeping goes by. */
  kept(): Kept {
    const { held } = this.#holder
    const isFree = !this.working && this.#driver.queue.ready === 0 && this.#pauses.mode === null
    return keptOf({ id: this.id, config: this.#config, held, isFree, lastUsedAt: this.#lastUsedAt, now: this.#deps.clock.now() })
  }

  /** Turns it has yet to do: what "least busy" counts. What is held back keeps nobody out. */
  get load(): number {
    return this.#driver.queue.ready + (this.working ? 1 : 0)
  }

  view(): InstanceView {
    return viewOf({
      seed: { id: this.id, createdAt: this.createdAt },
      config: this.#config,
      conversationId: this.#conversationId,
      held: this.#holder.held,
      starting: this.#holder.starting,
      run: this.#driver.run,
      pause: this.#pauses.mode,
      frozenUntil: this.#pauses.frozenUntil,
      queued: this.#driver.queue.size,
      approvals: this.#deps.desk.countFor(this.id),
      stalledSince: this.#driver.stalledSince,
      restartAt: this.#recovery.restartAt,
      skippedLines: this.#events.skippedLines,
      turns: this.#turns,
      lastUsedAt: this.#lastUsed,
      failure: this.failure,
    })
  }

  tasks(): Task[] {
    return this.#driver.queue.all().map((item) => this.#taskOf(item))
  }

  hasWorkFor(conversationId: string): boolean {
    const { queue, run } = this.#driver
    return run?.turn.conversationId === conversationId || queue.all().some((item) => item.conversationId === conversationId)
  }

  /** Throws INSTANCE_FAILED, with the reason, when it cannot take messages. */
  checkTakesMessages(): void {
    const { failure } = this
    if (!failure) return
    const data = { cause: failure.code }
    throw new AppError('INSTANCE_FAILED', `${this.#config.name} cannot take messages: ${failure.message}`, { data })
  }

  /**
   * Takes a prompt; it wakes a parked or stopped instance. Resolves when it is on disk: as a message if it can be sent
   * now, else as a waiting one. Refused by a failed instance, with the reason.
   */
  async send(conversationId: string, input: PromptInput): Promise<PendingTurn> {
    this.checkTakesMessages()
    this.#pauses.wake()
    return this.#driver.take(conversationId, input)
  }

  /** Puts back a prompt that waited when the app ended. It stays until the user goes on. */
  restore(conversationId: string, prompt: WaitingPrompt): void {
    this.#pauses.resting = true
    this.#driver.queue.add(new PendingTurn(conversationId, prompt, prompt))
  }

  async editTask(taskId: string, change: { text?: string; priority?: number }): Promise<Task> {
    const item = await this.#driver.queue.edit(taskId, change)
    this.#driver.tasksChanged(item.conversationId)
    return this.#taskOf(item)
  }

  /** Withdraws a prompt that waits; interrupts the turn of one that runs. */
  async cancelTask(taskId: string): Promise<void> {
    if (this.#driver.queue.running?.taskId === taskId) return this.interrupt()
    const item = await this.#driver.queue.withdraw(taskId)
    this.#driver.tasksChanged(item.conversationId)
  }

  /** Starts the process ahead of work. A failure is shown on the instance, not thrown. */
  async start(): Promise<void> {
    this.#recovery.clear()
    await this.#pauses.end()
    if (this.#holder.held === null && !this.working) await this.#launchIdle()
    this.#changed()
    this.#driver.pump()
  }

  async resume(): Promise<void> {
    const { failure } = this
    if (failure) throw new AppError('INSTANCE_FAILED', `${this.#config.name} has failed: ${failure.message} Press Restart.`)
    if (this.#pauses.mode !== null) await this.start()
  }

  async pause(mode: PauseMode): Promise<void> {
    if (mode === 'freeze') return this.#pauses.freeze()
    return mode === 'park' ? this.#pauses.rest('park') : this.#pauses.hold()
  }

  async stop(): Promise<void> {
    this.#recovery.clear()
    await this.#pauses.rest(null)
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** Ends the running turn within a second and keeps what was said. Nothing happens when none runs. */
  async interrupt(): Promise<void> {
    const { run } = this.#driver
    if (!run) return
    await this.#pauses.unfreeze()
    await this.#driver.end(run)
  }

  /** Makes a conversation the current one; the process switches at its next message, or now when it is idle. */
  async open(conversationId: string): Promise<void> {
    if (this.#conversationId === conversationId) return
    this.#conversationId = conversationId
    this.#changed()
    if (!this.working && this.#holder.held !== null && this.#pauses.mode === null) await this.#launchIdle()
  }

  /** Lets go of a conversation that goes elsewhere, and of its session: a process that holds it is replaced by a fresh one. */
  async release(conversationId: string): Promise<void> {
    if (this.#conversationId === conversationId) this.#conversationId = null
    if (this.#holder.held?.conversationId === conversationId) {
      await this.#pauses.thaw()
      await this.#holder.stop()
      if (this.#mayWork() && this.#conversationId === null) void this.#launchIdle()
    }
    this.#changed()
  }

  /** Takes a changed configuration; a new process, where one is needed, comes when the running turn has ended. */
  async configure(config: InstanceConfig): Promise<void> {
    this.#config = config
    this.#changed()
    await this.#renewIfOutdated()
  }

  /** A new process in the same session. */
  async renew(): Promise<void> {
    if (this.working || this.#holder.held === null) return
    await this.#holder.stop()
    if (this.#mayWork()) await this.#launchIdle()
  }

  /** Gives the process back: parked when nothing waits, else another one is started for what waits. */
  async giveBack(): Promise<void> {
    if (this.working) return
    if (this.#driver.queue.size === 0 && this.#mayWork()) await this.#pauses.rest('park')
    else await this.#holder.stop()
  }

  /** What held messages back may be over: begins with those that may begin now. */
  goOn(): void {
    if (this.#driver.queue.size > 0) this.#driver.pump()
  }

  measure(): Promise<Measured> {
    return this.#holder.measure()
  }

  /** Ends everything; prompts that wait stay on disk. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#pauses.rest(this.#pauses.mode)
    await this.#driver.idle
  }

  #newDriver(): TurnDriver {
    const { recorder, desk, channel, stallSeconds, bringBack, admit, holds, onApproval } = this.#deps
    return new TurnDriver({
      instanceId: this.id,
      recorder,
      desk,
      channel,
      stallSeconds,
      bringBack,
      onApproval,
      holder: this.#holder,
      config: () => this.#config,
      launchConfig: (conversationId, forkAt) => this.#launchConfig(conversationId, forkAt),
      mayWork: () => this.#mayWork(),
      frozen: () => this.#pauses.mode === 'freeze',
      onChange: () => this.#changed(),
      onNotice: (level, code, message) => this.#notice(level, code, message),
      admit,
      holds: (conversationIds) => holds(this.id, conversationIds),
      onTurn: (conversationId) => {
        this.#conversationId = conversationId
        this.#used()
      },
      onLastingFailure: (error) => this.#recovery.failed(error),
      onTurnEnded: (turn) => this.#turnEnded(turn),
    })
  }

  #newEvents(): ProcessEvents {
    return new ProcessEvents({
      recorder: this.#deps.recorder,
      holder: () => this.#holder,
      driver: () => this.#driver,
      onChange: () => this.#changed(),
      onNotice: (level, code, message) => this.#notice(level, code, message),
    })
  }

  /** A message as callers see it; while the instance works, what holds this one back is the reason that it waits. */
  #taskOf(item: PendingTurn): Task {
    const held = this.#mayWork() ? item.heldBy : null
    return item.toTask(this.id, held ?? waitingFor(this.view(), this.#pauses.resting))
  }

  #mayWork(): boolean {
    return (
      !this.#closed && !this.#pauses.resting && this.#pauses.mode === null && this.failure === null && this.#recovery.restartAt === null
    )
  }

  async #turnEnded(turn: Turn): Promise<void> {
    this.#turns += 1
    this.#used()
    if (turn.outcome === 'done') this.#recovery.wentWell()
    await this.#renewIfOutdated()
    await this.#deps.betweenTurns(this)
  }

  #used(): void {
    this.#lastUsedAt = this.#deps.clock.now()
    this.#lastUsed = new Date().toISOString()
  }

  #launchConfig(conversationId: string | null, forkAt?: string | null): LaunchConfig {
    const conversation = conversationId === null ? null : this.#deps.recorder.get(conversationId)
    return launchConfigOf(this.#config, conversation, forkAt)
  }

  async #launchIdle(): Promise<void> {
    try {
      await this.#holder.ensure({ conversationId: this.#conversationId, config: this.#launchConfig(this.#conversationId), idle: true })
    } catch (thrown) {
      const error = toAppError(thrown)
      // A session that is gone: the next message begins a new one and says so.
      if (isLasting(error)) this.#recovery.failed(error.toInfo())
    }
    this.#changed()
  }

  async #renewIfOutdated(): Promise<void> {
    if (this.working || !this.#holder.outdated(this.#launchConfig(this.#conversationId))) return
    await this.#holder.stop()
    if (this.#mayWork() && this.#driver.queue.size === 0) await this.#launchIdle()
  }

  async #onLost(exit: ClaudeExit): Promise<void> {
    const { run } = this.#driver
    this.#pauses.processLost()
    const again = this.#recovery.crashed(exit, !this.#closed && !this.#pauses.resting)
    const conversationId = run?.turn.conversationId ?? this.#conversationId
    this.#deps.onCrash({ instanceId: this.id, conversationId, turnId: run?.turn.id ?? null, restarts: again })
    if (run) await run.finish('lost', turnLost(run.unknownTools(), exit))
    else {
      const what = again ? 'is started again' : 'stays down'
      this.#notice('warning', 'CRASHED', `${this.#config.name} ended unexpectedly${exitWords(exit)} and ${what}.`)
    }
    this.#changed()
  }

  #changed(): void {
    this.#deps.onChange(this)
  }

  #notice(level: Notice['level'], code: string, message: string): void {
    const conversationId = this.#driver.run?.turn.conversationId ?? this.#conversationId
    this.#deps.onNotice({ level, code, message, instanceId: this.id, conversationId, at: new Date().toISOString() })
  }
}
