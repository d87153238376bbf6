import type { Conversation } from '../../../shared/domain/conversation.ts'
import { textOfBlocks, type Message } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Log } from '../log.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import { newId } from '../storage/id.ts'
import type { EntryDraft } from './conversation-file.ts'

export type ConversationStoreOptions = {
  /** The data folder. */
  folder: string
  /** Called after every change that a list would show. */
  onChange: (conversation: Conversation) => void
  /** Called when a turn has ended and its entry is with the system. */
  onTurn?: (conversation: Conversation, turn: Turn) => void
  /** Called when a conversation has taken messages that were said elsewhere. */
  onNews?: (id: string, messages: readonly Message[]) => void
  /** Called when one has gone into the trash, or from there for good. */
  onRemove?: (id: string) => void
  /** Called when a head was read some time after the start; `changed`: it is not what was told of it before. */
  onRead?: (conversation: Conversation, changed: boolean) => void
  /**
   * Called when a file was opened some time after the start in which the last run of the app left a turn, a waiting prompt or background
   * work; whoever opened it waits.
   */
  onOpenWork?: (id: string) => Promise<void>
  /** From so many conversations on, not all files are looked at before anybody works; 5,000 unless told. */
  manyFiles?: number
  /** Is told when something cannot be written. */
  disk?: DiskWatch
  log: Log
}

export type MessageDraft = Omit<Message, 'id' | 'seq' | 'createdAt' | 'text'>

export type NewConversation = {
  title?: string | undefined
  instanceId?: string | null | undefined
  source?: string | undefined
  target?: string | undefined
  cwd?: string | undefined
  forkedFrom?: Conversation['forkedFrom']
  origin?: Conversation['origin']
}

/** The first line of a new conversation's file. */
export function headerOf(id: string, input: NewConversation): Extract<EntryDraft, { type: 'conversation' }> {
  return {
    type: 'conversation',
    version: 1,
    id,
    title: input.title ?? 'New conversation',
    titleIsAutomatic: input.title === undefined,
    instanceId: input.instanceId ?? null,
    source: input.source ?? null,
    target: input.target ?? null,
    cwd: input.cwd ?? null,
    ...(input.forkedFrom ? { forkedFrom: input.forkedFrom } : {}),
    ...(input.origin ? { origin: input.origin } : {}),
  }
}

export function asMessage(draft: MessageDraft): Extract<EntryDraft, { type: 'message' }>['message'] {
  const text = textOfBlocks(draft.blocks)
  return { ...draft, id: newId('msg'), text }
}
