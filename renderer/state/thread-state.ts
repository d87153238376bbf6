import type { Approval, Decision } from '../../shared/domain/approval.ts'
import type { Conversation } from '../../shared/domain/conversation.ts'
import type { Notice, Provisional } from '../../shared/domain/event.ts'
import type { Message } from '../../shared/domain/message.ts'
import type { StoredTool } from '../../shared/domain/stored-tool.ts'
import type { Task } from '../../shared/domain/task.ts'
import type { Turn } from '../../shared/domain/turn.ts'

export type ApprovalOutcome = 'waiting' | 'allowed' | 'denied' | 'withdrawn'

/** A permission question as the thread shows it: waiting, or with how it was answered. */
export type ThreadApproval = { approval: Approval; outcome: ApprovalOutcome; decision?: Decision }

/** After a gap the newest page has to be fetched: one that reaches `upTo`; known messages up to `since` that it lacks are gone. */
export type Missing = { readonly since: number; readonly upTo: number }

/**
 * One conversation as far as it is known here. Values are never changed in place, so a part that is
 * the same object is the same content; screens rely on it.
 */
export type ThreadState = {
  conversation: Conversation | null
  /** Ascending `seq`, without superseded ones, without gaps from the first to the last. */
  messages: readonly Message[]
  /** The `before` of the next older page; null: the beginning is here; undefined: nothing was fetched yet. */
  older: string | null | undefined
  /** True where messages follow that are not here: the reader is at an older place. What is new is then not added. */
  newer: boolean
  /** Streamed text that no stored message holds yet, by `provisionalKey`, oldest first. */
  provisional: ReadonlyMap<string, Provisional>
  /** By the call's id: as they were told, and as they are stored with the messages that are here. */
  tools: ReadonlyMap<string, StoredTool>
  /** By approval id, oldest first. */
  approvals: ReadonlyMap<string, ThreadApproval>
  turns: ReadonlyMap<string, Turn>
  /** The running turn's id, or null. */
  runningTurnId: string | null
  tasks: readonly Task[]
  /** Newest last, at most `maxNotices`. */
  notices: readonly Notice[]
  /** The last event's `seq`; -1 before the first. */
  seq: number
  missing: Missing | null
}

export const maxNotices = 20
export const maxAnsweredApprovals = 100

export const emptyThread: ThreadState = {
  conversation: null,
  messages: [],
  older: undefined,
  newer: false,
  provisional: new Map(),
  tools: new Map(),
  approvals: new Map(),
  turns: new Map(),
  runningTurnId: null,
  tasks: [],
  notices: [],
  seq: -1,
  missing: null,
}

/** Where a streamed piece belongs: one block of one message of Claude's. */
export function provisionalKey(providerId: string, index: number): string {
  return `${providerId}:${index}`
}
