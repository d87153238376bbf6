import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { Git } from '../../electron/core/git/git.ts'
import { fileRewinds, playedBack } from '../support/rewind-checks.ts'
import { mostBytesKept, RewindHistory } from '../support/rewind-history.ts'
import { SnapshotFolder } from '../support/snapshot-folder.ts'
import { killRewinds } from '../support/rewind-kills.ts'
import { Chance } from './chance.ts'
import { numberFrom, type Bench, type Figure } from './figure.ts'
import { randomHistories } from './random-histories.ts'

/** So many at the same time: each waits for git most of its time. */
const atOnce = 4

/**
 * Random histories of creates, edits, deletes, renames, modes, links, binaries and odd names, by a conversation, another one at the same time, and a
 * person in between: the conversation's changes go back byte for byte, nothing of anybody else's is touched, and all of it is undone and done again.
 */
export const rewind: Bench = async (note) => {
  const home = await mkdtemp(join(tmpdir(), 'bullpen-rewinds-'))
  const conversations = await ConversationStore.open({ folder: home, onChange: () => {}, log: pino({ level: 'silent' }) })
  const figures: Figure[] = []
  try {
    const play = (seed: number) => oneHistory(conversations, seed)
    figures.push(await randomHistories({ usually: 1_000, atOnce, name: 'random histories', play, note }))
  } finally {
    await conversations.close()
    await rm(home, { recursive: true, force: true })
  }
  const first = numberFrom('BENCH_SEED', 1)
  const chance = new Chance(first)
  const kills = Number(process.env['BENCH_KILLS'] ?? '100')
  const killed = await killRewinds(kills, first, () => chance.next(), note)
  for (const fault of killed.faults.slice(0, 20)) note(fault)
  return [
    ...figures,
    {
      name: `kill -9 at ${kills} random moments of a rewind`,
      measured: `${killed.before} as before, ${killed.after} all gone back; ${killed.faults.length} files that are neither`,
      wanted: 'one of the two',
      ok: killed.faults.length === 0,
      grave: killed.faults.length > 0,
    },
  ]
}

async function oneHistory(conversations: ConversationStore, seed: number): Promise<string[]> {
  const place = await SnapshotFolder.make({ repository: seed % 2 === 0, limits: { fileBytes: mostBytesKept } })
  try {
    const { folder, snapshots, data, home } = place
    const { id } = await conversations.create({ cwd: folder })
    const history = new RewindHistory({ folder, snapshots, conversationId: id, seed })
    const git = new Git(() => Promise.resolve({ ...process.env, HOME: home }))
    const rewinds = fileRewinds({ conversations, snapshots, git, home: data })
    return await playedBack({ history, conversations, rewinds }, seed % 3 === 0)
  } finally {
    await place.remove()
  }
}
