import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'

/** A request of Claude's, and how it was answered; null: not yet. */
export type OpenApproval = { approval: Approval; decision: Decision | null }

/** A request that outlived its process; `sentIn`: the turn that takes its answer to Claude. */
type Kept = OpenApproval & { sentIn: string | null }

/** Requests of a turn that runs: those that wait, and those whose answer has not come to anything yet. */
export type AskedInTurn = { asked: Map<string, Approval>; answered: Map<string, OpenApproval> }

/**
 * What a conversation's entries say of requests that outlived the process that asked: each stays until its answer has reached Claude, or
 * it is withdrawn. That it has is known once Claude says something in the turn that brought it, or that turn has ended well.
 */
export class OpenApprovals {
  readonly #kept = new Map<string, Kept>()
  /** What sub-agents in the background ask: their process waits for it, or has ended and nobody has said so yet. */
  readonly #beside = new Map<string, Approval>()

  get size(): number {
    return this.#kept.size + this.#beside.size
  }

  /** What sub-agents in the background ask, oldest first. */
  beside(): Approval[] {
    return [...this.#beside.values()]
  }

  /** Those that nobody has answered, and those whose answer is still to be sent, oldest first. */
  all(): OpenApproval[] {
    return [...this.#kept.values()].filter(({ sentIn }) => sentIn === null).map(({ approval, decision }) => ({ approval, decision }))
  }

  /** An entry about a request that was kept, or that a sub-agent in the background makes. */
  take(approval: Approval, outcome: ApprovalOutcome, decision: Decision | undefined): void {
    this.#beside.delete(approval.id)
    if (approval.kept !== true) {
      if (outcome === 'waiting') this.#beside.set(approval.id, approval)
      return
    }
    if (outcome === 'withdrawn') this.#kept.delete(approval.id)
    else this.#kept.set(approval.id, { approval, decision: outcome === 'waiting' ? null : (decision ?? null), sentIn: null })
  }

  message({ role, turnId, blocks, parentToolUseId }: Pick<Message, 'role' | 'turnId' | 'blocks' | 'parentToolUseId'>): void {
    if (this.#kept.size === 0 || turnId === null || parentToolUseId !== undefined) return
    if (role === 'assistant') this.#drop(({ sentIn }) => sentIn === turnId)
    if (role !== 'tool') return
    const results = new Set(blocks.flatMap((block) => (block.type === 'tool_result' ? [block.toolUseId] : [])))
    for (const kept of this.#kept.values()) if (kept.decision !== null && results.has(kept.approval.toolUseId)) kept.sentIn = turnId
  }

  /** An answer that a lost turn had taken along is sent again; one whose turn never got to Claude is to be given again. */
  turnEnded({ id, outcome, timing }: Pick<Turn, 'id' | 'outcome' | 'timing'>): void {
    const neverBegan = timing.startedMs === null
    if (outcome !== 'lost' && !neverBegan) return this.#drop(({ sentIn }) => sentIn === id)
    for (const kept of this.#kept.values()) {
      if (kept.sentIn !== id) continue
      kept.sentIn = null
      if (outcome !== 'lost' && kept.decision?.interrupt !== true) kept.decision = null
    }
    return undefined
  }

  #drop(which: (kept: Kept) => boolean): void {
    for (const [id, kept] of this.#kept) if (which(kept)) this.#kept.delete(id)
  }
}

/** Takes an entry about a request of a turn that runs. */
export function takeAsked(turn: AskedInTurn, approval: Approval, outcome: ApprovalOutcome, decision: Decision | undefined): void {
  turn.asked.delete(approval.id)
  turn.answered.delete(approval.toolUseId)
  if (outcome === 'waiting') turn.asked.set(approval.id, approval)
  else if (outcome !== 'withdrawn' && decision) turn.answered.set(approval.toolUseId, { approval, decision })
}

/** A result of a call is there: its answer has reached Claude. */
export function takeResults(turn: AskedInTurn, { role, blocks }: Pick<Message, 'role' | 'blocks'>): void {
  if (role !== 'tool') return
  for (const block of blocks) if (block.type === 'tool_result') turn.answered.delete(block.toolUseId)
}
