import { toTreePath } from '../../electron/core/git/tree-path.ts'
import { Rewinds } from '../../electron/core/changes/rewinds.ts'
import type { RewindsDeps } from '../../electron/core/changes/rewinds-deps.ts'
import { RewindStore } from '../../electron/core/changes/rewind-store.ts'
import type { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import type { Rewind } from '../../shared/domain/rewind.ts'
import type { Git } from '../../electron/core/git/git.ts'
import { pino } from 'pino'
import { isUncovered, type Disk, type RewindHistory } from './rewind-history.ts'

/** Rewinds of files alone, where nobody else works and nothing is told. */
export function fileRewinds(parts: Pick<RewindsDeps, 'conversations' | 'snapshots'> & { git: Git; home: string }): Rewinds {
  const { conversations, snapshots, git, home } = parts
  const say =
    (conversations: ConversationStore): RewindsDeps['threads']['say'] =>
    (id, text, notice) =>
      conversations.appendMessage(id, { role: 'system', blocks: [{ type: 'text', text }], turnId: null, notice }, { sync: false })
  return new Rewinds({
    store: new RewindStore(home),
    conversations,
    snapshots,
    git,
    threads: {
      check: () => {},
      atWork: () => [],
      back: (id, messageId) => conversations.rewind(id, messageId),
      forward: (id, range) => conversations.undoRewind(id, range),
      say: say(conversations),
      unsay: (id, seq) => conversations.retract(id, seq),
    },
    cwdOf: () => null,
    outside: () => Promise.resolve([]),
    onRewound: () => Promise.resolve(),
    onReturned: () => Promise.resolve(),
    onChanged: () => {},
    log: pino({ level: 'silent' }),
  })
}

/** What happened in a folder, and how it is now. */
export type Played = Pick<RewindHistory, 'disk' | 'diskAt' | 'changedSince'>

type Parts = { history: RewindHistory; conversations: ConversationStore; rewinds: Rewinds }

/**
 * Plays a history, goes back to one of its turns, forward, back and forward again with a person's edits in between, and where `again` says so once
 * more after another turn; answers what is wrong.
 */
export async function playedBack(parts: Parts, again: boolean): Promise<string[]> {
  const { history } = parts
  await history.play()
  const faults = await wentBack(parts)
  if (!again) return faults
  await history.goOn()
  return [...faults, ...(await wentBack(parts)).map((fault) => `second: ${fault}`)]
}

async function wentBack({ history, conversations, rewinds }: Parts): Promise<string[]> {
  const { conversationId: id, turn } = history
  const draft = { role: 'user' as const, blocks: [{ type: 'text' as const, text: 'do it' }], turnId: turn.id }
  const message = await conversations.appendMessage(id, draft, { sync: false })
  const before = history.disk()
  const ask = { messageId: message.id, what: 'files' as const, overwrite: [] }
  const preview = await rewinds.rewind(id, { ...ask, dryRun: true })
  const faults = differences(before, history.disk())
  if (preview.fileCount === 0) return faults
  const undone = (last: Rewind) => history.rewinds(() => rewinds.undo(id, last.id ?? '', { dryRun: false, overwrite: [] }))
  const rewind = await history.rewinds(async () => {
    const done = await rewinds.rewind(id, { ...ask, dryRun: false })
    faults.push(...faultsOf(history, turn.moment, before, done))
    return done
  })
  if (rewind.fileCount !== preview.fileCount || rewind.keptCount !== preview.keptCount)
    faults.push(`The preview says something else: ${JSON.stringify([preview.files, rewind.files, preview.kept, rewind.kept])}`)
  const after = history.disk()
  const undo = await undone(rewind)
  faults.push(...differences(before, history.disk()).map((fault) => `undone: ${fault}`))
  const again = await undone(undo)
  faults.push(...differences(after, history.disk()).map((fault) => `again: ${fault}`))
  history.edit()
  const edited = history.disk()
  await undone(again)
  for (const path of new Set([...edited.keys(), ...after.keys()])) {
    const isTheirs = edited.get(path) !== after.get(path)
    if (isTheirs && history.disk().get(path) !== edited.get(path)) faults.push(`${JSON.stringify(path)} of the person was changed`)
  }
  return faults
}

/** What is wrong with a folder after a rewind to a moment; nothing where all is as promised. */
export function faultsOf(history: Played, moment: number, before: Disk, rewind: Rewind): string[] {
  const after = history.disk()
  const then = history.diskAt(moment)
  const whose = history.changedSince(moment, before)
  const kept = new Map(rewind.kept.map(({ path, reason }) => [path, reason]))
  const faults: string[] = []
  for (const path of new Set([...before.keys(), ...after.keys(), ...then.keys()])) {
    const [was, is, wanted] = [before.get(path), after.get(path), then.get(path)]
    const named = kept.get(toTreePath(Buffer.from(path, 'latin1')))
    if (whose.get(path) === 'own') {
      if (is === wanted || (is === was && (named !== undefined || [then, before].some((disk) => isUncovered(path, disk))))) continue
      faults.push(`${JSON.stringify(path)} is ${is}, not ${wanted} (was ${was}, ${named ?? 'not named'})`)
    } else if (is !== was) faults.push(`${JSON.stringify(path)} of somebody else is ${is}, was ${was}`)
  }
  return faults
}

export function differences(wanted: Disk, found: Disk): string[] {
  const paths = new Set([...wanted.keys(), ...found.keys()])
  return [...paths]
    .filter((path) => wanted.get(path) !== found.get(path))
    .map((path) => `${JSON.stringify(path)} is ${found.get(path)}, not ${wanted.get(path)}`)
}
