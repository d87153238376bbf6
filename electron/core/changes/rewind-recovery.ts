import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Log } from '../log.ts'
import type { FolderSnapshots } from '../snapshots/snapshot.ts'
import { RewindRun } from './rewind-run.ts'
import { RewindStore } from './rewind-store.ts'

/** Rewinds that the end of the last run cut off are brought to their end, before anybody works. Never rejects. */
export async function recoverRewinds(
  home: string,
  { conversations, snapshots, log }: { conversations: ConversationStore; snapshots: FolderSnapshots; log: Log },
): Promise<void> {
  const store = new RewindStore(home)
  const run = new RewindRun({
    store,
    snapshots,
    threads: {
      back: (id, messageId) => conversations.rewind(id, messageId),
      forward: (id, range) => conversations.undoRewind(id, range),
      say: (id, text, notice) =>
        conversations.appendMessage(id, { role: 'system', blocks: [{ type: 'text', text }], turnId: null, notice }, { sync: true }),
    },
  })
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
