import { AppError, toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { Instance as InstanceView, InstanceConfig, PauseMode } from '../../../shared/domain/instance.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Origin, Turn } from '../../../shared/domain/turn.ts'
import type { ClaudeEvent, ClaudeExit, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { newId } from '../storage/id.ts'
import type { ApprovalDesk, ApprovalOutcome } from './approval-desk.ts'
import { crashedTooOften, exitWords, sessionGoneWords, turnLost, turnTimedOut } from './instance-errors.ts'
import { viewOf } from './instance-view.ts'
import { launchConfigOf } from './launch-config.ts'
import { PendingTurn, type PromptInput } from './pending-turn.ts'
import { ProcessHolder, type Launch } from './process-holder.ts'
import { PromptQueue } from './prompt-queue.ts'
import { RestartPolicy } from './restart-policy.ts'
import type { TurnRecorder, WaitingPrompt } from './turn-recorder.ts'
import { TurnRun } from './turn-run.ts'
import { TurnWatch } from './turn-watch.ts'

export type InstanceDeps = {
  recorder: TurnRecorder
  desk: ApprovalDesk
  launch: Launch
  channel: (conversationId: string) => ConversationChannel
  stallSeconds: () => number
  /** The view has changed. */
  onChange: (instance: Instance) => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome) => void
  onNotice: (notice: Notice) => void
}

export type InstanceSeed = {
  id: string
  config: InstanceConfig
  createdAt: string
  conversationId: string | null
  /** It was in use when the app ended: it comes back parked and costs nothing until it is needed. */
  parked: boolean
}

/** A frozen process is parked after this long: beyond it the model's connection may be gone. */
export const freezeLimitMs = 120_000
const interruptGraceMs = 800

/** A named, configured Claude: its process, its turns one after another, its pauses, and its recovery. */
export class Instance {
  readonly id: string
  readonly createdAt: string
  readonly #deps: InstanceDeps
  readonly #holder: ProcessHolder
  readonly #queue: PromptQueue
  readonly #restarts = new RestartPolicy()
  #config: InstanceConfig
  #conversationId: string | null
  #run: TurnRun | null = null
  #pumping: Promise<void> | null = null
  #pause: PauseMode | null = null
  #frozenUntil: number | null = null
  #freezeTimer: NodeJS.Timeout | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #restartAt: string | null = null
  /** Waiting messages stay where they are until the user goes on: after Stop, Park or a restart of the app. */
  #resting = false
  #failure: ErrorInfo | null = null
  #stalledSince: string | null = null
  #skippedLines = 0
  #closed = false

  constructor(seed: InstanceSeed, deps: InstanceDeps) {
    this.id = seed.id
    this.createdAt = seed.createdAt
    this.#config = seed.config
    this.#conversationId = seed.conversationId
    this.#pause = seed.parked ? 'park' : null
    this.#resting = seed.parked
    this.#deps = deps
    this.#queue = new PromptQueue(deps.recorder)
    this.#holder = new ProcessHolder(deps.launch, {
      onEvent: (event) => this.#onEvent(event),
      onPermission: (question) => this.#onPermission(question),
      onLost: (exit) => void this.#onLost(exit),
      onChange: () => this.#changed(),
    })
  }

  get config(): InstanceConfig {
    return this.#config
  }

  get conversationId(): string | null {
    return this.#conversationId
  }

  /** True when it should come back (parked) after a restart of the app. */
  get wanted(): boolean {
    return this.#holder.held !== null || this.#holder.starting || this.#pause !== null || this.#queue.size > 0
  }

  get failure(): ErrorInfo | null {
    return this.#failure
  }

  get running(): TurnRun | null {
    return this.#run
  }

  /** Turns it has yet to do: what "least busy" counts. */
  get load(): number {
    return this.#queue.size + (this.#run ? 1 : 0)
  }

  view(): InstanceView {
    return viewOf({
      seed: { id: this.id, createdAt: this.createdAt },
      config: this.#config,
      conversationId: this.#conversationId,
      held: this.#holder.held,
      starting: this.#holder.starting,
      run: this.#run,
      pause: this.#pause,
      frozenUntil: this.#frozenUntil,
      queued: this.#queue.size,
      approvals: this.#deps.desk.countFor(this.id),
      stalledSince: this.#stalledSince,
      restartAt: this.#restartAt,
      skippedLines: this.#skippedLines,
      failure: this.#failure,
    })
  }

  tasks(): Task[] {
    const running = this.#queue.running
    return [...(running ? [running] : []), ...this.#queue.waiting()].map((item) => item.toTask(this.id, this.#waitingFor()))
  }

  hasWorkFor(conversationId: string): boolean {
    return this.#queue.all().some((item) => item.conversationId === conversationId) || this.#run?.turn.conversationId === conversationId
  }

  /**
   * Takes a prompt. Resolves when it is on disk: as a message if it can be sent now, else as a waiting
   * one. Refused by a failed instance, with the reason.
   */
  async send(conversationId: string, input: PromptInput): Promise<PendingTurn> {
    if (this.#failure)
      throw new AppError('INSTANCE_FAILED', `${this.#config.name} cannot take messages: ${this.#failure.message}`, {
        data: { cause: this.#failure.code },
      })
    const item = new PendingTurn(conversationId, input)
    if (this.#pause === 'park') this.#pause = null
    this.#resting = false
    const mustWait = this.#run !== null || this.#queue.size > 0 || this.#pause !== null || this.#restartAt !== null
    this.#queue.add(item)
    if (mustWait) item.storing = this.#queue.store(item)
    this.#pump()
    await item.accepted
    if (mustWait) this.#tasksChanged(conversationId)
    return item
  }

  /** Puts back a prompt that waited when the app ended. It stays until the user goes on. */
  restore(conversationId: string, prompt: WaitingPrompt): void {
    this.#resting = true
    this.#queue.add(new PendingTurn(conversationId, prompt, prompt))
  }

  async editTask(taskId: string, change: { text?: string; priority?: number }): Promise<Task> {
    const item = await this.#queue.edit(taskId, change)
    this.#tasksChanged(item.conversationId)
    return item.toTask(this.id, this.#waitingFor())
  }

  async cancelTask(taskId: string): Promise<void> {
    if (this.#queue.running?.taskId === taskId) {
      await this.interrupt()
      return
    }
    const item = await this.#queue.withdraw(taskId)
    this.#tasksChanged(item.conversationId)
  }

  /** Starts the process ahead of work. A failure is shown on the instance, not thrown. */
  async start(): Promise<void> {
    this.#clearFailure()
    if (this.#pause === 'freeze') await this.#thaw()
    this.#pause = null
    this.#resting = false
    if (this.#holder.held === null && this.#run === null) await this.#launchIdle()
    this.#changed()
    this.#pump()
  }

  async resume(): Promise<void> {
    if (this.#failure) throw new AppError('INSTANCE_FAILED', `${this.#config.name} has failed: ${this.#failure.message} Press Restart.`)
    if (this.#pause !== null) await this.start()
  }

  async pause(mode: PauseMode): Promise<void> {
    if (mode === 'freeze') return this.#freeze()
    if (mode === 'park') return this.#rest('park')
    if (this.#pause === 'freeze') await this.#thaw()
    this.#pause = 'hold'
    this.#changed()
  }

  async stop(): Promise<void> {
    this.#clearFailure()
    await this.#rest(null)
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** Ends the running turn within a second and keeps what was said. Nothing happens when none runs. */
  async interrupt(): Promise<void> {
    const run = this.#run
    if (!run) return
    if (this.#pause === 'freeze') {
      await this.#thaw()
      this.#pause = null
    }
    await this.#endTurn(run)
  }

  /** Makes a conversation the current one; the process switches at its next message, or now when it is idle. */
  async open(conversationId: string): Promise<void> {
    if (this.#conversationId === conversationId) return
    this.#conversationId = conversationId
    this.#changed()
    if (this.#run === null && this.#holder.held !== null && this.#pause === null) await this.#launchIdle()
  }

  /** Forgets a conversation that went elsewhere. */
  release(conversationId: string): void {
    if (this.#conversationId !== conversationId) return
    this.#conversationId = null
    this.#changed()
  }

  /** Takes a changed configuration; a new process, where one is needed, comes when the running turn has ended. */
  async configure(config: InstanceConfig): Promise<void> {
    this.#config = config
    this.#changed()
    await this.#renewIfOutdated()
  }

  measure(): Promise<void> {
    return this.#holder.measure()
  }

  /** Ends everything; prompts that wait stay on disk. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#rest(this.#pause)
    await this.#pumping
  }

  // --- work ---

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = this.#drain().finally(() => {
      this.#pumping = null
      if (this.#mayWork() && this.#queue.size > 0) this.#pump()
    })
  }

  async #drain(): Promise<void> {
    while (this.#mayWork()) {
      const item = this.#queue.take()
      if (!item) return
      await this.#turn(item)
      await this.#renewIfOutdated()
    }
  }

  #mayWork(): boolean {
    return !this.#closed && !this.#resting && this.#pause === null && this.#failure === null && this.#restartAt === null
  }

  async #turn(item: PendingTurn): Promise<void> {
    const { recorder } = this.#deps
    const run = this.#newRun(item.turnId, item.conversationId, item.acceptedAt)
    this.#run = run
    this.#conversationId = item.conversationId
    const uuid = crypto.randomUUID()
    try {
      await this.#storePrompt(item, uuid)
    } catch (thrown) {
      this.#run = null
      this.#queue.giveBack(item, toAppError(thrown))
      return
    }
    item.accept()
    run.allocated()
    if (item.stored) this.#tasksChanged(item.conversationId)
    const watch = this.#watch(run)
    try {
      run.started(await this.#processFor(item))
      if (!run.ended) this.#holder.held?.process.send({ uuid, text: item.text, images: item.images })
    } catch (thrown) {
      await this.#turnCouldNotStart(run, toAppError(thrown))
    }
    const turn = await run.done
    watch.close()
    this.#settleTurn(item, turn, recorder)
  }

  /** Where Claude Code has lost the session, a new one begins, and the conversation says so. */
  async #processFor({ conversationId, turnId, forkAt }: PendingTurn): Promise<Origin> {
    try {
      return await this.#holder.ensure({ conversationId, config: this.#launchConfig(conversationId, forkAt) })
    } catch (thrown) {
      if (toAppError(thrown).code !== 'SESSION_GONE') throw thrown
      const { recorder, channel } = this.#deps
      const draft = { role: 'system' as const, blocks: [{ type: 'text' as const, text: sessionGoneWords }], turnId }
      channel(conversationId).message(await recorder.appendMessage(conversationId, draft, { sync: false }))
      return this.#holder.ensure({ conversationId, config: this.#launchConfig(conversationId, null) })
    }
  }

  #settleTurn(item: PendingTurn, turn: Turn, recorder: TurnRecorder): void {
    this.#run = null
    this.#stalledSince = null
    this.#queue.finished(item)
    item.finish(turn)
    if (turn.outcome === 'done') this.#restarts.reset()
    this.#deps.channel(item.conversationId).conversation(recorder.get(item.conversationId))
    this.#changed()
  }

  async #storePrompt(item: PendingTurn, uuid: string): Promise<void> {
    const { recorder, channel } = this.#deps
    await item.storing
    const images = item.images.map((image) => ({ type: 'image' as const, ...image }))
    const blocks = [...images, ...(item.text === '' ? [] : [{ type: 'text' as const, text: item.text }])]
    const draft = { role: 'user' as const, blocks, turnId: item.turnId, claudeUuid: uuid }
    const message = await recorder.appendMessage(item.conversationId, draft, { sync: true })
    if (item.stored) await recorder.dropTask(item.conversationId, item.taskId, 'sent')
    channel(item.conversationId).message(message)
  }

  async #turnCouldNotStart(run: TurnRun, error: AppError): Promise<void> {
    if (!run.ended && isLasting(error)) this.#failure = error.toInfo()
    await run.finish(error.code === 'STATE_CONFLICT' ? 'interrupted' : 'failed', error.toInfo())
  }

  #newRun(turnId: string, conversationId: string, acceptedAt: number): TurnRun {
    const { recorder, desk, channel, onApproval } = this.#deps
    return new TurnRun({
      turnId,
      conversationId,
      instanceId: this.id,
      acceptedAt,
      recorder,
      desk,
      channel: channel(conversationId),
      onChange: () => this.#changed(),
      onApproval,
      onUnwritable: (error) => {
        this.#notice('error', error.code, error.message)
        void this.#holder.stop()
      },
    })
  }

  #watch(run: TurnRun): TurnWatch {
    const { stallSeconds } = this.#deps
    return new TurnWatch({
      run,
      stallSeconds,
      timeoutSeconds: this.#config.turnTimeoutSeconds,
      frozen: () => this.#pause === 'freeze',
      onStalled: (since) => {
        this.#stalledSince = since
        this.#notice(
          'warning',
          'STALLED',
          `Nothing has come from ${this.#config.name} for ${stallSeconds()} s. Wait, or press Stop: what was said is kept.`,
        )
        this.#changed()
      },
      onRecovered: () => {
        this.#stalledSince = null
        this.#changed()
      },
      onTimeout: () => void this.#endTurn(run, turnTimedOut(this.#config.turnTimeoutSeconds ?? 0)),
    })
  }

  /** Interrupts; a process that does not answer in time is ended, and started again when it is needed. */
  async #endTurn(run: TurnRun, error?: ErrorInfo): Promise<void> {
    if (error) void run.finish('failed', error)
    await this.#deps.desk.withdrawTurn(run.turn.id)
    const held = this.#holder.held
    const asked = held?.process.interrupt().catch(() => {})
    const ended = asked && !error ? await settlesWithin(run.done, interruptGraceMs) : false
    if (ended) return
    void this.#holder.stop()
    await run.finish('interrupted')
  }

  // --- the process ---

  #launchConfig(conversationId: string | null, forkAt?: string | null): LaunchConfig {
    const conversation = conversationId === null ? null : this.#deps.recorder.get(conversationId)
    return launchConfigOf(this.#config, conversation, forkAt)
  }

  async #launchIdle(): Promise<void> {
    try {
      await this.#holder.ensure({ conversationId: this.#conversationId, config: this.#launchConfig(this.#conversationId) })
    } catch (thrown) {
      const error = toAppError(thrown)
      // The next message begins a new session and says so.
      if (error.code === 'SESSION_GONE') return this.#changed()
      if (isLasting(error)) this.#failure = error.toInfo()
    }
    this.#changed()
  }

  async #renewIfOutdated(): Promise<void> {
    if (this.#run !== null || !this.#holder.outdated(this.#launchConfig(this.#conversationId))) return
    await this.#holder.stop()
    if (this.#mayWork() && this.#queue.size === 0) await this.#launchIdle()
  }

  #onEvent(event: ClaudeEvent): void {
    if (event.type === 'session') this.#sessionKnown(event.sessionId)
    if (event.type === 'skipped') this.#skipped(event)
    if (event.type === 'notice') this.#notice(event.level, event.code, event.message)
    const run = this.#run ?? this.#unprompted(event)
    run?.handle(event)
  }

  /** Claude goes on by itself, for example when a command in the background has ended: a turn without a prompt. */
  #unprompted(event: ClaudeEvent): TurnRun | null {
    const conversationId = this.#holder.held?.conversationId ?? null
    if (conversationId === null || (event.type !== 'message-start' && event.type !== 'assistant')) return null
    const run = this.#newRun(newId('turn'), conversationId, performance.now())
    this.#run = run
    run.started('warm')
    const watch = this.#watch(run)
    void run.done.then(() => {
      watch.close()
      if (this.#run === run) this.#run = null
      this.#changed()
      this.#pump()
    })
    return run
  }

  #sessionKnown(sessionId: string): void {
    const conversationId = this.#holder.held?.conversationId ?? null
    if (conversationId === null) return
    const { recorder } = this.#deps
    if (recorder.get(conversationId).sessionId === sessionId) return
    const cwd = this.#launchConfig(conversationId).cwd
    recorder
      .setSession(conversationId, { sessionId, cwd })
      .catch((thrown: unknown) => this.#notice('error', 'INTERNAL', toAppError(thrown).message))
  }

  #onPermission(question: PermissionQuestion): Promise<PermissionAnswer> {
    const run = this.#run
    if (run) return run.ask(question)
    return Promise.resolve({ behavior: 'deny', message: 'No turn is running.', interrupt: true })
  }

  #skipped(event: Extract<ClaudeEvent, { type: 'skipped' }>): void {
    const first = this.#skippedLines === 0
    this.#skippedLines = event.total
    if (first)
      this.#notice(
        'warning',
        'LINES_SKIPPED',
        `Claude sent a line that cannot be read; it was skipped and is counted. It began: ${event.sample.slice(0, 120)}`,
      )
    this.#changed()
  }

  async #onLost(exit: ClaudeExit): Promise<void> {
    const run = this.#run
    if (this.#pause === 'freeze') {
      clearTimeout(this.#freezeTimer)
      this.#frozenUntil = null
      this.#pause = null
    }
    const decision = this.#restarts.crashed(performance.now())
    if (!decision.restart) this.#failure = crashedTooOften(decision.crashes, exit)
    else this.#scheduleRestart(decision.delayMs)
    if (run) {
      await run.finish('lost', turnLost(run.unknownTools(), exit))
    } else
      this.#notice(
        'warning',
        'CRASHED',
        `${this.#config.name} ended unexpectedly${exitWords(exit)} and ${decision.restart ? 'is started again' : 'stays down'}.`,
      )
    this.#changed()
  }

  #scheduleRestart(delayMs: number): void {
    if (this.#closed || this.#resting) return
    this.#restartAt = new Date(Date.now() + delayMs).toISOString()
    this.#restartTimer = setTimeout(() => {
      this.#restartAt = null
      void this.#launchIdle().then(() => this.#pump())
    }, delayMs)
  }

  // --- pauses ---

  async #freeze(): Promise<void> {
    const held = this.#holder.held
    if (!held) throw new AppError('STATE_CONFLICT', `${this.#config.name} has no process to freeze. Hold it instead, or start it first.`)
    if (this.#pause === 'freeze') return
    await held.process.freeze()
    this.#pause = 'freeze'
    this.#frozenUntil = Date.now() + freezeLimitMs
    this.#freezeTimer = setTimeout(() => void this.#rest('park'), freezeLimitMs)
    this.#changed()
  }

  async #thaw(): Promise<void> {
    clearTimeout(this.#freezeTimer)
    this.#frozenUntil = null
    await this.#holder.held?.process.thaw()
  }

  /** Gives the process back: `park` when the user paused, null when it is stopped. */
  async #rest(pause: PauseMode | null): Promise<void> {
    this.#resting = true
    this.#cancelRestart()
    if (this.#pause === 'freeze') await this.#thaw()
    this.#pause = pause === 'freeze' ? 'park' : pause
    this.#changed()
    const run = this.#run
    if (run) await this.#endTurn(run)
    await this.#holder.stop()
    this.#changed()
  }

  #cancelRestart(): void {
    clearTimeout(this.#restartTimer)
    this.#restartAt = null
  }

  #clearFailure(): void {
    this.#failure = null
    this.#restarts.reset()
    this.#cancelRestart()
  }

  // --- what others see ---

  #waitingFor(): string | null {
    const name = this.#config.name
    if (this.#failure) return `${name} has failed; press Restart.`
    if (this.#pause === 'hold') return `${name} is held; press Resume.`
    if (this.#pause === 'freeze') return `${name} is frozen; press Resume.`
    if (this.#resting)
      return `${name} is ${this.#pause === 'park' ? 'parked' : 'stopped'}; press ${this.#pause === 'park' ? 'Resume' : 'Start'}.`
    if (this.#restartAt) return `${name} is being restarted.`
    return 'The running turn.'
  }

  #tasksChanged(conversationId: string): void {
    this.#deps.channel(conversationId).tasks()
    this.#changed()
  }

  #changed(): void {
    this.#deps.onChange(this)
  }

  #notice(level: Notice['level'], code: string, message: string): void {
    const conversationId = this.#run?.turn.conversationId ?? this.#conversationId
    this.#deps.onNotice({ level, code, message, instanceId: this.id, conversationId, at: new Date().toISOString() })
  }
}

/** True for a failed start that the next message would meet again; false for one that concerns this turn alone. */
function isLasting(error: AppError): boolean {
  return error.code !== 'STATE_CONFLICT' && error.code !== 'SESSION_IN_USE'
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([promise.then(() => true as const), late])
  } finally {
    clearTimeout(timer)
  }
}
