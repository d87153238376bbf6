import type { Approval } from '../../../shared/domain/approval.ts'
import type { Provisional } from '../../../shared/domain/event.ts'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import type { ConversationRegistry } from './conversation-registry.ts'
import type { WaitingTask } from './entry.ts'
import type { OpenApproval } from './open-approvals.ts'
import type { LiveText } from './live-text.ts'

/** A turn that the end of the app cut off, with what is left of it. */
export type UnfinishedTurn = {
  conversationId: string
  turnId: string
  startedAt: string
  tools: ToolCall[]
  /** What nobody had answered. */
  asked: Approval[]
  /** What was answered, and may not have reached Claude. */
  answered: OpenApproval[]
  streamed: Provisional[]
  stored: Message[]
}

/** Messages of one turn that are looked at. */
const mostStored = 500

/** Turns without an end, of all files that are in memory or of one. Journals that belong to none of them go. */
export async function unfinishedTurns(registry: ConversationRegistry, live: LiveText, only?: string): Promise<UnfinishedTurn[]> {
  const found: UnfinishedTurn[] = []
  if (only !== undefined) await registry.file(only)
  for (const [conversationId, file] of registry.loaded(only)) {
    for (const [turnId, { startedAt, tools, asked, answered }] of file.fold.openTurns) {
      const streamed = await live.read(turnId)
      const { items } = await file.page({ limit: mostStored, superseded: true })
      const stored = items.filter((message) => message.turnId === turnId)
      const open = { tools: [...tools.values()], asked: [...asked.values()], answered: [...answered.values()] }
      found.push({ conversationId, turnId, startedAt, ...open, streamed, stored })
    }
  }
  if (only !== undefined) return found
  const open = new Set(found.map(({ turnId }) => turnId))
  for (const turnId of await live.turns()) if (!open.has(turnId)) await live.settle(turnId)
  return found
}

/** Prompts that wait in files that are in memory, the oldest first. */
export function waitingTasks(registry: ConversationRegistry): (WaitingTask & { conversationId: string })[] {
  const all = [...registry.loaded()].flatMap(([conversationId, { fold }]) =>
    [...fold.tasks.values()].map((task) => ({ ...task, conversationId })),
  )
  return all.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
}

/** What sub-agents in the background asked and nobody has answered, in files that are in memory. */
export function askedBeside(registry: ConversationRegistry, only?: string): Approval[] {
  return [...registry.loaded(only)].flatMap(([, { fold }]) => fold.approvals.beside())
}

/** Requests that outlived their process, in files that are in memory, each conversation's oldest first. */
export function openApprovals(registry: ConversationRegistry, only?: string): OpenApproval[] {
  return [...registry.loaded(only)].flatMap(([, { fold }]) => fold.approvals.all())
}
