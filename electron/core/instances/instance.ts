import { AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { BackgroundOutput, BackgroundTask } from '../../../shared/domain/background.ts'
import type { Instance as InstanceView, InstanceConfig, InstancePatch, PauseMode } from '../../../shared/domain/instance.ts'
import type { DroppedMessage, SendWhen, Task } from '../../../shared/domain/task.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { Controls } from '../claude/controls.ts'
import type { Measured } from '../claude/usage-track.ts'
import type { Availability } from './availability.ts'
import type { InstanceDeps } from './instance-deps.ts'
import { InstanceParts } from './instance-parts.ts'
import type { InstanceSeed } from './instance-seed.ts'
import { summaryOf, type InstanceSummary } from './instance-summary.ts'
import { viewOf } from './instance-view.ts'
import type { LiveChanges } from './live-changes.ts'
import { MessageTask, type PromptInput } from './message-task.ts'
import type { PromptEdit } from './prompt-queue.ts'
import type { PauseSeed } from './pauses.ts'
import type { GoesOn, WaitingTask } from './turn-recorder.ts'
import { Tenure } from './tenure.ts'
import type { UseRecord } from './use-record.ts'

/** A named, configured Claude: its process, its turns one after another, its pauses, and its recovery. */
export class Instance {
  readonly id: string
  readonly createdAt: string
  /** What it has to do, and whether it takes more. */
  readonly work: Availability
  /** How often and when it was used. */
  readonly use: UseRecord
  /** Whose it is. */
  readonly tenure: Tenure
  readonly #deps: InstanceDeps
  readonly #parts: InstanceParts

  constructor(seed: InstanceSeed, deps: InstanceDeps) {
    this.id = seed.id
    this.createdAt = seed.createdAt
    this.tenure = new Tenure(seed.tenure)
    this.#deps = deps
    this.#parts = new InstanceParts(seed, deps)
    this.work = this.#parts.work
    this.use = this.#parts.use
  }

  get config(): InstanceConfig {
    return this.#parts.settings.config
  }

  /** What a process for a new conversation of it is started with. */
  get launchConfig(): LaunchConfig {
    return this.#parts.settings.of(null)
  }

  get conversationId(): string | null {
    return this.#parts.conversationId
  }

  /** How it is paused now, as it is to come back after a restart of the app. */
  get paused(): PauseSeed {
    return this.#parts.life.pauses.seed
  }

  get failure(): ErrorInfo | null {
    return this.#parts.life.recovery.failure
  }

  /** True while a turn runs. */
  get working(): boolean {
    return this.#parts.driver.run !== null
  }

  /** The conversation of the turn that runs; null when none does. */
  get workingIn(): string | null {
    return this.#parts.driver.run?.turn.conversationId ?? null
  }

  /** The turn that runs; null when none does. */
  get turnId(): string | null {
    return this.#parts.driver.run?.turn.id ?? null
  }

  /** True when a message begins a turn, now or behind others, without the user doing something. */
  get takesWork(): boolean {
    return this.work.hindrance === null
  }

  /** What the pool's housekeeping goes by. */
  summary(): InstanceSummary {
    const { held, hasProcess } = this.#parts.life.holder
    const isFree = !this.working && this.load === 0 && this.#parts.life.pauses.mode === null
    const { active: hasBackground } = this.#parts.background
    const times = { lastUsedAt: this.use.lastUsedAt, now: this.#deps.clock.now() }
    return summaryOf({ id: this.id, config: this.config, held, isLeaving: !hasProcess, isFree, hasBackground, ...times })
  }

  /** For so long nobody has used it, in milliseconds; 0 while there is anything that it works on or that waits for it. */
  get unusedMs(): number {
    const { background, driver } = this.#parts
    if (driver.run !== null || this.load > 0 || driver.queue.size > 0 || background.active) return 0
    return Math.min(this.#deps.clock.now() - this.use.lastUsedAt, Date.now() - Date.parse(this.createdAt))
  }

  /** Turns it has yet to do: what "least busy" counts. */
  get load(): number {
    return this.work.load
  }

  view(): InstanceView {
    return viewOf({
      seed: { id: this.id, createdAt: this.createdAt },
      config: this.config,
      permissionMode: this.#parts.settings.modeIn(this.#parts.conversationId),
      model: this.#parts.settings.modelIn(this.#parts.conversationId),
      conversationId: this.#parts.conversationId,
      life: this.#parts.life,
      driver: this.#parts.driver,
      use: this.use,
      background: this.#parts.background,
      approvals: this.#deps.desk.countFor(this.id),
      skippedLines: this.#parts.events.skippedLines,
      worktree: this.#deps.worktreeOf(this.id, this.config.cwd),
      tenure: this.tenure,
    })
  }

  tasks(): Task[] {
    return this.#parts.driver.queue.all().map((item) => this.#taskOf(item))
  }

  /** Throws STATE_CONFLICT while messages wait for it. */
  checkRemovable(): void {
    const waiting = this.tasks().filter((task) => task.state === 'waiting').length
    if (waiting === 0) return
    const message = `${waiting} messages wait for ${this.config.name}. Remove them or let them finish, then remove the instance.`
    throw new AppError('STATE_CONFLICT', message)
  }

  /** True while a turn of the conversation runs, or a message of it waits. */
  isAtWorkIn(conversationId: string): boolean {
    return this.#parts.driver.hasWorkFor(conversationId)
  }

  /** True while an answer is on its way to Claude, or waits for that. */
  isAnsweringIn(conversationId: string): boolean {
    return this.#parts.driver.queue.all().some((item) => item.answers && item.conversationId === conversationId)
  }

  /** True while a turn of it runs, a message waits, or something runs in its background. */
  hasWorkFor(conversationId: string): boolean {
    return this.#parts.driver.hasWorkFor(conversationId) || this.#parts.background.runsIn(conversationId)
  }

  /**
   * Takes a prompt; it wakes a parked or stopped instance. Resolves when it is on disk: as a message if it can be sent
   * now, else as a waiting one. Refused by a failed instance, with the reason.
   */
  async send(conversationId: string, input: PromptInput): Promise<MessageTask> {
    this.work.checkTakesMessages()
    if (this.work.lacksFolder) this.#parts.life.recovery.clear()
    const goesOn = this.#parts.life.pauses.goOn()
    const item = await this.#parts.driver.take(conversationId, input)
    if (input.when === 'interrupt') await this.#endBefore(item)
    // What waits must not be found at rest after a kill when its sender was told that it would be sent.
    if (goesOn && item.waited) await this.#saveGoesOn()
    return item
  }

  /** Puts back a prompt that waited when the app ended; `goOn` has it sent, unless the instance was paused. */
  restore(conversationId: string, prompt: WaitingTask): void {
    this.#parts.driver.queue.add(new MessageTask(conversationId, prompt, prompt))
  }

  /** Other work needs it: messages that rest here go on first. True when there are any. */
  wake(): boolean {
    if (!this.work.rests) return false
    this.#parts.life.pauses.goOn()
    this.#parts.driver.pump()
    void this.#saveGoesOn()
    return this.load > 0
  }

  /** Changes a message that waits; `before`: moves it before another one that waits here, or, with null, behind all. Throws TASK_GONE. */
  async editTask(taskId: string, change: PromptEdit & { when?: SendWhen }): Promise<Task> {
    const item = await this.#parts.driver.messages.edit(taskId, change)
    if (change.when === 'interrupt') await this.#endBefore(item)
    return this.#taskOf(item)
  }

  /** Drops all messages that wait in a conversation, those too that are on their way into the running turn, and answers them. */
  dropWaiting(conversationId: string): Promise<DroppedMessage[]> {
    return this.#parts.driver.messages.dropAll(conversationId)
  }

  /** Has a conversation go on with a turn when a usage limit is over. */
  goOnLater(conversationId: string, goesOn: GoesOn): Promise<void> {
    return this.#parts.driver.afterLimit.goOnLater(conversationId, goesOn)
  }

  /** A conversation that waits for the end of a usage limit does not go on by itself then. */
  dropGoingOn(conversationId: string): Promise<void> {
    return this.#parts.driver.afterLimit.drop(conversationId)
  }

  /** It goes on now instead; null where nothing waits to go on. Refused by a failed instance, with the reason. */
  goOnNow(conversationId: string): MessageTask | null {
    this.work.checkTakesMessages()
    const item = this.#parts.driver.afterLimit.goOnNow(conversationId)
    if (item !== null && this.#parts.life.pauses.goOn()) void this.#saveGoesOn()
    if (item !== null) this.#parts.driver.pump()
    return item
  }

  /** Withdraws a prompt that waits; interrupts the turn of one that runs. */
  async cancelTask(taskId: string): Promise<void> {
    if (this.#parts.driver.queue.running?.taskId === taskId) return this.interrupt()
    await this.#parts.driver.messages.withdraw(taskId)
  }

  /** Starts the process ahead of work. A failure is shown on the instance, not thrown. */
  start(): Promise<void> {
    return this.#parts.life.start()
  }

  /** What it failed for is mended: it takes messages again, and what waits goes on. */
  recover(): void {
    this.#parts.life.recovery.clear()
    this.#parts.changed()
    this.#parts.driver.pump()
  }

  resume(): Promise<void> {
    return this.#parts.life.resume()
  }

  pause(mode: PauseMode): Promise<void> {
    return this.#parts.life.pause(mode)
  }

  /** Gives the process back until a message needs one. Nothing happens while it works or is paused. */
  sleep(): Promise<void> {
    return this.#parts.life.sleep()
  }

  stop(): Promise<void> {
    return this.#parts.life.stop()
  }

  restart(): Promise<void> {
    return this.#parts.life.restart()
  }

  /** Ends the running turn within a second and keeps what was said. Nothing happens when none runs. */
  interrupt(): Promise<void> {
    return this.#parts.life.interrupt()
  }

  /** Makes a conversation the current one; the process switches at its next message, or now when it is idle. */
  async open(conversationId: string): Promise<void> {
    if (this.#parts.conversationId === conversationId) return
    this.#parts.conversationId = conversationId
    this.#parts.changed()
    await this.#parts.life.follow()
  }

  /** Lets go of a conversation that goes elsewhere, and of its session: a process that holds it is replaced by a fresh one. */
  async release(conversationId: string): Promise<void> {
    if (this.#parts.conversationId === conversationId) this.#parts.conversationId = null
    await this.#parts.life.release(conversationId)
    this.#parts.changed()
  }

  /** Takes a changed configuration, of which the user set these fields; a new process, where one is needed, comes when the running turn has ended. */
  async configure(config: InstanceConfig, set: InstancePatch): Promise<void> {
    const hasNewFolder = this.work.lacksFolder && this.config.cwd !== config.cwd
    await this.#parts.settings.change(config, set, this.#parts.conversationId)
    this.#parts.changed()
    await this.#parts.life.bringInLine()
    if (hasNewFolder) await this.#parts.life.start()
    else await this.#parts.life.renewIfOutdated()
  }

  /** A new process in the same session. */
  renew(): Promise<void> {
    return this.#parts.life.renew()
  }

  /** Gives the process back: parked when nothing waits, else another one is started for what waits. */
  giveBack(): Promise<void> {
    return this.#parts.life.giveBack()
  }

  /** What held messages back may be over: begins with those that may begin now. */
  goOn(): void {
    this.#parts.goOn()
  }

  /** The conversation in whose background something runs, and what, in a few words; null: none. */
  get occupied(): { conversationId: string | null; words: string } | null {
    const { held } = this.#parts.life.holder
    if (held === null || !this.#parts.background.active) return null
    return { conversationId: held.conversationId, words: this.#parts.background.words ?? 'Background work' }
  }

  /**
   * Ends one task in the background. Claude Code has no way to take back a time that Claude has set but to end its process, which is done
   * where nothing else is at work in it. Throws NOT_FOUND, or STATE_CONFLICT with the reason.
   */
  async stopTask(taskId: string): Promise<void> {
    const { background, life, driver } = this.#parts
    if (this.#task(taskId).kind !== 'schedule') return life.holder.held?.process.stopTask(taskId)
    if (driver.run !== null || !background.onlyWaits)
      throw new AppError(
        'STATE_CONFLICT',
        'A schedule ends with Claude’s process, which is at work now. Wait until it is idle, or ask Claude to cancel the schedule.',
      )
    await life.holder.stop()
    if (life.pauses.mode === null) await life.start()
    return undefined
  }

  /** The end of what a command or a monitor in the background has written. Throws NOT_FOUND, or STATE_CONFLICT with the reason. */
  async taskOutput(taskId: string): Promise<BackgroundOutput> {
    const { held } = this.#parts.life.holder
    if (this.#task(taskId).hasOutput !== true || held === null)
      throw new AppError('STATE_CONFLICT', 'Only commands and monitors have output to read. What a sub-agent says is in the conversation.')
    return held.process.controls.taskOutput(taskId)
  }

  #task(taskId: string): BackgroundTask {
    const task = this.#parts.background.find(taskId)
    if (task) return task
    throw new AppError('NOT_FOUND', 'This background task is no longer running. Reload the instance to see what is.')
  }

  /** What its process can be asked and told beside prompts; starts it where there is none, unless that is not wanted. Throws why it cannot. */
  async controls({ start = true }: { start?: boolean } = {}): Promise<Controls> {
    this.work.checkTakesMessages()
    if (start || this.#parts.life.pauses.mode === 'freeze') await this.#parts.life.bringUp()
    const { held } = this.#parts.life.holder
    if (held === null) throw new AppError('STATE_CONFLICT', `${this.config.name} has no process now. Resume or restart it, then try again.`)
    return held.process.controls
  }

  /** Changes what a conversation works with, in the running process too; see `LiveChanges`. */
  get live(): LiveChanges {
    return this.#parts.live
  }

  /** The process that can be asked now, and the folder that it works in; null: there is none, or it is frozen. Starts nothing. */
  get answering(): { controls: Controls; cwd: string } | null {
    const { holder, pauses, suspended } = this.#parts.life
    const { held, hasProcess } = holder
    return held === null || !hasProcess || suspended || pauses.mode === 'freeze' ? null : { controls: held.process.controls, cwd: held.cwd }
  }

  /** Looks whether something outside of the app has stopped its process. */
  look(): Promise<void> {
    return this.#parts.life.look()
  }

  measure(): Promise<Measured> {
    return this.#parts.life.holder.measure()
  }

  /** Ends everything; prompts that wait stay on disk. */
  close(): Promise<void> {
    return this.#parts.life.close()
  }

  /** Ends the running turn for a message of the same conversation that takes its place. */
  async #endBefore({ conversationId, waiting }: MessageTask): Promise<void> {
    if (waiting && this.#parts.driver.run?.turn.conversationId === conversationId) await this.interrupt()
  }

  async #saveGoesOn(): Promise<void> {
    await this.#deps.onGoesOn()
    this.#parts.life.pauses.saved()
  }

  #taskOf(item: MessageTask): Task {
    return item.toTask(this.id, this.work.waitsFor(item))
  }
}
