import type { Provisional } from '../../shared/domain/event.ts'
import type { Message } from '../../shared/domain/message.ts'
import type { StoredTool } from '../../shared/domain/stored-tool.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import type { Missing, ThreadState } from './thread-state.ts'
import { withStoredTools } from './thread-tools.ts'

type MessagePage = { items: readonly Message[]; nextCursor: string | null; tools?: readonly StoredTool[] | undefined }

/**
 * The newest page takes the place of what it overlaps. Where it does not reach back to what was known, it takes
 * the place of everything: a gap is never shown as if it were none. `asked` is what was missing when the page was
 * asked for: a page from before a newer gap does not close it.
 */
export function withLatestPage(state: ThreadState, page: MessagePage, asked: Missing | null = state.missing): ThreadState {
  const items = page.items.filter((message) => !message.superseded)
  const first = items[0]?.seq
  const known = state.messages
  const overlaps = first !== undefined && known.length > 0 && (known[0]?.seq ?? 0) <= first && first <= (known.at(-1)?.seq ?? -1)
  const newest = Math.max(items.at(-1)?.seq ?? -1, state.missing?.since ?? -1)
  const after = known.filter((message) => message.seq > newest)
  const kept = overlaps ? known.filter((message) => message.seq < first) : []
  const messages = [...kept, ...items, ...after]
  const older = overlaps ? state.older : page.nextCursor
  const isClosed = state.missing === asked || (items.at(-1)?.seq ?? -1) >= (state.missing?.upTo ?? -1)
  const missing = isClosed ? null : state.missing
  return {
    ...state,
    messages,
    older,
    newer: false,
    missing,
    tools: withStoredTools(state.tools, page.tools),
    provisional: dropCovered(state.provisional, messages.slice(-items.length - after.length)),
  }
}

/** Messages around one take the place of all that was there. */
export function withPageAround(state: ThreadState, page: MessagePage & { newerCursor?: string | null | undefined }): ThreadState {
  const items = page.items.filter((message) => !message.superseded)
  return {
    ...state,
    messages: items,
    older: page.nextCursor,
    newer: typeof page.newerCursor === 'string',
    missing: null,
    tools: withStoredTools(state.tools, page.tools),
  }
}

/** Puts a newer page behind what is there. */
export function withNewerPage(state: ThreadState, page: MessagePage): ThreadState {
  const last = state.messages.at(-1)?.seq ?? -1
  const items = page.items.filter((message) => message.seq > last && !message.superseded)
  return {
    ...state,
    messages: [...state.messages, ...items],
    newer: page.nextCursor !== null,
    tools: withStoredTools(state.tools, page.tools),
  }
}

/** Puts an older page before what is there; what is known already is not repeated. */
export function withOlderPage(state: ThreadState, page: MessagePage): ThreadState {
  const first = state.messages[0]?.seq ?? Number.POSITIVE_INFINITY
  const items = page.items.filter((message) => message.seq < first && !message.superseded)
  return { ...state, messages: [...items, ...state.messages], older: page.nextCursor, tools: withStoredTools(state.tools, page.tools) }
}

/** Adds what is known of turns; a turn that changed through an event meanwhile stays as it is. */
export function withTurns(state: ThreadState, turns: readonly Turn[]): ThreadState {
  const known = new Map(turns.map((turn) => [turn.id, turn]))
  for (const [id, turn] of state.turns) known.set(id, turn)
  return { ...state, turns: known }
}

/** Whether a stored message already holds this block of the provider's message. */
export function coveredByMessages(providerId: string, index: number, messages: readonly Message[]): boolean {
  return messages.some((message) => covers(message, providerId, index))
}

/** Provisional text without what these messages hold. */
export function dropCovered(provisional: ReadonlyMap<string, Provisional>, messages: readonly Message[]): ReadonlyMap<string, Provisional> {
  if (provisional.size === 0) return provisional
  const kept = [...provisional].filter(([, piece]) => !coveredByMessages(piece.providerId, piece.index, messages))
  return kept.length === provisional.size ? provisional : new Map(kept)
}

function covers(message: Message, providerId: string, index: number): boolean {
  if (message.providerId !== providerId) return false
  if (message.providerIndex === undefined) return true
  return index >= message.providerIndex && index < message.providerIndex + Math.max(1, message.blocks.length)
}
