import { toAppError } from '../../../shared/app-error.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { ClaudeEvent, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import type { ProcessHolder } from './process-holder.ts'
import type { TurnDriver } from './turn-driver.ts'
import type { TurnRecorder } from './turn-recorder.ts'

export type ProcessEventsDeps = {
  recorder: TurnRecorder
  holder: () => ProcessHolder
  driver: () => TurnDriver
  onChange: () => void
  onNotice: (level: Notice['level'], code: string, message: string) => void
}

/** Takes what an instance's process says: keeps its session, counts its unreadable lines, and gives the rest to the turn. */
export class ProcessEvents {
  readonly #deps: ProcessEventsDeps
  #skippedBefore = 0
  #skipped = 0

  constructor(deps: ProcessEventsDeps) {
    this.#deps = deps
  }

  /** Lines that could not be read, of all processes so far. */
  get skippedLines(): number {
    return this.#skippedBefore + this.#skipped
  }

  take(event: ClaudeEvent): void {
    if (event.type === 'session') this.#session(event.sessionId)
    if (event.type === 'skipped') this.#skip(event.total, event.sample)
    if (event.type === 'notice') this.#deps.onNotice(event.level, event.code, event.message)
    this.#deps.driver().handle(event)
  }

  ask(question: PermissionQuestion): Promise<PermissionAnswer> {
    const { run } = this.#deps.driver()
    if (run) return run.ask(question)
    return Promise.resolve({ behavior: 'deny', message: 'No turn is running.', interrupt: true })
  }

  #session(sessionId: string): void {
    const { recorder, holder, onNotice } = this.#deps
    const held = holder().held
    const conversationId = held?.conversationId ?? null
    if (!held || conversationId === null || recorder.get(conversationId).sessionId === sessionId) return
    recorder
      .setSession(conversationId, { sessionId, cwd: held.cwd })
      .catch((thrown: unknown) => onNotice('error', 'INTERNAL', toAppError(thrown).message))
  }

  /** Each process counts its own from one. */
  #skip(total: number, sample: string): void {
    const { onNotice, onChange } = this.#deps
    if (total <= this.#skipped) this.#skippedBefore += this.#skipped
    const first = this.skippedLines === 0
    this.#skipped = total
    const began = sample.slice(0, 120)
    if (first)
      onNotice('warning', 'LINES_SKIPPED', `Claude sent a line that cannot be read; it was skipped and is counted. It began: ${began}`)
    onChange()
  }
}
