import type { ConversationEvent, Provisional } from '../../shared/domain/event.ts'
import type { Message } from '../../shared/domain/message.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { coveredByMessages, dropCovered } from './thread-messages.ts'
import { withTool, type Tools } from './thread-tools.ts'
import { maxAnsweredApprovals, maxNotices, provisionalKey, type ThreadApproval, type ThreadState } from './thread-state.ts'

type EventOf<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>

/**
 * What the conversation looks like after an event. Pure. An event that was seen before (a lower or
 * equal `seq`) changes nothing, except `sync`, which begins a new count.
 */
export function reduceThread(state: ThreadState, event: ConversationEvent): ThreadState {
  if (event.type === 'sync') return onSync(state, event)
  if (event.seq <= state.seq) return state
  return { ...state, ...changes(state, event), seq: event.seq }
}

/** Many events at once, as they come between two frames: neighbouring deltas are joined first, so text costs one step. */
export function reduceThreadAll(state: ThreadState, events: readonly ConversationEvent[]): ThreadState {
  return joinDeltas(events, state.seq).reduce(reduceThread, state)
}

function changes(state: ThreadState, event: Exclude<ConversationEvent, { type: 'sync' }>): Partial<ThreadState> {
  switch (event.type) {
    case 'delta':
      return onDelta(state, event)
    case 'discard':
      return { provisional: filterMap(state.provisional, (piece) => piece.providerId !== event.providerId) }
    case 'message':
      return onMessage(state, event.message)
    case 'superseded':
      return onSuperseded(state, event)
    case 'reinstated':
      return onReinstated(state, event)
    case 'tool':
      return { tools: withTool(state.tools, event.tool) }
    case 'approval':
      return { approvals: withApproval(state.approvals, approvalOf(event)) }
    case 'turn':
      return onTurn(state, event.turn)
    case 'tasks':
      return { tasks: event.tasks }
    case 'conversation':
      return { conversation: event.conversation }
    case 'notice':
      return { notices: [...state.notices, event.notice].slice(-maxNotices) }
  }
}

function onSync(state: ThreadState, event: EventOf<'sync'>): ThreadState {
  const newest = state.messages.at(-1)?.seq ?? -1
  const provisional = new Map(event.provisional.map((piece) => [provisionalKey(piece.providerId, piece.index), piece]))
  const tools = event.tools.reduce<Tools>(withTool, state.tools)
  const answered = filterMap(state.approvals, (entry) => entry.outcome !== 'waiting')
  const approvals = new Map(answered)
  for (const approval of event.approvals) approvals.set(approval.id, { approval, outcome: 'waiting' })
  const turns = new Map(state.turns)
  if (event.conversation.lastTurn) turns.set(event.conversation.lastTurn.id, event.conversation.lastTurn)
  if (event.turn) turns.set(event.turn.id, event.turn)
  return {
    ...state,
    conversation: event.conversation,
    provisional: dropCovered(provisional, state.messages.slice(-recent)),
    tools,
    approvals,
    turns,
    runningTurnId: event.turn?.id ?? null,
    tasks: event.tasks,
    seq: event.seq,
    missing: state.newer ? null : event.messageSeq === newest ? state.missing : { since: newest, upTo: event.messageSeq },
  }
}

/** Messages that may still share a provider's message with a delta: only the newest can. */
const recent = 40

function onDelta(state: ThreadState, event: EventOf<'delta'>): Partial<ThreadState> {
  const key = provisionalKey(event.providerId, event.index)
  const before = state.provisional.get(key)
  if (!before && coveredByMessages(event.providerId, event.index, state.messages.slice(-recent))) return {}
  return { provisional: withEntry(state.provisional, key, before ? { ...before, text: before.text + event.text } : newPiece(event)) }
}

function newPiece(event: EventOf<'delta'>): Provisional {
  const { turnId, providerId, kind, index, text } = event
  return { turnId, providerId, kind, index, text, ...(event.parentToolUseId ? { parentToolUseId: event.parentToolUseId } : {}) }
}

function onMessage(state: ThreadState, message: Message): Partial<ThreadState> {
  const provisional = dropCovered(state.provisional, [message])
  if (message.superseded) return { provisional }
  const newest = state.messages.at(-1)
  if (state.newer && newest && message.seq > newest.seq) return { provisional }
  if (!newest || newest.seq < message.seq) return { provisional, messages: [...state.messages, message] }
  const at = state.messages.findIndex((known) => known.id === message.id)
  if (at >= 0) return { provisional, messages: state.messages.with(at, message) }
  if (message.seq < (state.messages[0]?.seq ?? 0)) return { provisional }
  return { provisional, messages: [...state.messages, message].toSorted((a, b) => a.seq - b.seq) }
}

function onSuperseded(state: ThreadState, { fromSeq, toSeq }: EventOf<'superseded'>): Partial<ThreadState> {
  return { messages: state.messages.filter((message) => message.seq < fromSeq || message.seq > toSeq) }
}

/** What comes back is fetched, and with it all that follows. */
function onReinstated(state: ThreadState, { fromSeq, toSeq }: EventOf<'reinstated'>): Partial<ThreadState> {
  if (state.newer) return {}
  const messages = state.messages.filter((message) => message.seq < fromSeq)
  return { messages, missing: { since: messages.at(-1)?.seq ?? -1, upTo: toSeq } }
}

function onTurn(state: ThreadState, turn: Turn): Partial<ThreadState> {
  const turns = withEntry(state.turns, turn.id, turn)
  if (turn.outcome === null) return { turns, runningTurnId: turn.id }
  return {
    turns,
    runningTurnId: state.runningTurnId === turn.id ? null : state.runningTurnId,
    provisional: filterMap(state.provisional, (piece) => piece.turnId !== turn.id),
  }
}

function approvalOf({ approval, outcome, decision }: EventOf<'approval'>): ThreadApproval {
  return { approval, outcome, ...(decision ? { decision } : {}) }
}

/** A new entry goes last; a known one keeps its place and its decision. Answered ones are bounded, waiting ones never dropped. */
export function withApproval(approvals: ReadonlyMap<string, ThreadApproval>, entry: ThreadApproval): ReadonlyMap<string, ThreadApproval> {
  const next = new Map(approvals)
  const known = next.get(entry.approval.id)
  next.set(entry.approval.id, known?.decision && !entry.decision ? { ...entry, decision: known.decision } : entry)
  const answered = [...next.values()].filter((one) => one.outcome !== 'waiting')
  for (const one of answered.slice(0, Math.max(0, answered.length - maxAnsweredApprovals))) next.delete(one.approval.id)
  return next
}

function joinDeltas(events: readonly ConversationEvent[], seen: number): ConversationEvent[] {
  const joined: ConversationEvent[] = []
  let position = seen
  for (const event of events) {
    const last = joined.at(-1)
    if (event.type === 'delta' && last?.type === 'delta' && event.seq > position && sameBlock(last, event)) {
      joined[joined.length - 1] = { ...last, text: last.text + event.text, seq: event.seq }
    } else if (event.type === 'sync' || event.seq > position) joined.push(event)
    else continue
    position = event.seq
  }
  return joined
}

function sameBlock(a: EventOf<'delta'>, b: EventOf<'delta'>): boolean {
  return a.providerId === b.providerId && a.index === b.index && a.turnId === b.turnId && a.kind === b.kind
}

function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value)
}

function filterMap<K, V>(map: ReadonlyMap<K, V>, keep: (value: V) => boolean): ReadonlyMap<K, V> {
  const kept = [...map].filter(([, value]) => keep(value))
  return kept.length === map.size ? map : new Map(kept)
}
