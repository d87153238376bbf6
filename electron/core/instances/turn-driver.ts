import { AppError, toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { DroppedMessage, SendWhen } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ClaudeEvent } from '../claude/claude-event.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { newId } from '../storage/id.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { Background } from './background.ts'
import { busyMeanwhile, isOfInstance, messageGone } from './instance-errors.ts'
import { LateReplies } from './late-replies.ts'
import { MessageTask, type Continued, type PromptInput } from './message-task.ts'
import type { Admission } from '../gate/place.ts'
import { PromptGate } from './prompt-gate.ts'
import { PromptWriter } from './prompt-writer.ts'
import type { ProcessHolder } from './process-holder.ts'
import { promptDraft } from './prompt-draft.ts'
import { PromptQueue, type PromptEdit } from './prompt-queue.ts'
import { settlesWithin } from '../claude/wait.ts'
import { Steering } from './steering.ts'
import type { GoesOn, TurnRecorder } from './turn-recorder.ts'
import { SessionProcess } from './session-process.ts'
import { TurnFactory } from './turn-factory.ts'
import type { TurnRun } from './turn-run.ts'

export type TurnDriverOptions = {
  instanceId: string
  recorder: TurnRecorder
  desk: ApprovalDesk
  holder: ProcessHolder
  channel: (conversationId: string) => ConversationChannel
  config: () => InstanceConfig
  launchConfig: (conversationId: string | null, forkAt?: string | null) => LaunchConfig
  /** What every turn has to pass before its prompt leaves the line. */
  gate: Admission
  /** The conversations in which no message may begin now, each with the reason for the user to read. */
  holds: (conversationIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  background: Background
  /** False while the instance is held, frozen, failed, about to be restarted, or rests until the user goes on. */
  mayWork: () => boolean
  /** A prompt is about to be sent: what is parked is so no longer. */
  wake: () => void
  frozen: () => boolean
  stallSeconds: () => number
  /** Tells whether Claude Code's transcript of a session has the entry. */
  sessionHas: (sessionId: string, cwd: string, uuid: string) => Promise<boolean>
  /** When a turn that failed for this goes on by itself (ISO 8601); null when it does not. */
  goesOnAt: (conversationId: string, error: ErrorInfo) => string | null
  /** What a conversation goes on with after that turn; null when there is nothing left to go on with. */
  continuation: (conversationId: string, turnId: string) => Promise<Continued | null>
  /** Puts a session back that Claude Code has lost; false when that cannot be done. */
  bringBack: (sessionId: string) => Promise<boolean>
  onChange: () => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => void
  /** What is open in a conversation has changed: requests that outlived the process that asked. */
  onKept: (conversationId: string) => void
  onNotice: (level: Notice['level'], code: string, message: string) => void
  /** A turn of this conversation begins. */
  onTurn: (conversationId: string) => void
  /** The process cannot be started, and the next turn would meet the same. */
  onLastingFailure: (error: ErrorInfo) => void
  /** A turn is on disk; awaited before the next one begins. */
  onTurnEnded: (turn: Turn) => Promise<void>
}

const usualPriority = 5
/** Until it is found out what it says. */
const goOnLaterWords = 'Continue'
const interruptGraceMs = 800
const backgroundGraceMs = 5_000
const firstAgainMs = 500
const longestAgainMs = 30_000

/** Works off an instance's prompts, one turn after another. */
export class TurnDriver {
  readonly queue: PromptQueue
  readonly #options: TurnDriverOptions
  readonly #gate: PromptGate
  readonly #turns: TurnFactory
  readonly #process: SessionProcess
  readonly #steering: Steering
  readonly #writer: PromptWriter
  readonly #replies: LateReplies
  #run: TurnRun | null = null
  #stalledSince: string | null = null
  #pumping: Promise<void> | null = null
  /** What follows a turn that Claude began by itself; the next one begins after it. */
  #settling: Promise<void> | null = null
  /** Somebody asked for the next prompt to be looked for. */
  #wanted = false
  /** So often in a row that failed. */
  #stumbles = 0
  #again: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: TurnDriverOptions) {
    this.#options = options
    this.queue = new PromptQueue(options.recorder)
    this.#process = new SessionProcess(options)
    this.#writer = new PromptWriter(options)
    this.#replies = new LateReplies(options)
    this.#turns = new TurnFactory({
      ...options,
      onStalled: (since) => {
        this.#stalledSince = since
        options.onChange()
      },
      onTimeout: (run, error) => void this.end(run, error),
      goOnLater: (conversationId, goesOn) => this.goOnLater(conversationId, goesOn),
    })
    const { instanceId, gate, holds, holder, recorder } = options
    this.#steering = new Steering({
      queue: this.queue,
      recorder,
      run: () => this.#run,
      process: () => holder.held?.process ?? null,
      mayWork: options.mayWork,
      wasTaken: (item, uuid) => this.#wasTaken(item, uuid),
      join: (item, uuid, run) => this.#join(item, uuid, run),
      adopt: (item, uuid) => this.#adopt(item, uuid),
      late: (item, uuid) => this.#joinLate(item, uuid),
      onChange: (conversationId) => {
        this.tasksChanged(conversationId)
        this.pump()
      },
      onFault: (thrown) => options.onNotice('error', toAppError(thrown).code, toAppError(thrown).message),
    })
    this.#gate = new PromptGate({
      instanceId,
      gate,
      holds,
      queue: this.queue,
      starts: () => !holder.hasProcess,
      again: () => this.pump(),
      onReason: (conversationId) => this.tasksChanged(conversationId),
    })
  }

  get run(): TurnRun | null {
    return this.#run
  }

  /** Since when nothing has come from a running turn, once that is remarkable. */
  get stalledSince(): string | null {
    return this.#stalledSince
  }

  /** True while a turn of the conversation runs, or a message of it waits. */
  hasWorkFor(conversationId: string): boolean {
    return this.#run?.turn.conversationId === conversationId || this.queue.all().some((item) => item.conversationId === conversationId)
  }

  /** Settles when the work under way has ended. */
  get idle(): Promise<void> {
    return this.#pumping ?? Promise.resolve()
  }

  /** Takes a prompt; resolves when it is on disk: as a message if it can be sent now, else as a waiting one. */
  async take(conversationId: string, input: PromptInput): Promise<MessageTask> {
    const item = new MessageTask(conversationId, input)
    const { background, config } = this.#options
    const mayBegin = this.#mayBegin && background.blocks(conversationId, config().name) === null
    const free = mayBegin && this.queue.size === 0
    if (item.ofQueue && !(mayBegin && this.queue.ready === 0)) {
      item.place?.giveBack()
      throw busyMeanwhile()
    }
    this.queue.add(item, { first: item.when !== 'after' && !item.ofQueue })
    if (free && item.place === null) this.#gate.ask(item)
    const mustWait = item.place === null
    item.waited = mustWait
    if (mustWait) item.storing = this.queue.store(item)
    this.pump()
    this.#steering.send()
    await item.accepted
    if (item.waited) this.tasksChanged(conversationId)
    return item
  }

  /** Begins with the next prompt if there is one and nothing stands against it. */
  pump(): void {
    this.#wanted = true
    this.#pumping ??= this.#drain().then(
      () => this.#drained(),
      (thrown: unknown) => this.#stumbled(thrown),
    )
  }

  /** Gives an event of the process to the running turn, or to a new one when Claude goes on by itself. */
  handle(event: ClaudeEvent): void {
    if (event.type === 'steered') return this.#steering.settle(event.uuid, event.taken)
    const run = this.#run ?? this.#unprompted(event)
    run?.handle(event)
  }

  /** Changes a message that waits, or is on its way into the running turn: it goes on its way again then. Throws TASK_GONE. */
  async edit(taskId: string, { when, ...change }: PromptEdit & { when?: SendWhen }): Promise<MessageTask> {
    const steered = this.queue.all().some((item) => item.taskId === taskId && item.steers)
    await this.#steering.recall(taskId)
    const item = await this.queue.edit(taskId, change)
    if (when === 'after') item.when = 'after'
    else if (when !== undefined || (steered && change.before === undefined)) {
      await this.queue.moveFirst(taskId)
      item.when = when ?? 'now'
    }
    if (item.when === 'now') this.#steering.send()
    this.tasksChanged(item.conversationId)
    this.pump()
    return item
  }

  /** Drops a message that waits, or is on its way into the running turn. Throws TASK_GONE. */
  async withdraw(taskId: string): Promise<MessageTask> {
    await this.#steering.recall(taskId)
    const item = await this.queue.withdraw(taskId).catch((thrown: unknown) => {
      // It waits as before, and may have been passed over meanwhile.
      this.pump()
      throw thrown
    })
    this.tasksChanged(item.conversationId)
    this.pump()
    return item
  }

  /** Has a conversation go on with a turn when a usage limit is over: a message waits for that, before all others. Never rejects. */
  async goOnLater(conversationId: string, goesOn: GoesOn): Promise<void> {
    const item = new MessageTask(conversationId, { text: goOnLaterWords, images: [], priority: usualPriority, goesOn })
    item.waited = true
    this.queue.add(item, { first: true })
    item.storing = this.queue.store(item)
    await item.accepted.catch((thrown: unknown) => {
      const { code, message } = toAppError(thrown)
      this.#options.onNotice('error', code, `This conversation will not continue by itself after the usage limit: ${message}`)
    })
    this.tasksChanged(conversationId)
    this.pump()
  }

  /** Drops all that waits in a conversation, and answers it; what was sent meanwhile is not among it. */
  async dropWaiting(conversationId: string): Promise<DroppedMessage[]> {
    const dropped: DroppedMessage[] = []
    for (const item of this.queue.all()) {
      if (item.running || item.conversationId !== conversationId || item.goesOn !== null || item.answers || item.ofQueue) continue
      try {
        const { taskId, text, images, attachments } = await this.withdraw(item.taskId)
        dropped.push({ taskId, text, images, attachments })
      } catch (thrown) {
        if (toAppError(thrown).code !== 'TASK_GONE') throw thrown
      }
    }
    return dropped
  }

  /** It does not go on by itself this time. */
  async dropGoingOn(conversationId: string): Promise<void> {
    for (const item of this.queue.waiting())
      if (item.goesOn !== null && item.conversationId === conversationId) await this.withdraw(item.taskId)
  }

  /** Goes on now instead of at the end of the limit; null where nothing waits to go on. */
  goOnNow(conversationId: string): MessageTask | null {
    const item = this.queue.waiting().find((one) => one.goesOn !== null && one.conversationId === conversationId)
    if (item === undefined) return null
    item.place ??= this.#options.gate.enter()
    this.pump()
    return item
  }

  /** The process has gone: what was on its way into its turn waits again, unless Claude had read it. */
  processGone(): void {
    this.#steering.processGone()
  }

  /**
   * Interrupts; a process that does not answer in time is ended, and started again when it is needed. With `keeps`, what the turn asks is
   * kept to be answered later.
   */
  async end(run: TurnRun, error?: ErrorInfo, { keeps = false } = {}): Promise<void> {
    const { desk, holder, background } = this.#options
    if (keeps && run.waitsForUser) return void (await run.finish('interrupted', undefined, { keeps }))
    if (error) void run.finish('failed', error)
    const isUnsent = () => holder.held !== null && run.turn.timing.startedMs === null
    const interrupt = () => holder.held?.process.interrupt().catch(() => {})
    // Claude Code ends a turn by itself whose question is withdrawn: that this is an interruption has to be known before.
    const early = isUnsent() ? undefined : interrupt()
    await desk.withdrawTurn(run.turn.id)
    // Its prompt has not been sent, and will not be.
    if (isUnsent()) return void (await run.finish('interrupted'))
    const asked = early ?? interrupt()
    // Along with the process all that runs in its background would end.
    const graceMs = background.active ? backgroundGraceMs : interruptGraceMs
    const ended = asked && !error ? await settlesWithin(run.done, graceMs) : false
    if (ended) return
    void holder.stop()
    await run.finish('interrupted')
  }

  /** Nothing is tried again any more. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#again)
  }

  tasksChanged(conversationId: string): void {
    this.#options.channel(conversationId).tasks()
    this.#options.onChange()
  }

  get #mayBegin(): boolean {
    return this.#options.mayWork() && this.#run === null && this.#steering.pending === 0
  }

  #drained(): void {
    this.#pumping = null
    this.#stumbles = 0
    if (this.#wanted && this.#mayBegin && this.queue.size > 0) return this.pump()
    this.#rest()
  }

  /**
   * What stands before a turn, or follows one, went wrong in a way that nobody foresaw: the line says so and is tried again, less and
   * less often.
   */
  #stumbled(thrown: unknown): void {
    this.#pumping = null
    const { code, message } = toAppError(thrown)
    const words = `The next message could not be sent yet: ${message} Bullpen tries again by itself.`
    if (this.#stumbles === 0) this.#options.onNotice('error', code, words)
    this.#gate.say(words)
    this.#rest()
    clearTimeout(this.#again)
    if (!this.#closed) this.#again = setTimeout(() => this.pump(), Math.min(longestAgainMs, firstAgainMs * 2 ** this.#stumbles))
    this.#stumbles += 1
  }

  /** Whoever was let in and has not gone waits like the others. */
  #rest(): void {
    this.#gate.unsent()
    if (!this.#mayBegin || this.queue.size === 0) this.#gate.forget()
  }

  async #drain(): Promise<void> {
    while (this.#wanted && this.#mayBegin) {
      this.#wanted = false
      if (this.#settling) await this.#settling
      const item = this.#letIn() ?? (await this.#released())
      if (!item) continue
      this.#wanted = true
      try {
        await this.#turn(item)
      } catch (thrown) {
        await this.#broke(item, toAppError(thrown))
        throw thrown
      }
    }
  }

  /** The first prompt that has its place already: it was let in when it came. */
  #letIn(): MessageTask | null {
    return this.#mayBegin ? this.queue.take(({ place }) => place !== null) : null
  }

  /** The first prompt that waited and is let in now; the others say why they are not. */
  async #released(): Promise<MessageTask | null> {
    await this.#gate.askBudgets()
    const letIn = this.#letIn()
    if (letIn !== null || !this.#mayBegin) return letIn
    this.#gate.askForFirst()
    return this.#letIn()
  }

  async #turn(item: MessageTask): Promise<void> {
    const { onTurn, wake, gate } = this.#options
    if (item.goesOn !== null && !(await this.#knowsHowToGoOn(item, item.goesOn))) return
    if (this.#mayTakeAlong(item) && !(await this.#findReplies(item))) return
    const run = this.#turns.make(item)
    this.#run = run
    onTurn(item.conversationId)
    const uuid = item.claudeUuid ?? crypto.randomUUID()
    try {
      await this.#writer.write(item, uuid)
    } catch (thrown) {
      this.#run = null
      item.place?.giveBack()
      this.queue.giveBack(item, toAppError(thrown))
      return
    }
    const watch = this.#turns.watch(run)
    try {
      wake()
      item.accept()
      if (item.stored) this.tasksChanged(item.conversationId)
      await this.#begin(item, run, uuid).catch((thrown: unknown) => this.#couldNotStart(run, toAppError(thrown)))
      const turn = await run.done
      this.#options.desk.forgetOnce(turn.id)
      gate.learn(turn)
      item.place?.leave()
      this.#settle(item, run)
    } finally {
      watch.close()
    }
    await this.#afterwards(run.turn)
  }

  #mayTakeAlong({ conversationId, answers }: MessageTask): boolean {
    return answers || this.#options.recorder.openApprovals(conversationId).length > 0
  }

  /** False when an answer has gone with a message already: there is nothing to send any more. */
  async #findReplies(item: MessageTask): Promise<boolean> {
    const { conversationId, taskId, answers, text } = item
    item.replies = await this.#replies.for(conversationId, answers ? '' : text)
    if (!answers || (item.replies !== null && item.replies.answered.length > 0)) return true
    item.place?.giveBack()
    if (item.stored) await this.#options.recorder.dropTask(conversationId, taskId, 'sent').catch(() => {})
    this.queue.giveBack(item, new AppError('TASK_GONE', 'This answer was sent along with a message.'))
    this.tasksChanged(conversationId)
    return false
  }

  /** Finds out what a message says that goes on after a usage limit; false when there is nothing left to go on with. */
  async #knowsHowToGoOn(item: MessageTask, { turnId }: GoesOn): Promise<boolean> {
    const { recorder, continuation } = this.#options
    const { conversationId, taskId } = item
    await item.storing
    const found = await continuation(conversationId, turnId)
    if (found) item.fill(found)
    if (found) return true
    item.place?.giveBack()
    if (item.stored) await recorder.dropTask(conversationId, taskId, 'withdrawn').catch(() => {})
    this.queue.giveBack(item, messageGone())
    this.tasksChanged(conversationId)
    return false
  }

  async #begin(item: MessageTask, run: TurnRun, uuid: string): Promise<void> {
    const { holder, background, desk } = this.#options
    if (!run.ended) run.allocated()
    if (!run.ended) run.started(await this.#process.for(item))
    item.place?.started()
    const { conversationId, prompt, images, attachments, replies } = item
    const text = background.withNote(conversationId, prompt)
    for (const { approval, decision } of replies?.answered ?? []) desk.answeredLate(approval, decision, run.turn.id)
    const results = replies?.at?.results ?? []
    if (!run.ended) holder.held?.process.send({ uuid, text, images: [...(replies?.images ?? []), ...images], attachments, results })
    this.#steering.send()
  }

  /** What nobody foresaw ends the turn that it happened in, if it has not ended: nobody waits for it for ever, and the next may begin. */
  async #broke(item: MessageTask, error: AppError): Promise<void> {
    item.place?.leave()
    const run = this.#run
    if (run?.turn.id !== item.turnId) return
    await run.finish('failed', error.toInfo())
    this.#run = null
    this.#stalledSince = null
    this.queue.finished(item)
    item.finish(run.turn)
  }

  #settle(item: MessageTask, run: TurnRun): void {
    const { channel, recorder, onChange } = this.#options
    // Claude may have begun the next one already.
    if (this.#run === run) {
      this.#run = null
      this.#stalledSince = null
    }
    this.queue.finished(item)
    item.finish(run.turn)
    channel(item.conversationId).conversation(recorder.get(item.conversationId))
    onChange()
  }

  /** The message itself takes the waiting prompt's place: it was sent, whether or not that can be written once more. */
  async #sent(item: MessageTask): Promise<void> {
    const { recorder } = this.#options
    if (item.stored) await recorder.dropTask(item.conversationId, item.taskId, 'sent').catch(() => {})
  }

  async #wasTaken({ conversationId }: MessageTask, uuid: string): Promise<boolean> {
    const { recorder, sessionHas } = this.#options
    const { sessionId, cwd } = recorder.get(conversationId)
    return sessionId !== null && cwd !== null && sessionHas(sessionId, cwd, uuid).catch(() => false)
  }

  /** Claude has read a message in the turn that runs: it is part of that turn, and ends with it. */
  #join(item: MessageTask, uuid: string, run: TurnRun): void {
    this.queue.join(item)
    run.take({ ...promptDraft(item, uuid), turnId: run.turn.id, joinedAs: item.turnId }, () => this.#sent(item))
    this.tasksChanged(item.conversationId)
    void run.done.then((turn) => {
      this.queue.finished(item)
      item.finish(turn)
      this.tasksChanged(item.conversationId)
    })
  }

  /** The same where the turn has ended with its process. */
  async #joinLate(item: MessageTask, uuid: string): Promise<void> {
    const { recorder, channel } = this.#options
    const { lastTurn } = recorder.get(item.conversationId)
    const place = lastTurn === null ? {} : { turnId: lastTurn.id, joinedAs: item.turnId }
    const message = await recorder.appendMessage(item.conversationId, { ...promptDraft(item, uuid), ...place }, { sync: true })
    await this.#sent(item)
    channel(item.conversationId).message(message)
    this.queue.finished(item)
    if (lastTurn === null) item.refuse(messageGone())
    else item.finish(lastTurn)
    this.tasksChanged(item.conversationId)
  }

  /** Claude has begun a turn with a message that came too late for the one before. */
  #adopt(item: MessageTask, uuid: string): void {
    const { gate, onTurn } = this.#options
    const before = this.#run?.done
    const run = this.#turns.make({ turnId: item.turnId, conversationId: item.conversationId, acceptedAt: item.acceptedAt, after: before })
    this.#run = run
    this.queue.begin(item)
    item.place = gate.enter()
    onTurn(item.conversationId)
    run.take(promptDraft(item, uuid), () => this.#sent(item))
    run.allocated()
    run.started('warm')
    this.tasksChanged(item.conversationId)
    this.#follow(run, () => {
      item.place?.leave()
      this.#settle(item, run)
    })
  }

  /** A turn that Claude has begun with nothing sent for it. */
  #follow(run: TurnRun, settle: () => void): void {
    const { gate } = this.#options
    const watch = this.#turns.watch(run)
    void run.done.then((turn) => {
      watch.close()
      gate.learn(turn)
      settle()
      this.#settling = this.#afterwards(turn).finally(() => (this.#settling = null))
      this.#options.onChange()
      this.pump()
    })
  }

  async #couldNotStart(run: TurnRun, error: AppError): Promise<void> {
    const { resume } = this.#options.launchConfig(run.turn.conversationId)
    if (!run.ended && isOfInstance(error, resume !== undefined)) this.#options.onLastingFailure(error.toInfo())
    await run.finish(error.code === 'STATE_CONFLICT' ? 'interrupted' : 'failed', error.toInfo())
  }

  /** Claude goes on by itself, for example when a command in the background has ended: a turn without a prompt. */
  #unprompted(event: ClaudeEvent): TurnRun | null {
    const conversationId = this.#options.holder.held?.conversationId ?? null
    if (conversationId === null || (event.type !== 'message-start' && event.type !== 'assistant')) return null
    if (event.parentToolUseId !== null) return null
    const { background } = this.#options
    const { words: cause, line } = background.takeCause()
    const run = this.#turns.make({ turnId: newId('turn'), conversationId, acceptedAt: performance.now(), unprompted: { cause } })
    this.#run = run
    const place = this.#options.gate.enter()
    void this.#process.say(conversationId, run.turn.id, line.text, line.notice).catch(() => {})
    run.allocated()
    run.started('warm')
    this.#follow(run, () => {
      place.leave()
      if (this.#run === run) this.#run = null
      background.reported()
    })
    return run
  }

  /** What goes wrong there is told, and keeps nobody from going on. */
  async #afterwards(turn: Turn): Promise<void> {
    try {
      await this.#options.onTurnEnded(turn)
    } catch (thrown) {
      const { code, message } = toAppError(thrown)
      this.#options.onNotice('error', code, message)
    }
  }
}
