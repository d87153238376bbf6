import type { Provisional } from '../../../shared/domain/event.ts'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import { begunTurn, type Turn } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { UnfinishedTurn } from '../conversations/unfinished-turns.ts'
import { tellEnded } from '../instances/background.ts'
import { keptRecords, nextStep } from '../instances/keep-open.ts'
import { lapse } from '../instances/lapse.ts'
import { turnCutOff } from '../instances/lost-words.ts'
import { partialDrafts } from '../instances/partial-drafts.ts'
import { promptDraft } from '../instances/prompt-draft.ts'
import type { WaitingTask } from '../instances/turn-recorder.ts'
import type { SessionLookup } from './continuation.ts'

/**
 * Ends the turns that the end of the last run cut off: what had streamed in is kept as a partial message, tools whose
 * end was not seen are marked unknown, what nobody had answered is kept to be answered, and each turn is `lost` and says so. No prompt
 * is sent again by itself. To be called before any instance works, or for `only` one that nobody works in. Returns the ended turns.
 */
export async function recoverTurns(conversations: ConversationStore, only?: string): Promise<Turn[]> {
  const ended: Turn[] = []
  for (const unfinished of await conversations.unfinished(only)) ended.push(await recover(conversations, unfinished))
  return ended
}

/**
 * Says in each conversation what ran in its background when the last run ended without a word, and what it had asked. To be called before any instance works,
 * or for `only` one that nobody works in.
 */
export async function recoverBackground(conversations: ConversationStore, only?: string): Promise<void> {
  for (const id of only === undefined ? conversations.withBackground() : [only]) {
    const { background } = conversations.get(id)
    if (background !== undefined) await tellEnded({ recorder: conversations }, id, background)
  }
  for (const approval of conversations.askedBeside(only)) {
    const { conversationId, toolUseId, turnId, tool: name, createdAt: startedAt } = approval
    await conversations.appendTool(conversationId, { toolUseId, turnId, name, state: 'denied', durationMs: null, startedAt })
    await lapse({ recorder: conversations }, approval)
  }
}

/**
 * A waiting prompt may have been handed over to go into a turn that the end of the last run cut off. True when Claude had read it: it is
 * part of that turn then and waits no longer.
 */
export async function joinTaken(
  conversations: ConversationStore,
  sessionHas: SessionLookup,
  conversationId: string,
  waiting: WaitingTask,
): Promise<boolean> {
  const { claudeUuid, taskId, turnId, images, attachments = [], text } = waiting
  if (claudeUuid === undefined) return false
  const isThere = await conversations.hasEntry(conversationId, claudeUuid)
  const { sessionId, cwd, lastTurn } = conversations.get(conversationId)
  const isTaken = isThere || (sessionId !== null && cwd !== null && (await sessionHas(sessionId, cwd, claudeUuid)))
  if (!isTaken) return false
  const place = lastTurn === null ? { turnId } : { turnId: lastTurn.id, joinedAs: turnId }
  const draft = { ...promptDraft({ images, attachments, text, turnId }, claudeUuid), ...place }
  if (!isThere) await conversations.appendMessage(conversationId, draft, { sync: true })
  await conversations.dropTask(conversationId, taskId, 'sent')
  return true
}

async function recover(conversations: ConversationStore, unfinished: UnfinishedTurn): Promise<Turn> {
  const { conversationId, turnId, tools, asked } = unfinished
  let text = lastText(unfinished.stored)
  for (const draft of partialDrafts(withoutStored(unfinished))) {
    const message = await conversations.appendMessage(conversationId, draft, { sync: false })
    if (message.parentToolUseId === undefined && message.text !== '') text = message.text
  }
  const kept = keptRecords(asked, unfinished.answered)
  const open = new Set(kept.flatMap(({ approval }) => (approval.lapsed === undefined ? [approval.toolUseId] : [])))
  const unknown: string[] = []
  for (const tool of tools) {
    if (tool.state === 'running' && !open.has(tool.toolUseId)) unknown.push(tool.name)
    const state: ToolCall['state'] = tool.state === 'running' ? 'unknown' : 'denied'
    if (!open.has(tool.toolUseId)) await conversations.appendTool(conversationId, { ...tool, state, durationMs: null })
  }
  for (const { approval, outcome, decision } of kept) await conversations.appendApproval(conversationId, approval, outcome, decision)
  const turn = lostTurn(unfinished, conversations.get(conversationId).instanceId, text, unknown)
  await conversations.appendTurn(conversationId, turn, { sync: true })
  await conversations.settle(conversationId, turnId)
  return turn
}

/** Streamed parts whose message did not get stored. One of ours can hold several blocks of Claude's message. */
function withoutStored({ streamed, stored }: UnfinishedTurn): Provisional[] {
  return streamed.filter((part) => !stored.some((message) => covers(message, part)))
}

function covers({ providerId, providerIndex, blocks }: Message, part: Provisional): boolean {
  if (providerId !== part.providerId || providerIndex === undefined) return false
  return part.index >= providerIndex && part.index < providerIndex + blocks.length
}

function lastText(stored: readonly Message[]): string {
  return (
    stored.findLast((message) => message.role === 'assistant' && message.parentToolUseId === undefined && message.text !== '')?.text ?? ''
  )
}

function lostTurn(
  { conversationId, turnId, startedAt, asked, stored }: UnfinishedTurn,
  instanceId: string | null,
  text: string,
  unknown: string[],
): Turn {
  const begun = begunTurn({ id: turnId, conversationId, instanceId, startedAt })
  const error = turnCutOff(happened, { tools: unknown, asked }, nextStep({ asked }, 'Press Continue to resume.'))
  const joined = stored.flatMap(({ joinedAs }) => joinedAs ?? [])
  return { ...begun, outcome: 'lost', ...(joined.length > 0 ? { joined } : {}), text, error, endedAt: new Date().toISOString() }
}

const happened = 'Bullpen quit during this turn. What arrived is kept.'
