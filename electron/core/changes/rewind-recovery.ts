import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Log } from '../log.ts'
import type { FolderSnapshots } from '../snapshots/snapshot.ts'
import { RewindRun, type Threads } from './rewind-run.ts'
import { RewindStore } from './rewind-store.ts'

/** A line that was said is among the last. */
const mostLines = 20

/** Rewinds that the end of the last run cut off are brought to their end, before anybody works. Never rejects. */
export async function recoverRewinds(
  home: string,
  { conversations, snapshots, log }: { conversations: ConversationStore; snapshots: FolderSnapshots; log: Log },
): Promise<void> {
  const store = new RewindStore(home)
  const run = new RewindRun({ store, snapshots, threads: threadsOf(conversations) })
  for (const record of await store.underWay().catch(() => [])) {
    const { id, conversationId } = record.rewind
    try {
      const done = await run.recover(record)
      log.info(
        { id, conversationId, phase: record.phase, files: done?.rewind.fileCount },
        'a rewind was cut off by the end of the last run',
      )
    } catch (err) {
      // Its journal stays, and the next start tries again.
      log.error({ err, id, conversationId }, 'a rewind that was cut off could not be brought to its end')
    }
  }
}

/** What the end of the last run left done is not done again. */
function threadsOf(conversations: ConversationStore): Threads {
  return {
    back: async (id, messageId, fromSeq) => {
      const toSeq = await conversations.rewoundUntil(id, fromSeq)
      return toSeq === null ? conversations.rewind(id, messageId) : { fromSeq, toSeq }
    },
    forward: async (id, range) => {
      if ((await conversations.rewoundUntil(id, range.fromSeq)) !== null) await conversations.undoRewind(id, range)
    },
    say: async (id, text, notice) => {
      const { items } = await conversations.messages(id, { limit: mostLines, superseded: false })
      const said = items.findLast((message) => message.notice?.data?.['rewindId'] === notice.data?.['rewindId'])
      if (said) return said
      return conversations.appendMessage(id, { role: 'system', blocks: [{ type: 'text', text }], turnId: null, notice }, { sync: true })
    },
  }
}
