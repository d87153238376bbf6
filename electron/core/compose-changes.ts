import { join } from 'node:path'
import { AppError } from '../../shared/app-error.ts'
import type { Asides } from './asides/asides.ts'
import { Changes } from './changes/changes.ts'
import type { Rewinds } from './changes/rewinds.ts'
import type { Claude } from './claude/claude.ts'
import { markerName } from './claude/environment.ts'
import type { ConversationStore } from './conversations/conversation-store.ts'
import type { Git } from './git/git.ts'
import { repositoryOf } from './git/repository.ts'
import type { Ground } from './ground.ts'
import { Openers } from './openers/openers.ts'
import type { Pool } from './pool/pool.ts'
import type { Snapshots } from './snapshots/snapshots.ts'

export type FileParts = { conversations: ConversationStore; claude: Claude; pool: Pool; git: Git; snapshots: Snapshots }

/** The folder that a conversation works in, or will; null where it has none yet. Throws NOT_FOUND. */
function placeOf({ conversations, pool }: FileParts, id: string): string | null {
  const { cwd, instanceId } = conversations.get(id)
  return cwd ?? pool.instances.list().find((one) => one.id === instanceId)?.cwd ?? null
}

/** What conversations change in their folders. */
export function openChanges({ options }: Ground, parts: FileParts & { rewinds: Rewinds; asides: Asides }): Changes {
  const { conversations, git, snapshots, rewinds, asides } = parts
  return new Changes({
    git,
    snapshots,
    conversations,
    home: join(options.home, 'changes'),
    placeOf: (id) => placeOf(parts, id),
    rewinds,
    ask: async (id, text) => {
      const { aside, done } = await asides.ask(id, { text })
      try {
        await done
        const [exchange] = aside.view().exchanges
        if (exchange?.outcome !== 'done')
          throw new AppError('UNAVAILABLE', exchange?.error?.message ?? 'Claude did not answer. Try again, or write the message yourself.')
        return { text: exchange.answer, costUsd: exchange.costUsd }
      } finally {
        await asides.drop(aside.id)
      }
    },
  })
}

/** The programs of this machine that show files and folders. */
export function openOpeners({ settings }: Ground, parts: FileParts): Openers {
  const { conversations, claude, pool } = parts
  return new Openers({
    environment: async () => {
      // They are the user's own from then on: nothing of ours may find and end them.
      const { [markerName]: _marker, ...env } = await claude.userEnvironment({}, 'none')
      return env
    },
    chosen: () => settings.current(),
    foldersOf: async ({ conversationId, instanceId }) => {
      const cwd = conversationId === undefined ? null : placeOf(parts, conversationId)
      const owner = instanceId ?? (conversationId === undefined ? null : conversations.get(conversationId).instanceId)
      const instance = owner === null ? null : pool.instances.list().find(({ id }) => id === owner)
      if (instanceId !== undefined) pool.instances.get(instanceId)
      const own = cwd ?? instance?.cwd ?? null
      const root = own === null ? null : ((await repositoryOf(own))?.root ?? null)
      return [own, root, ...(instance?.addDirs ?? [])].filter((folder) => folder !== null)
    },
  })
}
