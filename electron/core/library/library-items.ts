import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { LibraryItem } from '../../../shared/domain/library.ts'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import type { Trashed } from '../conversations/conversation-record.ts'

export function conversationItem(conversation: Conversation, bytes: number): LibraryItem {
  const { id, state, title, instanceId, cwd, tags, messageCount, createdAt, updatedAt, costUsd, forkedFrom, origin, source, target } =
    conversation
  return {
    id,
    state,
    title,
    instanceId,
    folder: cwd,
    tags,
    ...(source === null ? {} : { source }),
    ...(target === null ? {} : { target }),
    messageCount,
    createdAt,
    updatedAt,
    bytes,
    costUsd,
    forkedFrom: forkedFrom?.conversationId ?? null,
    ...(origin ? { origin } : {}),
    deletedAt: null,
    deletedByClaudeAt: null,
  }
}

export function trashedItem({ conversation, bytes, deletedAt }: Trashed): LibraryItem {
  return { ...conversationItem(conversation, bytes), state: 'trash', deletedAt }
}

export function sessionItem(session: VaultSession): LibraryItem {
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
