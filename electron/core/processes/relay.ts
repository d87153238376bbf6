import type { ClaudeExit, ClaudeListener } from '../claude/claude-event.ts'

/** Stands in as the listener of a process until somebody adopts it. */
export class Relay implements ClaudeListener {
  readonly #onLost: (exit: ClaudeExit) => void
  #target: ClaudeListener | null = null
  #early: ClaudeExit | null = null

  /** `onLost`: it ended before anybody wanted it. */
  constructor(onLost: (exit: ClaudeExit) => void) {
    this.#onLost = onLost
  }

  get ended(): boolean {
    return this.#early !== null
  }

  /** From now on everything goes to `target`, its end included when that was before. */
  adopt(target: ClaudeListener): void {
    this.#target = target
    if (this.#early) target.onExit(this.#early)
  }

  readonly onEvent: ClaudeListener['onEvent'] = (event) => this.#target?.onEvent(event)

  readonly onPermission: ClaudeListener['onPermission'] = async (question) =>
    (await this.#target?.onPermission(question)) ?? { behavior: 'deny', message: 'Nobody uses this process yet.', interrupt: true }

  readonly onExit: ClaudeListener['onExit'] = (exit) => {
    if (this.#target) return this.#target.onExit(exit)
    this.#early = exit
    return this.#onLost(exit)
  }
}
