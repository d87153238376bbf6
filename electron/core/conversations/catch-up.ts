import type { Message } from '../../../shared/domain/message.ts'
import type { Turn, Usage } from '../../../shared/domain/turn.ts'
import type { EntryDraft } from './conversation-file.ts'
import type { ConversationFold } from './conversation-fold.ts'
import type { Entry } from './entry.ts'

type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>
/** What is to be appended, and when it was said. */
export type News = { draft: EntryDraft; at: string }
type Present = Pick<ConversationFold, 'turns' | 'openTurns' | 'messages' | 'conversation'> & {
  hasMessage: (message: Pick<Message, 'id' | 'claudeUuid'>) => boolean
}

/**
 * What a newer reading of the same source says that a conversation does not have yet, in its order. What the conversation has is left
 * as it is. Where turns ran here too, only what somebody asked elsewhere is new, with what was answered to it: of its own turns the
 * conversation knows more than any transcript.
 */
export function newsOf(known: Present, fresh: readonly Entry[]): { news: News[]; messages: number } {
  const messages = fresh.filter((entry) => entry.type === 'message')
  const freshTurns = new Set(fresh.flatMap((entry) => (entry.type === 'turn' ? [entry.turn.id] : [])))
  const ranHere = [...known.turns.keys(), ...known.openTurns.keys()].some((id) => !freshTurns.has(id))
  const taken = ranHere ? asked(known, messages, freshTurns) : messages.filter(({ message }) => !known.hasMessage(message))
  const ids = new Set(taken.map(({ message }) => message.id))
  const turns = new Set(taken.flatMap(({ message }) => message.turnId ?? []))
  const news = fresh.flatMap((entry): News[] => {
    const { at } = entry
    if (entry.type === 'message') return ids.has(entry.message.id) ? [{ draft: ofMessage(entry, known, turns), at }] : []
    if (entry.type === 'tool') return turns.has(entry.tool.turnId) ? [{ draft: { type: 'tool', tool: entry.tool }, at }] : []
    if (entry.type !== 'turn') return []
    const before = known.turns.get(entry.turn.id)
    const isNews = before ? !isSame(before.usage, entry.turn.usage) || turns.has(entry.turn.id) : turns.has(entry.turn.id)
    return isNews ? [{ draft: { type: 'turn', turn: ofConversation(entry.turn, known) }, at }] : []
  })
  return { news: [...news, ...titleNews(known, fresh, taken.length)], messages: taken.length }
}

/** The messages that were replaced where they come from, and are not here: as ranges of their places here. */
export function replacedNews(known: Pick<ConversationFold, 'messages'>, fresh: readonly Entry[]): EntryDraft[] {
  const replaced = new Set<string>()
  const ranges = fresh.filter((entry) => entry.type === 'supersede')
  if (ranges.length === 0) return []
  for (const entry of fresh) {
    if (entry.type !== 'message' || !ranges.some(({ fromSeq, toSeq }) => entry.seq >= fromSeq && entry.seq <= toSeq)) continue
    replaced.add(entry.message.id)
    if (entry.message.claudeUuid !== undefined && entry.message.parentToolUseId === undefined) replaced.add(entry.message.claudeUuid)
  }
  const drafts: Extract<EntryDraft, { type: 'supersede' }>[] = []
  let open: Extract<EntryDraft, { type: 'supersede' }> | null = null
  for (const { id, uuid, seq, superseded } of known.messages) {
    const isNews = !superseded && (replaced.has(id) || (uuid !== null && replaced.has(uuid)))
    if (!isNews) open = null
    else if (open) open.toSeq = seq
    else drafts.push((open = { type: 'supersede', fromSeq: seq, toSeq: seq }))
  }
  return drafts
}

/** What was asked elsewhere, and what followed until something that is known. */
function asked(known: Present, messages: readonly EntryOf<'message'>[], freshTurns: ReadonlySet<string>): EntryOf<'message'>[] {
  const first = messages.find(({ message }) => message.parentToolUseId === undefined && message.role !== 'system')
  // The session of a fork has copies of all that was said, under other ids.
  if (!first || !known.hasMessage(first.message)) return []
  const calls = new Set<string>()
  let isTaking = false
  return messages.filter(({ message }) => {
    const { parentToolUseId, turnId } = message
    if (parentToolUseId !== undefined && !calls.has(parentToolUseId)) return false
    if (known.hasMessage(message)) {
      // One that was taken before may have gone on.
      if (parentToolUseId === undefined) isTaking = turnId !== null && freshTurns.has(turnId) && known.turns.has(turnId)
      return false
    }
    if (parentToolUseId === undefined && message.role === 'user') isTaking = true
    const isNews = isTaking || parentToolUseId !== undefined
    if (isNews) for (const block of message.blocks) if (block.type === 'tool_use') calls.add(block.toolUseId)
    return isNews
  })
}

function ofMessage({ message }: EntryOf<'message'>, known: Present, turns: ReadonlySet<string>): EntryDraft {
  const { turnId } = message
  const isKnown = turnId !== null && (turns.has(turnId) || known.turns.has(turnId))
  return { type: 'message', message: { ...message, turnId: isKnown ? turnId : null } }
}

function ofConversation(turn: Turn, { conversation }: Present): Turn {
  return { ...turn, conversationId: conversation.id }
}

/** A title that was given elsewhere since; one that was given here stays. */
function titleNews({ conversation }: Present, fresh: readonly Entry[], messages: number): News[] {
  const head = fresh.find((entry) => entry.type === 'conversation')
  if (!head || messages === 0 || !conversation.titleIsAutomatic || head.title === conversation.title) return []
  return [{ draft: { type: 'title', title: head.title, automatic: head.titleIsAutomatic }, at: conversation.updatedAt }]
}

function isSame(a: Usage, b: Usage): boolean {
  return a.input === b.input && a.output === b.output && a.cacheRead === b.cacheRead && a.cacheWrite === b.cacheWrite
}
