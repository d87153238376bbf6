import type { Uncovered } from '../../../shared/domain/changes.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Git } from '../git/git.ts'
import type { Log } from '../log.ts'
import type { ThreadRewinds } from '../pool/thread-rewinds.ts'
import type { FolderSnapshots } from '../snapshots/snapshot.ts'
import type { RewindStore } from './rewind-store.ts'

export type RewindsDeps = {
  store: RewindStore
  conversations: ConversationStore
  snapshots: FolderSnapshots
  git: Git
  threads: Pick<ThreadRewinds, 'check' | 'atWork' | 'back' | 'forward' | 'say' | 'unsay'>
  /** Where a conversation works; null: nowhere yet. */
  cwdOf: (conversationId: string) => string | null
  /** What this conversation's tools changed and a tree of the folder does not cover. */
  outside: (conversationId: string, folder: string, tree: string) => Promise<Uncovered[]>
  /** A message has left the thread: its words may be written anew. */
  onRewound: (conversationId: string, message: Message) => Promise<void>
  /** It is back. */
  onReturned: (conversationId: string, message: Message) => Promise<void>
  /** Files of its folder may be others than before. */
  onChanged: (conversationId: string) => void
  log: Log
}
