import type { ApprovalOutcome } from '../../../shared/domain/approval.ts'
import type { ToolCall, ToolUseBlock } from '../../../shared/domain/message.ts'
import type { AppliedRule } from '../../../shared/domain/rule.ts'

type Entry = { call: ToolCall; since: number; activity: string }

/** The tool calls of one turn and how long they ran, on a monotonic clock. */
export class ToolLedger {
  readonly #open = new Map<string, Entry>()
  #totalMs = 0

  /** Time all finished calls ran, waits for approvals left out. */
  get totalMs(): number {
    return Math.round(this.#totalMs)
  }

  get running(): number {
    let count = 0
    for (const entry of this.#open.values()) count += entry.call.state === 'running' ? 1 : 0
    return count
  }

  /** The newest running call in words, or null. */
  activity(): string | null {
    const running = [...this.#open.values()].filter((entry) => entry.call.state === 'running')
    return running.at(-1)?.activity ?? null
  }

  /** Those that may have run by now. */
  runningNames(): string[] {
    return [...this.#open.values()].filter(({ call }) => call.state === 'running').map(({ call }) => call.name)
  }

  start(block: ToolUseBlock, turnId: string, parentToolUseId: string | null, activity: string): ToolCall {
    const call: ToolCall = {
      toolUseId: block.toolUseId,
      turnId,
      name: block.name,
      state: 'running',
      durationMs: null,
      startedAt: new Date().toISOString(),
      ...(parentToolUseId ? { parentToolUseId } : {}),
    }
    this.#open.set(block.toolUseId, { call, since: performance.now(), activity })
    return call
  }

  /** The user is asked, or has answered; null for a call this turn does not know or whose state stays. */
  approval(toolUseId: string, outcome: ApprovalOutcome, rule?: AppliedRule): ToolCall | null {
    const entry = this.#open.get(toolUseId)
    if (!entry) return null
    const state = { waiting: 'waiting', allowed: 'running', denied: 'denied', withdrawn: 'denied' } as const
    const begins = outcome === 'allowed' ? { startedAt: new Date().toISOString() } : {}
    entry.call = { ...entry.call, ...begins, state: state[outcome], ...(rule ? { rule } : {}) }
    entry.since = performance.now()
    return entry.call
  }

  finish(toolUseId: string, isError: boolean): ToolCall | null {
    const entry = this.#open.get(toolUseId)
    if (!entry) return null
    this.#open.delete(toolUseId)
    const ran = entry.call.state === 'denied' ? 0 : performance.now() - entry.since
    this.#totalMs += ran
    const state = entry.call.state === 'denied' ? 'denied' : isError ? 'failed' : 'done'
    return { ...entry.call, state, durationMs: Math.round(ran) }
  }

  /** A call that was taken back before it ran; null for one that is not open. */
  retract(toolUseId: string): ToolCall | null {
    const entry = this.#open.get(toolUseId)
    this.#open.delete(toolUseId)
    return entry ? { ...entry.call, state: 'denied', durationMs: null } : null
  }

  /** Ends the turn: calls whose end was not seen. Whether they ran nobody can say, unless the turn ended well. */
  abandon(endedWell: boolean): ToolCall[] {
    const calls = [...this.#open.values()].map(({ call }): ToolCall => {
      const never = call.state === 'waiting' || call.state === 'denied'
      return { ...call, state: never ? 'denied' : endedWell ? 'done' : 'unknown', durationMs: null }
    })
    this.#open.clear()
    return calls
  }
}
