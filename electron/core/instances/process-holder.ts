import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Origin } from '../../../shared/domain/turn.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { ClaudeEvent, ClaudeExit, ClaudeListener, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from '../claude/claude-process.ts'
import { boundKey, type Launch, type LiveConfig, type MemoryClaim } from '../claude/launch.ts'
import { LiveState } from './live-state.ts'
import { UsageTrack, type Measured } from '../claude/usage-track.ts'

export type Held = {
  process: ClaudeProcess
  origin: Origin
  /** The conversation whose session it holds; null while it has none. */
  conversationId: string | null
  usage: UsageTrack
  /** Since when it is held, in milliseconds of the pool's clock. */
  since: number
  /** What it was started with and cannot be changed: decides whether a changed instance needs a new one. */
  boundKey: string
  /** What it works with that can be changed while it runs. */
  live: LiveState
  /** The folder it works in. */
  cwd: string
  fork: string | null
  /** It was started for one piece of work alone. */
  own: boolean
  /** Something outside of the app has stopped it; looked at from time to time. */
  suspended: boolean
}

export type Target = {
  conversationId: string | null
  config: LaunchConfig
  /** The conversation begins anew, so a process that holds its session already does not fit. */
  fresh?: boolean
  /** No prompt comes yet: a process that can begin the session when there is one is left as it is, and a new one waits for memory. */
  idle?: boolean
}

export type HolderEvents = {
  onEvent: (event: ClaudeEvent) => void
  onPermission: (question: PermissionQuestion) => Promise<PermissionAnswer>
  denies: NonNullable<ClaudeListener['denies']>
  /** The process ended without our doing. */
  onLost: (exit: ClaudeExit) => void
  /** A process serves nobody here any more, whoever ended it. */
  onGone: (held: Held) => void
  /** True while something runs in it that only the user may end: a change of configuration waits for that. */
  stays: () => boolean
  /** One was started that does not work where it was asked to. Awaited before it is of use. */
  onElsewhere: (held: Held, folder: string) => Promise<void>
  /** What the instance itself is set to: processes kept ready are like that, whatever its conversations have chosen. */
  own: () => LiveConfig
  onChange: () => void
}

/** The at most one process of an instance. Starts, switches and stops happen one after another. */
export class ProcessHolder {
  readonly #launch: Launch
  readonly #clock: Clock
  readonly #events: HolderEvents
  #held: Held | null = null
  #starting: AbortController | null = null
  /** It is being brought to begin another session. */
  #clearing: ClaudeProcess | null = null
  /** Ends that are asked for and not over. */
  #ends = 0
  #queue: Promise<unknown> = Promise.resolve()
  /** Processes that were let go, until they have ended. */
  readonly #ending = new Map<ClaudeProcess, Promise<ClaudeExit>>()

  constructor(launch: Launch, clock: Clock, events: HolderEvents) {
    this.#launch = launch
    this.#clock = clock
    this.#events = events
  }

  get held(): Held | null {
    return this.#held
  }

  /** A process is there and stays: nobody has asked for its end. */
  get hasProcess(): boolean {
    return this.#held !== null && this.#ends === 0
  }

  get starting(): boolean {
    return this.#starting !== null
  }

  /** Makes the process one that fits `target`; answers where it came from, `warm` when it was there already. */
  async ensure(target: Target): Promise<Origin> {
    const origin = await this.#fitting(target)
    await this.inLine(target.config)
    return origin
  }

  #fitting(target: Target): Promise<Origin> {
    return this.#serial(async () => {
      if (this.#held && (fits(this.#held, target) || this.#stays(this.#held, target))) {
        this.#held.conversationId = target.conversationId ?? this.#held.conversationId
        return 'warm'
      }
      if (await this.#beginsAnew(target)) return 'warm'
      // It was ended while it began another session.
      if (this.#ends > 0) throw stoppedWhileStarting(undefined)
      const memory = this.#held !== null ? 'taken-over' : target.idle === true ? 'waits' : 'granted'
      this.#letGo()
      const { resume } = target.config
      // What the new one goes on with, an old one may still be writing.
      if (resume !== undefined) await this.#gone((process) => process.hasHeld(resume))
      return this.#start(target, memory)
    })
  }

  /** Ends the process, or the start that is under way. Resolves when nothing of it is left. */
  stop(): Promise<void> {
    this.#starting?.abort()
    // One that hangs there would keep its end waiting.
    void this.#clearing?.stop()
    this.#ends += 1
    return this.#serial(() => this.#end()).finally(() => (this.#ends -= 1))
  }

  /** True when the process was started with something else than `config` says now. */
  outdated(config: LaunchConfig): boolean {
    return this.#held !== null && !isFor(this.#held, config)
  }

  async measure(): Promise<Measured> {
    const held = this.#held
    if (!held) return 'gone'
    const { memoryMb, cpuPercent } = held.usage
    const measured = await held.usage.measure()
    if (this.#held !== held) return 'gone'
    if (held.usage.memoryMb !== memoryMb || held.usage.cpuPercent !== cpuPercent) this.#events.onChange()
    return measured
  }

  /** Looks whether something outside has stopped the process; answers whether that has changed. */
  async look(): Promise<boolean> {
    const held = this.#held
    if (!held) return false
    const suspended = await held.process.isSuspended()
    if (this.#held !== held || held.suspended === suspended) return false
    held.suspended = suspended
    return true
  }

  /** Lets the process go on, whoever has stopped it. */
  async thaw(): Promise<void> {
    const held = this.#held
    if (!held) return
    await held.process.thaw()
    held.suspended = false
  }

  #stays(held: Held, { conversationId, config, fresh }: Target): boolean {
    if (isAlone(held, config)) return false
    const isItsOwn = conversationId === null || held.conversationId === conversationId
    return isItsOwn && fresh !== true && config.forkAt === undefined && config.resumeAt === undefined && this.#events.stays()
  }

  /** A conversation without a session needs no new process where the one that is there can begin it. */
  async #beginsAnew({ conversationId, config, idle }: Target): Promise<boolean> {
    const held = this.#held
    if (!held || conversationId === null || isAlone(held, config) || config.resume !== undefined || !isFor(held, config)) return false
    if (idle === true) return held.process.canClear()
    if (!(await this.#cleared(held.process)) || this.#held !== held) return false
    held.conversationId = conversationId
    held.fork = null
    return true
  }

  async #cleared(process: ClaudeProcess): Promise<boolean> {
    this.#clearing = process
    try {
      return await process.clear()
    } finally {
      this.#clearing = null
    }
  }

  /** Has the process work with what can be told to it only once it is there, or was chosen since. Throws BAD_REQUEST where it does not take it. */
  async inLine(config: LaunchConfig): Promise<void> {
    const held = this.#held
    if (held === null || !isFor(held, config)) return
    try {
      if (await held.live.bring(held.process.controls, config)) this.#events.onChange()
    } catch (thrown) {
      const { message } = toAppError(thrown)
      throw new AppError('BAD_REQUEST', message, { data: { of: 'conversation' }, cause: thrown })
    }
  }

  async #start(target: Target, memory: MemoryClaim): Promise<Origin> {
    const abort = new AbortController()
    this.#starting = abort
    this.#events.onChange()
    const early: ClaudeExit[] = []
    const said: ClaudeEvent[] = []
    let held: Held | null = null
    const current = () => held !== null && this.#held === held
    const listener: ClaudeListener = {
      onEvent: (event) => {
        if (current()) this.#events.onEvent(event)
        // What it says while it starts is for the conversation that it is started for.
        else if (held === null && event.type === 'said') said.push(event)
      },
      onPermission: async (question) => {
        if (current()) return this.#events.onPermission(question)
        return { behavior: 'deny', message: 'This process no longer serves anybody.', interrupt: true }
      },
      denies: (call) => this.#events.denies(call),
      onExit: (exit) => {
        if (held === null) early.push(exit)
        else if (current()) this.#lost(exit)
      },
    }
    const config = this.#startConfig(target.config)
    try {
      const { process, origin } = await this.#launch(config, listener, abort.signal, memory)
      if (abort.signal.aborted || early[0]) {
        await process.stop()
        throw stoppedWhileStarting(early[0])
      }
      const cwd = process.elsewhere?.cwd ?? target.config.cwd
      held = {
        cwd,
        process,
        origin,
        conversationId: target.conversationId,
        usage: new UsageTrack(process),
        since: this.#clock.now(),
        boundKey: boundKey({ ...target.config, cwd }),
        live: new LiveState(config),
        fork: forkKey(target),
        own: config.own !== undefined,
        suspended: false,
      }
      this.#held = held
      for (const event of said) this.#events.onEvent(event)
      if (process.elsewhere !== null) await this.#events.onElsewhere(held, target.config.cwd)
      return origin
    } finally {
      this.#starting = null
      this.#events.onChange()
    }
  }

  /** A new session starts as the instance is set, so that one kept ready fits; what its conversation has chosen is told to it then. */
  #startConfig(config: LaunchConfig): LaunchConfig {
    if (config.resume !== undefined || config.permissionMode === 'bypassPermissions') return config
    const { model: _model, permissionMode: _mode, ...rest } = config
    return { ...rest, ...this.#events.own() }
  }

  /** Ends the process, and waits for those that were let go before. */
  async #end(): Promise<void> {
    this.#letGo()
    await this.#gone(() => true)
  }

  /** The process ends by itself while the next one is started already. */
  #letGo(): void {
    const held = this.#held
    if (!held) return
    this.#held = null
    this.#events.onGone(held)
    this.#events.onChange()
    const { process } = held
    const done = process.stop()
    this.#ending.set(process, done)
    void done.then(() => this.#ending.delete(process))
  }

  /** Waits for the end of those that were let go. */
  async #gone(which: (process: ClaudeProcess) => boolean): Promise<void> {
    await Promise.all([...this.#ending].flatMap(([process, done]) => (which(process) ? [done] : [])))
  }

  #lost(exit: ClaudeExit): void {
    const held = this.#held
    this.#held = null
    if (held) this.#events.onGone(held)
    this.#events.onLost(exit)
  }

  #serial<T>(step: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(step, step)
    this.#queue = next.catch(() => {})
    return next
  }
}

function fits(held: Held, target: Target): boolean {
  if (isAlone(held, target.config) || !isFor(held, target.config)) return false
  // It stands behind the entry that is to be gone on from.
  if (target.config.resumeAt !== undefined) return false
  // One that was started for just this fork and has done nothing yet.
  if (target.config.forkAt !== undefined) return held.fork === forkKey(target) && held.process.sessionId === null
  if (target.conversationId === null) return true
  if (held.conversationId === target.conversationId) return target.fresh !== true || held.process.sessionId === null
  return held.conversationId === null && target.config.resume === undefined
}

/** One of the two is for one piece of work alone. */
function isAlone(held: Held, { own }: LaunchConfig): boolean {
  return held.own || own !== undefined
}

/** What differs can be changed while it runs. */
function isFor(held: Held, config: LaunchConfig): boolean {
  return held.boundKey === boundKey(config) && held.live.mayBecome(config)
}

/** What a process that goes on in a fork was started for; null when it is none. */
function forkKey({ conversationId, config: { resume, forkAt } }: Target): string | null {
  return forkAt === undefined ? null : `${conversationId} ${resume} ${forkAt}`
}

function stoppedWhileStarting(exit: ClaudeExit | undefined): AppError {
  if (!exit) return new AppError('STATE_CONFLICT', 'The start was stopped. Press Start to try again.')
  const said = exit.stderrTail.trim()
  const message =
    exit.error?.message ??
    `Claude ended while it was starting${said === '' ? '' : `. Its last words: ${said.slice(-300)}`}. Press Start to try again.`
  return new AppError('CLAUDE_EXITED', message, { data: { exitCode: exit.exitCode, signal: exit.signal } })
}
