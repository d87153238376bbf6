import { homedir } from 'node:os'
import type { Claude } from './claude/claude.ts'
import type { ConversationStore } from './conversations/conversation-store.ts'
import { Git } from './git/git.ts'
import type { Ground } from './ground.ts'
import { Snapshots } from './snapshots/snapshots.ts'
import { TurnSnapshots } from './snapshots/turn-snapshots.ts'

type FileParts = { git: Git; snapshots: Snapshots; work: TurnSnapshots }

/** The user's git, and snapshots of the folders that are worked in. To be opened before the pool, so that they close after it. */
export function openFiles(
  { options, closers, events, settings, log, watch }: Ground,
  { claude, conversations }: { claude: Claude; conversations: ConversationStore },
): FileParts {
  const { home, env } = options
  const git = new Git(() => claude.userEnvironment({}, 'none'))
  const snapshots = new Snapshots({
    git,
    home,
    userHome: env['HOME'] ?? env['USERPROFILE'] ?? homedir(),
    on: () => settings.current().snapshots,
    days: () => settings.current().snapshotDays,
    limitMb: () => settings.current().snapshotLimitMb,
    isLiving: (id) => conversations.has(id),
    watch,
    log,
  })
  closers.push(() => snapshots.close())
  const onTaken = (conversationId: string) => events.publish((seq) => ({ type: 'changes', seq, conversationId }))
  return { git, snapshots, work: new TurnSnapshots({ snapshots, onTaken, log }) }
}
