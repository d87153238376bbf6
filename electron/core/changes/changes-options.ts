import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Git } from '../git/git.ts'
import type { FolderSnapshots } from '../snapshots/snapshot.ts'

export type ChangesOptions = {
  git: Git
  snapshots: FolderSnapshots
  conversations: ConversationStore
  /** A folder of ours for what is looked at; what is in it is not needed after a restart. */
  home: string
  /** The folder that a conversation works in; null where it has none yet. Throws NOT_FOUND. */
  placeOf: (conversationId: string) => string | null
}
