import { join } from 'node:path'
import { DraftFiles } from './drafts/draft-files.ts'
import { Drafts } from './drafts/drafts.ts'
import type { PoolParts } from './compose-pool.ts'
import type { Ground } from './ground.ts'
import { Pins } from './pins/pins.ts'
import type { Pool } from './pool/pool.ts'
import { SavedPrompts } from './prompts/saved-prompts.ts'
import { ShellRuns } from './shell/shell-runs.ts'
import { Workspaces } from './workspace/workspaces.ts'

/** What a person writes and arranges: drafts, prompts to use again, commands of their own, pins, and what windows show. */
export async function openWriting(
  { options, closers, events, log, late, watch }: Ground,
  { conversations, claude, pool }: Pick<PoolParts, 'conversations' | 'claude'> & { pool: Pool },
): Promise<{ drafts: Drafts; prompts: SavedPrompts; shell: ShellRuns; pins: Pins; workspaces: Workspaces }> {
  const { home } = options
  const drafts = new Drafts(new DraftFiles(join(home, 'drafts'), watch), (change) =>
    events.publish((seq) => ({ type: 'draft', seq, ...change })),
  )
  late.drafts = drafts
  const onPrompts = () => events.publish((seq) => ({ type: 'prompts', seq }))
  const prompts = await SavedPrompts.open({ folder: home, watch, onChange: onPrompts })
  const shell = await ShellRuns.open({
    home,
    conversations,
    drafts,
    watch,
    log,
    placeOf: (id) => {
      const { cwd, instanceId } = conversations.get(id)
      const instance = pool.instances.list().find((one) => one.id === instanceId)
      return { cwd: cwd ?? instance?.cwd ?? null, env: instance?.env ?? {} }
    },
    environment: (own, marker) => claude.userEnvironment(own, marker),
    onMessage: (id, message) => pool.saidElsewhere(id, [message]),
    onRuns: (conversationId, runs) => events.publish((seq) => ({ type: 'shell', seq, conversationId, runs })),
  })
  closers.push(() => shell.close())
  const pins = await Pins.open({
    folder: home,
    watch,
    isThere: ({ kind, id }) => (kind === 'instance' ? pool.instances.has(id) : conversations.has(id)),
    isListed: ({ kind, id }) => kind === 'instance' || conversations.get(id).state === 'active',
    onChange: (all) => events.publish((seq) => ({ type: 'pins', seq, pins: all })),
  })
  const workspaces = await Workspaces.open({ folder: home, watch })
  return { drafts, prompts, shell, pins, workspaces }
}
