import type { ClaudeEvent, ClaudeExit, ClaudeListener } from '../claude/claude-event.ts'

const mostSaid = 50

/** Stands in as the listener of a process until somebody adopts it. */
export class Relay implements ClaudeListener {
  readonly #onLost: (exit: ClaudeExit) => void
  #target: ClaudeListener | null = null
  #early: ClaudeExit | null = null
  #said: ClaudeEvent[] = []

  /** `onLost`: it ended before anybody wanted it. */
  constructor(onLost: (exit: ClaudeExit) => void) {
    this.#onLost = onLost
  }

  get ended(): boolean {
    return this.#early !== null
  }

  /** From now on everything goes to `target`, its end and what it said included when that was before. */
  adopt(target: ClaudeListener): void {
    this.#target = target
    for (const event of this.#said.splice(0)) target.onEvent(event)
    if (this.#early) target.onExit(this.#early)
  }

  readonly onEvent: ClaudeListener['onEvent'] = (event) => {
    if (this.#target) this.#target.onEvent(event)
    else if (event.type === 'said') this.#said = [...this.#said, event].slice(-mostSaid)
  }

  readonly onPermission: ClaudeListener['onPermission'] = async (question) =>
    (await this.#target?.onPermission(question)) ?? { behavior: 'deny', message: 'Nobody uses this process yet.', interrupt: true }

  readonly denies: NonNullable<ClaudeListener['denies']> = async (call) => (await this.#target?.denies?.(call)) ?? false

  readonly onExit: ClaudeListener['onExit'] = (exit) => {
    if (this.#target) return this.#target.onExit(exit)
    this.#early = exit
    return this.#onLost(exit)
  }
}
