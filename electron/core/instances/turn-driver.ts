import { toAppError, type AppError } from '../../../shared/app-error.ts'
import type { ClaudeEvent } from '../claude/claude-event.ts'
import { AfterLimit } from './after-limit.ts'
import { CurrentTurn } from './current-turn.ts'
import { endTurn, type TurnEnding } from './end-turn.ts'
import { busyMeanwhile } from './instance-errors.ts'
import { Joins } from './joins.ts'
import { MessageTask, type PromptInput } from './message-task.ts'
import { OwnTurns } from './own-turns.ts'
import { PromptGate } from './prompt-gate.ts'
import { PromptQueue } from './prompt-queue.ts'
import { Pump } from './pump.ts'
import { Sending } from './sending.ts'
import { SessionProcess } from './session-process.ts'
import { Steering } from './steering.ts'
import { TurnClose } from './turn-close.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import { TurnFactory } from './turn-factory.ts'
import type { TurnRun } from './turn-run.ts'
import { WaitingMessages } from './waiting-messages.ts'

/** Works off an instance's prompts, one turn after another. */
export class TurnDriver {
  readonly queue: PromptQueue
  /** What waits: changed and taken back. */
  readonly messages: WaitingMessages
  /** What waits for the end of a usage limit. */
  readonly afterLimit: AfterLimit
  readonly #options: TurnDriverOptions
  readonly #current = new CurrentTurn()
  readonly #gate: PromptGate
  readonly #turns: TurnFactory
  readonly #steering: Steering
  readonly #sending: Sending
  readonly #own: OwnTurns
  readonly #close: TurnClose
  readonly #pump: Pump

  constructor(options: TurnDriverOptions) {
    this.#options = options
    const queue = new PromptQueue(options.recorder, options.onTaskOver)
    this.queue = queue
    const current = this.#current
    const pump = () => this.pump()
    const tasksChanged = (conversationId: string) => this.tasksChanged(conversationId)
    const common = { ...options, queue, current, pump, tasksChanged }
    this.#pump = new Pump({
      mayBegin: () => this.#mayBegin,
      hasMore: () => queue.size > 0,
      work: () => this.#next(),
      onRest: () => this.#rest(),
      onStumble: (thrown, again) => this.#stumbled(thrown, again),
    })
    this.#gate = this.#newGate()
    this.#turns = this.#newTurns()
    const process = new SessionProcess(options)
    const joins = new Joins(common)
    this.#close = new TurnClose(common)
    this.#sending = new Sending({ ...common, process })
    this.#own = new OwnTurns({ ...common, turns: this.#turns, process, joins, close: this.#close })
    this.#steering = this.#newSteering(joins)
    this.messages = new WaitingMessages({ ...common, steering: this.#steering })
    this.afterLimit = new AfterLimit({ ...common, messages: this.messages })
  }

  get run(): TurnRun | null {
    return this.#current.run
  }

  /** Since when nothing has come from a running turn, once that is remarkable. */
  get stalledSince(): string | null {
    return this.#current.stalledSince
  }

  /** True while a turn of the conversation runs, or a message of it waits. */
  hasWorkFor(conversationId: string): boolean {
    return this.run?.turn.conversationId === conversationId || this.queue.all().some((item) => item.conversationId === conversationId)
  }

  /** Settles when the work under way has ended. */
  get idle(): Promise<void> {
    return this.#pump.idle
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
    this.#pump.ask()
  }

  /** Gives an event of the process to the running turn, or to a new one when Claude goes on by itself. */
  handle(event: ClaudeEvent): void {
    if (event.type === 'steered') return this.#steering.settle(event.uuid, event.taken)
    const run = this.run ?? this.#own.begin(event)
    run?.handle(event)
  }

  /** The process has gone: what was on its way into its turn waits again, unless Claude had read it. */
  processGone(): void {
    this.#steering.processGone()
  }

  /** Interrupts a turn; a process that does not answer in time is ended, and started again when it is needed. */
  end(run: TurnRun, ending: TurnEnding = {}): Promise<void> {
    return endTurn(this.#options, run, ending)
  }

  /** Nothing is tried again any more. */
  close(): void {
    this.#pump.close()
  }

  tasksChanged(conversationId: string): void {
    this.#options.channel(conversationId).tasks()
    this.#options.onChange()
  }

  /** What waits may wait for something else now. */
  tellWaiting(): void {
    for (const id of new Set(this.queue.waiting().map(({ conversationId }) => conversationId))) this.tasksChanged(id)
  }

  get #mayBegin(): boolean {
    return this.#options.mayWork() && this.run === null && this.#steering.pending === 0
  }

  #newGate(): PromptGate {
    const { instanceId, gate, holds, holder } = this.#options
    return new PromptGate({
      instanceId,
      gate,
      holds,
      queue: this.queue,
      starts: () => !holder.hasProcess,
      again: () => this.pump(),
      onReason: (conversationId) => this.tasksChanged(conversationId),
    })
  }

  #newTurns(): TurnFactory {
    const { onChange } = this.#options
    return new TurnFactory({
      ...this.#options,
      onStalled: (since) => {
        this.#current.stalledSince = since
        onChange()
      },
      onTimeout: (run, error) => void this.end(run, { error }),
      goOnLater: (conversationId, goesOn) => this.afterLimit.goOnLater(conversationId, goesOn),
    })
  }

  #newSteering(joins: Joins): Steering {
    const { recorder, holder, mayWork, onNotice } = this.#options
    return new Steering({
      queue: this.queue,
      recorder,
      run: () => this.run,
      process: () => holder.held?.process ?? null,
      mayWork,
      wasTaken: (item, uuid) => joins.wasTaken(item, uuid),
      join: (item, uuid, run) => joins.join(item, uuid, run),
      adopt: (item, uuid) => this.#own.adopt(item, uuid),
      late: (item, uuid) => joins.joinLate(item, uuid),
      onChange: (conversationId) => {
        this.tasksChanged(conversationId)
        this.pump()
      },
      onFault: (thrown) => onNotice('error', toAppError(thrown).code, toAppError(thrown).message),
    })
  }

  /** What stands before a turn, or follows one, went wrong in a way that nobody foresaw: the line says so and is tried again. */
  #stumbled(thrown: unknown, again: boolean): void {
    const { code, message } = toAppError(thrown)
    const words = `The next message could not be sent yet: ${message} Bullpen will retry.`
    if (!again) this.#options.onNotice('error', code, words)
    this.#gate.say(words)
  }

  /** Whoever was let in and has not gone waits like the others. */
  #rest(): void {
    this.#gate.unsent()
    if (!this.#mayBegin || this.queue.size === 0) this.#gate.forget()
  }

  /** Works off the first prompt that may begin; false when none may. */
  async #next(): Promise<boolean> {
    if (this.#own.settling) await this.#own.settling
    const item = this.#letIn() ?? (await this.#released())
    if (!item) return false
    try {
      await this.#turn(item)
    } catch (thrown) {
      await this.#broke(item, toAppError(thrown))
      throw thrown
    }
    return true
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
    const { onTurn, wake, gate, desk } = this.#options
    // In the same turn of the event loop where that can be: whoever comes meanwhile must find that something runs.
    if (this.#sending.mustPrepare(item) && !(await this.#sending.prepare(item))) return
    const run = this.#turns.make(item)
    this.#current.run = run
    onTurn(item.conversationId)
    const uuid = item.claudeUuid ?? crypto.randomUUID()
    if (!(await this.#sending.write(item, uuid))) return this.#current.leave(run)
    const watch = this.#turns.watch(run)
    let ended: Promise<void> | null = null
    try {
      wake()
      item.accept()
      if (item.stored) this.tasksChanged(item.conversationId)
      await this.#sending.send(item, run, uuid)
      this.#steering.send()
      const turn = await run.done
      desk.forgetOnce(turn.id)
      gate.learn(turn)
      item.place?.leave()
      // Before anybody hears of the end: nobody may take it for a process that serves again.
      ended = this.#options.endOwn()
      this.#close.settle(item, run)
    } finally {
      watch.close()
      await (ended ?? this.#options.endOwn())
    }
    await this.#close.afterwards(run.turn)
  }

  /** What nobody foresaw ends the turn that it happened in, if it has not ended: nobody waits for it for ever, and the next may begin. */
  async #broke(item: MessageTask, error: AppError): Promise<void> {
    item.place?.leave()
    const { run } = this
    if (run?.turn.id !== item.turnId) return
    await run.finish('failed', error.toInfo())
    this.#current.leave(run)
    this.queue.finish(item, run.turn)
  }
}
