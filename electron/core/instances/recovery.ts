import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { ClaudeExit } from '../claude/claude-event.ts'
import { crashedTooOften } from './instance-errors.ts'
import { RestartPolicy } from './restart-policy.ts'

const passing: ReadonlySet<string> = new Set(['CLAUDE_START_TIMEOUT'])

/** What follows a crash: another start after a pause, or, when crashes are too many, a failure that stays until the user acts. */
export class Recovery {
  readonly #policy = new RestartPolicy()
  readonly #start: () => void
  #failure: ErrorInfo | null = null
  #restartAt: string | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(start: () => void) {
    this.#start = start
  }

  /** Why it has failed; it may be over by itself while a start is planned. */
  get failure(): ErrorInfo | null {
    return this.#failure
  }

  /** When it will be started again; null when no start is planned. */
  get restartAt(): string | null {
    return this.#restartAt
  }

  /** Takes note of a crash; true when a start is planned or would be, if `mayRestart`. */
  crashed(exit: ClaudeExit, mayRestart: boolean): boolean {
    const decision = this.#policy.crashed(performance.now())
    if (!decision.restart) this.#failure = crashedTooOften(decision.crashes, exit)
    else if (mayRestart) this.#plan(decision.delayMs)
    return decision.restart
  }

  /** A start failed. What may pass, as a busy machine does, is tried again like after a crash, if `mayRestart`; all else stays until the user acts. */
  failed(error: ErrorInfo, mayRestart: boolean): void {
    this.#failure = error
    const decision = passing.has(error.code) ? this.#policy.crashed(performance.now()) : null
    if (decision?.restart === true && mayRestart) this.#plan(decision.delayMs)
  }

  /** A turn went well: earlier crashes do not count any more. */
  wentWell(): void {
    this.#policy.reset()
  }

  /** The user acts: past failures are forgotten. */
  clear(): void {
    this.#failure = null
    this.#policy.reset()
    this.cancel()
  }

  /** No start by itself any more. */
  cancel(): void {
    clearTimeout(this.#timer)
    this.#restartAt = null
  }

  #plan(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#restartAt = new Date(Date.now() + delayMs).toISOString()
    this.#timer = setTimeout(() => {
      this.#restartAt = null
      this.#failure = null
      this.#start()
    }, delayMs)
  }
}
