import { AppError } from '../../../shared/app-error.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { FolderSnapshots, Snapshot } from '../snapshots/snapshot.ts'

/** What a conversation's changes are compared with, where that is a snapshot. */
export type Base = { folder: string; from: Snapshot; note: string | null }
/** There is none, and why. */
export type NoBase = { folder: string; from: null; note: string }

type Sources = { conversations: ConversationStore; snapshots: FolderSnapshots }

/** The snapshot before the first turn of a conversation in the folder that it works in now, or before a message of it. Throws NOT_FOUND. */
export async function baseOf(sources: Sources, id: string, folder: string, against: string): Promise<Base | NoBase> {
  return against === 'start' ? startOf(sources, id, folder) : beforeMessage(sources, id, folder, against.replace(/^message:/, ''))
}

async function startOf({ conversations, snapshots }: Sources, id: string, folder: string): Promise<Base | NoBase> {
  const own = (await snapshots.of(folder)).filter(({ conversationId, edge }) => conversationId === id && edge === 'turn-start')
  const [from] = own
  const firstTurn = await firstTurnOf(conversations, id)
  if (!from) {
    const note =
      firstTurn === null
        ? 'No changes yet. Snapshots start with the first message.'
        : 'There are no snapshots of this folder for this conversation. They start with the next message.'
    return { folder, from: null, note }
  }
  const isFirst = firstTurn === null || from.turnId === firstTurn || conversations.get(id).forkedFrom !== undefined
  return { folder, from, note: isFirst ? lateNote(from) : 'Earlier snapshots are no longer kept, so older changes are not included.' }
}

async function firstTurnOf(conversations: ConversationStore, id: string): Promise<string | null> {
  const { items } = await conversations.messages(id, { after: -1, limit: 20, superseded: true })
  return items.find(({ turnId }) => turnId !== null)?.turnId ?? null
}

async function beforeMessage({ conversations, snapshots }: Sources, id: string, folder: string, messageId: string): Promise<Base | NoBase> {
  const { role, turnId, joinedAs } = await conversations.message(id, messageId)
  if (role !== 'user')
    throw new AppError('BAD_REQUEST', 'Changes are compared with the state before a message of yours. Choose one of those.')
  const placed = turnId === null ? null : await snapshots.before(id, turnId)
  if (placed === null)
    return {
      folder,
      from: null,
      note: 'The snapshot from before this message is no longer kept. Compare with the start or the last commit.',
    }
  if (placed.folder !== folder)
    return {
      folder,
      from: null,
      note: `That message was sent in another folder, ${placed.folder}. Compare with the start or the last commit.`,
    }
  return { folder, from: placed.snapshot, note: joinedAs === undefined ? lateNote(placed.snapshot) : joinedNote }
}

const joinedNote = 'This message went into a turn that was running already, so the changes are those since that turn began.'

function lateNote({ late }: Snapshot): string | null {
  return late ? 'The first snapshot was taken after work had started, so the first changes may be missing.' : null
}
