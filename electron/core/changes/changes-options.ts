import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Git } from '../git/git.ts'
import type { FolderSnapshots } from '../snapshots/snapshot.ts'
import type { Rewinds } from './rewinds.ts'

export type ChangesOptions = {
  git: Git
  snapshots: FolderSnapshots
  conversations: ConversationStore
  /** A folder of ours for what is looked at; what is in it is not needed after a restart. */
  home: string
  /** The folder that a conversation works in; null where it has none yet. Throws NOT_FOUND. */
  placeOf: (conversationId: string) => string | null
  /** Applies what is to be taken back; it can be undone. */
  rewinds: Pick<Rewinds, 'takeBack'>
  /** Asks Claude beside a conversation, without a trace in it. Throws why that cannot be. */
  ask: (conversationId: string, prompt: string) => Promise<{ text: string; costUsd: number | null }>
}
