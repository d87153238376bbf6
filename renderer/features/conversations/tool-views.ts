import type { Message, ToolResultBlock, ToolUseBlock } from '../../../shared/domain/message.ts'
import { storedAnswer, type StoredTool } from '../../../shared/domain/stored-tool.ts'
import type { ThreadApproval, ThreadState } from '../../state/thread-state.ts'
import type { ThreadRow, ToolView } from './thread-row.ts'

type Input = Pick<ThreadState, 'messages' | 'tools' | 'approvals' | 'turns' | 'runningTurnId'>
type StoredResult = { block: ToolResultBlock; at: string }

/** What one walk over the messages finds out for all rows. */
export type ToolIndex = {
  /** Messages by the call that they work for; null: the conversation's own. */
  byParent: ReadonlyMap<string | null, readonly Message[]>
  results: ReadonlyMap<string, StoredResult>
  approvals: ReadonlyMap<string, ThreadApproval>
  /** The outermost call that a call happens in: itself, unless a sub-agent made it. */
  rootOf: (toolUseId: string) => string
  /** How long the thought of a message took; null when nothing tells when it began. */
  thinkingMs: (message: Message) => number | null
  /** Names of the calls of a turn that may have run, nobody knows. */
  unknownTools: (turnId: string) => string[]
}

export function indexTools(state: Input): ToolIndex {
  const byParent = new Map<string | null, Message[]>()
  const results = new Map<string, StoredResult>()
  const parents = new Map<string, string>()
  const before = new Map<string, Message>()
  let previous: Message | null = null
  for (const message of state.messages) {
    const parent = message.parentToolUseId ?? null
    const siblings = byParent.get(parent)
    if (siblings) siblings.push(message)
    else byParent.set(parent, [message])
    for (const block of message.blocks) {
      if (block.type === 'tool_result') results.set(block.toolUseId, { block, at: message.createdAt })
      else if (block.type === 'tool_use' && parent !== null) parents.set(block.toolUseId, parent)
      else if (block.type === 'thinking' && previous) before.set(message.id, previous)
    }
    previous = message
  }
  return {
    byParent,
    results,
    approvals: new Map([...state.approvals.values()].map((entry) => [entry.approval.toolUseId, entry])),
    rootOf: (toolUseId) => rootOf(parents, state, toolUseId),
    thinkingMs: (message) => thinkingMs(state, message, before.get(message.id)),
    unknownTools: (turnId) => unknownTools(state, results, turnId),
  }
}

/** All that is known of a call, from its message, its result and the events about it. */
export function toolView(state: Input, index: ToolIndex, message: Message, block: ToolUseBlock, children: readonly ThreadRow[]): ToolView {
  const result = index.results.get(block.toolUseId)
  const call = state.tools.get(block.toolUseId)
  const approval = answerOf(index.approvals.get(block.toolUseId), call)
  return {
    toolUseId: block.toolUseId,
    turnId: message.turnId,
    name: block.name,
    input: block.input,
    state: stateOf(state, message, result, call?.state, approval),
    durationMs: call ? call.durationMs : result ? elapsed(message.createdAt, result.at) : null,
    startedAt: call?.startedAt ?? message.createdAt,
    output: result?.block.output ?? null,
    images: result?.block.images ?? [],
    data: result?.block.data ?? null,
    children,
    approval,
    rule: call?.rule ?? null,
  }
}

/** As it was told since the thread was opened, or as it is stored; another page's answer is told without what was answered. */
function answerOf(told: ThreadApproval | undefined, call: StoredTool | undefined): ToolView['approval'] {
  const stored = call?.approval ?? null
  if (told === undefined) return stored
  const { approval, outcome, decision } = told
  if (outcome === 'waiting') return { outcome }
  return { ...stored, ...storedAnswer(approval, outcome, decision) }
}

function stateOf(
  state: Input,
  message: Message,
  result: StoredResult | undefined,
  told: ToolView['state'] | undefined,
  approval: ToolView['approval'],
) {
  if (approval?.outcome === 'waiting') return 'waiting'
  const isOver = told === 'done' || told === 'failed' || told === 'denied' || told === 'unknown'
  if (isOver) return told
  if (result) return result.block.isError ? 'failed' : 'done'
  if (message.turnId !== null && message.turnId === state.runningTurnId) return told ?? 'running'
  // A turn that ended well left nothing in the air.
  return message.turnId !== null && state.turns.get(message.turnId)?.outcome === 'done' ? 'done' : 'unknown'
}

function rootOf(parents: ReadonlyMap<string, string>, state: Input, toolUseId: string): string {
  let id = toolUseId
  // Bounded: a damaged file could hold a ring.
  for (let depth = 0; depth < 20; depth += 1) {
    const parent = parents.get(id) ?? state.tools.get(id)?.parentToolUseId
    if (parent === undefined) return id
    id = parent
  }
  return id
}

function thinkingMs(state: Input, message: Message, before: Message | undefined): number | null {
  if (!before) return null
  const turn = message.turnId === null ? undefined : state.turns.get(message.turnId)
  const firstToken = turn?.timing.firstTokenMs
  if (before.role === 'user' && turn && typeof firstToken === 'number') {
    return elapsed(new Date(Date.parse(turn.startedAt) + firstToken).toISOString(), message.createdAt)
  }
  return before.role === 'user' ? null : elapsed(before.createdAt, message.createdAt)
}

function unknownTools(state: Input, results: ReadonlyMap<string, StoredResult>, turnId: string): string[] {
  const names = new Set<string>()
  for (const message of state.messages) {
    if (message.turnId !== turnId) continue
    for (const block of message.blocks) {
      if (block.type !== 'tool_use' || results.has(block.toolUseId)) continue
      const told = state.tools.get(block.toolUseId)?.state
      if (told === undefined || told === 'unknown') names.add(block.name)
    }
  }
  return [...names]
}

function elapsed(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}
