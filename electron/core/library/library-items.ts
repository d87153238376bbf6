import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { LibraryItem } from '../../../shared/domain/library.ts'
import type { Trashed } from '../conversations/conversation-shelf.ts'

/** What the library shows of a session of Claude Code. */
export type SessionHead = {
  sessionId: string
  title: string
  cwd: string | null
  messageCount: number
  createdAt: string
  updatedAt: string
  bytes: number
  costUsd: number | null
  deletedByClaudeAt: string | null
  parentSessionId: string | null
  conversationId: string | null
}

export function conversationItem(conversation: Conversation, bytes: number): LibraryItem {
  const { id, state, title, instanceId, cwd, tags, messageCount, createdAt, updatedAt, costUsd, forkedFrom } = conversation
  return {
    id,
    state,
    title,
    instanceId,
    folder: cwd,
    tags,
    messageCount,
    createdAt,
    updatedAt,
    bytes,
    costUsd,
    forkedFrom: forkedFrom?.conversationId ?? null,
    deletedAt: null,
    deletedByClaudeAt: null,
  }
}

export function trashedItem({ conversation, bytes, deletedAt }: Trashed): LibraryItem {
  return { ...conversationItem(conversation, bytes), state: 'trash', deletedAt }
}

export function sessionItem(session: SessionHead): LibraryItem {
  const { sessionId, title, cwd, messageCount, createdAt, updatedAt, bytes, costUsd, deletedByClaudeAt } = session
  return {
    id: sessionId,
    state: 'claude',
    title,
    instanceId: null,
    folder: cwd,
    tags: [],
    messageCount,
    createdAt,
    updatedAt,
    bytes,
    costUsd,
    forkedFrom: null,
    deletedAt: null,
    deletedByClaudeAt,
  }
}
