import { randomUUID } from 'node:crypto'
import type { DraftPart } from '../../shared/domain/draft.ts'
import type { Message } from '../../shared/domain/message.ts'
import { RewindStore } from './changes/rewind-store.ts'
import { Rewinds } from './changes/rewinds.ts'
import { TouchedPaths } from './changes/touched-paths.ts'
import { uncoveredOf } from './changes/uncovered.ts'
import type { ConversationStore } from './conversations/conversation-store.ts'
import type { Drafts } from './drafts/drafts.ts'
import type { Git } from './git/git.ts'
import type { Ground } from './ground.ts'
import type { Pool } from './pool/pool.ts'
import type { FolderSnapshots } from './snapshots/snapshot.ts'

type Parts = { conversations: ConversationStore; snapshots: FolderSnapshots; git: Git }

/** Going back to before a message, and taking changes back. */
export function openRewinds(
  { options, events, log, late }: Ground,
  { conversations, snapshots, git, pool, drafts }: Parts & { pool: Pool; drafts: Drafts },
): Rewinds {
  const touched = new TouchedPaths(conversations)
  const store = new RewindStore(options.home)
  late.rewinds = store
  const cwdOf = (id: string) => {
    const { cwd, instanceId } = conversations.get(id)
    return cwd ?? pool.instances.list().find((one) => one.id === instanceId)?.cwd ?? null
  }
  return new Rewinds({
    store,
    conversations,
    snapshots,
    git,
    threads: pool.rewinds,
    cwdOf,
    outside: async (id, folder, tree) => {
      const cwd = cwdOf(id)
      if (cwd === null) return []
      const at = { object: tree, gitDir: (await snapshots.gitOf(folder)).gitDir }
      return uncoveredOf(git, await touched.of(id, cwd), { folder, files: [], left: snapshots.uncovered(folder), tree: at })
    },
    onRewound: (id, message) => writeAnew(drafts, id, message),
    onReturned: (id, message) => noLongerAnew(drafts, id, message),
    onChanged: (conversationId) => events.publish((seq) => ({ type: 'changes', seq, conversationId })),
    log,
  })
}

/** The message is a draft again, before what was being written. */
async function writeAnew(drafts: Drafts, id: string, { text, blocks }: Message): Promise<void> {
  const draft = await drafts.get(id)
  const words = [text, draft.text].filter((one) => one.trim() !== '').join('\n\n')
  await drafts.put(id, {
    text: words,
    parts: [...partsOf(blocks), ...draft.parts.map(({ id: part }) => ({ type: 'kept' as const, id: part }))],
    base: draft.revision,
  })
}

/** The message is in the thread again: a draft that says just that goes. */
async function noLongerAnew(drafts: Drafts, id: string, { text }: Message): Promise<void> {
  const draft = await drafts.get(id)
  if (draft.text === text) await drafts.sent(id, draft.revision)
}

function partsOf(blocks: Message['blocks']): DraftPart[] {
  return blocks.flatMap((block, place): DraftPart[] => {
    if (block.type === 'image') return [{ ...block, id: randomUUID(), name: `image ${place + 1}` }]
    return block.type === 'document' || block.type === 'shell' ? [{ ...block, id: randomUUID() }] : []
  })
}
