import { Controls } from '../../electron/core/claude/controls.ts'
import { AppError, type ErrorInfo } from '../../shared/app-error.ts'
import type { ClaudeExit, ClaudeListener } from '../../electron/core/claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from '../../electron/core/claude/claude-process.ts'

/** A turn that a scripted process has at work. */
export type OpenTurn = { text: string; process: ScriptedProcess }

/** How a turn ended: `overloaded` may be over the next time, `refused` meets the same again, `lost` is a process that ended in it. */
type Ending = 'done' | 'interrupted' | 'limit' | 'overloaded' | 'refused' | 'lost'

/** What every scripted process was sent, and whether budgets and `claude` itself let work begin. */
export class ScriptedWorld {
  /** Every prompt, each time that it was sent. */
  readonly sent: string[] = []
  /** When each turn began, on the monotonic clock, also one that found no `claude`. */
  readonly begunAt: number[] = []
  /** How the turns of each prompt ended, in order. */
  readonly endings = new Map<string, Ending[]>()
  readonly processes = new Set<ScriptedProcess>()
  /** When the usage limit is over that was met last; null: none is known. */
  limitedUntil: number | null = null
  /** Words of the budget that is used up; null: none is. */
  budget: string | null = null
  /** What asking for budgets throws; null: it works. */
  budgetFault: Error | null = null
  /** What the next start of a process throws, once. */
  startFault: AppError | null = null
  /** The app was killed: what it does yet reaches nobody. */
  killed = false
  /** The app is being closed: turns that it interrupts now are lost to whoever waits for their end. */
  closing = false
  /** Conversations go on by themselves after a usage limit. */
  goesOn = false
  /** False: there is no `claude` to run. */
  installed = true

  get open(): OpenTurn[] {
    return [...this.processes].flatMap((process) => (process.text === null ? [] : [{ text: process.text, process }]))
  }

  ended(text: string, how: Ending): void {
    const isLost = this.closing && how === 'interrupted'
    this.endings.set(text, [...(this.endings.get(text) ?? []), how, ...(isLost ? (['lost'] as const) : [])])
    if (how === 'done') this.limitedUntil = null
  }

  /** Ends every process without a word to anybody, as when the app is killed. */
  killAll(): void {
    for (const process of this.processes) process.vanish()
    this.processes.clear()
  }
}

const exited: ClaudeExit = { expected: true, exitCode: 0, signal: null, stderrTail: '', error: null }
/** What one takes, in MB. */
export const scriptedMb = 100
let pids = 1_000_000

/** A `claude` at the boundary of the process, which ends a turn when it is told to. */
export class ScriptedProcess implements ClaudeProcess {
  readonly pid = (pids += 1)
  readonly startedAt = new Date()
  readonly elsewhere = null
  readonly controls = new Controls(() => null)
  sessionId: string | null
  text: string | null = null
  readonly #world: ScriptedWorld
  readonly #listener: ClaudeListener

  constructor(world: ScriptedWorld, config: LaunchConfig, listener: ClaudeListener) {
    this.#world = world
    this.#listener = listener
    this.sessionId = config.resume ?? null
    world.processes.add(this)
  }

  send({ text }: { text: string }): void {
    if (!this.#world.processes.has(this)) throw new AppError('CLAUDE_EXITED', 'It has ended.')
    this.#world.sent.push(text)
    this.#world.begunAt.push(performance.now())
    this.text = text
    this.sessionId ??= crypto.randomUUID()
    this.#listener.onEvent({
      type: 'session',
      sessionId: this.sessionId,
      model: 'scripted',
      claudeVersion: '2.1.329',
      tools: [],
      mcpServers: [],
      permissionMode: null,
    })
  }

  /** Ends the turn. `retryAt`: it met a usage limit that is over then. */
  end(how: Exclude<Ending, 'lost'> = 'done', retryAt = ''): void {
    if (this.text === null) return
    const { text } = this
    this.text = null
    this.#world.ended(text, how)
    if (how === 'limit') this.#world.limitedUntil = Date.parse(retryAt)
    this.#listener.onEvent({
      type: 'result',
      ok: how === 'done',
      interrupted: how === 'interrupted',
      error: errorOf(how, retryAt),
      text: `Done: ${text}`,
      usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
      costUsd: null,
      searches: 0,
      byModel: [],
      calls: null,
      model: 'scripted',
      sessionId: this.sessionId ?? '',
    })
  }

  /** Ends by itself, in the middle of whatever it does. */
  crash(): void {
    if (!this.#world.processes.delete(this)) return
    this.vanish()
    this.#listener.onExit({ ...exited, expected: false, exitCode: 1 })
  }

  /** Its turn has no end that anybody saw. */
  vanish(): void {
    if (this.text !== null) this.#world.ended(this.text, 'lost')
    this.text = null
  }

  async prime(): Promise<void> {}
  isCurrent = () => Promise.resolve(true)
  canClear = () => Promise.resolve(false)
  clear = () => Promise.resolve(false)
  hasHeld = (sessionId: string) => sessionId === this.sessionId
  async interrupt(): Promise<void> {
    this.end('interrupted')
  }
  async stopTask(): Promise<void> {}
  async isSuspended(): Promise<boolean> {
    return false
  }
  async freeze(): Promise<void> {}
  async thaw(): Promise<void> {}
  async stop(): Promise<ClaudeExit> {
    if (!this.#world.processes.delete(this)) return exited
    this.vanish()
    this.#listener.onExit(exited)
    return exited
  }
  usage = () => Promise.resolve(this.#world.processes.has(this) ? { memoryMb: scriptedMb, cpuSeconds: null } : null)
}

function errorOf(how: Ending, retryAt: string): ErrorInfo | null {
  if (how === 'limit') return { code: 'RATE_LIMITED', message: 'The limit is reached.', data: { retryAt } }
  if (how === 'overloaded') return { code: 'OVERLOADED', message: 'Too much to do.' }
  return how === 'refused' ? { code: 'MODEL_REFUSED', message: 'It does not do that.' } : null
}
