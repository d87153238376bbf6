import { spawn } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { recoverRewinds } from '../../electron/core/changes/rewind-recovery.ts'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { Git } from '../../electron/core/git/git.ts'
import { Snapshots } from '../../electron/core/snapshots/snapshots.ts'
import { differences, faultsOf, fileRewinds } from './rewind-checks.ts'
import { RewindHistory, type Disk } from './rewind-history.ts'
import { SnapshotFolder } from './snapshot-folder.ts'
import { storeWatch } from './store-watch.ts'

const log = pino({ level: 'silent' })
const script = resolve(import.meta.dirname, '..', 'bench', 'rewind-process.ts')

/** The parts of a core that rewinds need, on the folders that `SnapshotFolder` makes. */
export function partsIn(root: string): { snapshots: Snapshots; git: Git; data: string } {
  const home = join(root, 'home')
  const data = join(root, 'data')
  const git = new Git(() => Promise.resolve({ ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config') }))
  const limits = { on: () => true, days: () => 30, limitMb: () => 1024, isLiving: () => true }
  return { git, data, snapshots: new Snapshots({ git, home: data, userHome: home, ...limits, watch: storeWatch(data), log }) }
}

export type KillCount = { before: number; after: number; faults: string[] }

/**
 * Goes back to a message in a process of its own that is killed at a random moment, so many times; after each the app's start is done, and files and
 * thread must be as before, or all gone back. `chance` answers numbers from 0 up to 1.
 */
export async function killRewinds(kills: number, seed: number, chance: () => number, note: (text: string) => void): Promise<KillCount> {
  const place = await SnapshotFolder.make({ repository: true })
  const root = dirname(place.folder)
  const count: KillCount = { before: 0, after: 0, faults: [] }
  try {
    const opened = await ConversationStore.open({ folder: place.data, onChange: () => {}, log })
    const { id } = await opened.create({ cwd: place.folder })
    const history = new RewindHistory({ folder: place.folder, snapshots: place.snapshots, conversationId: id, seed, most: 60 })
    await history.play()
    const [turn] = history.turns
    if (!turn) throw new Error('It has no turn.')
    const draft = { role: 'user' as const, blocks: [{ type: 'text' as const, text: 'do it' }], turnId: turn.id }
    const message = await opened.appendMessage(id, draft, { sync: true })
    await opened.close()
    await place.snapshots.close()
    const before = history.disk()
    const one = { root, id, messageId: message.id, history, moment: turn.moment, before }
    const whole = await killed(one, Number.POSITIVE_INFINITY)
    await check(one, count)
    note(`one rewind takes ${Math.round(whole)} ms; ${before.size} files`)
    for (let kill = 0; kill < kills; kill += 1) {
      await killed(one, chance() * whole * 1.05)
      await check(one, count)
    }
    return count
  } finally {
    await place.remove()
  }
}

type Rewound = { root: string; id: string; messageId: string; history: RewindHistory; moment: number; before: Disk }

/** Milliseconds until it was over, or killed. */
async function killed({ root, id, messageId }: Rewound, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [script, root, id, messageId], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const over = new Promise<void>((done) => child.once('exit', () => done()))
  await new Promise<void>((begun, fail) => {
    lines.once('line', () => begun())
    child.once('exit', (code) => fail(new Error(`It ended by itself with ${code}.`)))
  })
  const began = performance.now()
  const timer = Number.isFinite(afterMs) ? setTimeout(() => child.kill('SIGKILL'), afterMs) : undefined
  await over
  clearTimeout(timer)
  return performance.now() - began
}

/** What the app does at its start, and then everything must be as before or all gone back; it is as before then. */
async function check({ root, id, messageId, history, moment, before }: Rewound, count: KillCount): Promise<void> {
  const { snapshots, git, data } = partsIn(root)
  const conversations = await ConversationStore.open({ folder: data, onChange: () => {}, log })
  try {
    await recoverRewinds(data, { conversations, snapshots, log })
    const rewinds = fileRewinds({ conversations, snapshots, git, home: data })
    const [last] = await rewinds.list(id)
    const message = await conversations.message(id, messageId)
    const isBack = message.superseded === true
    if (!isBack) {
      count.before += 1
      count.faults.push(...differences(before, history.disk()).map((fault) => `not gone back: ${fault}`))
      return
    }
    count.after += 1
    if (!last || last.undone || last.kind !== 'rewind') throw new Error('A thread was rewound and nothing says so.')
    count.faults.push(...faultsOf(history, moment, before, last))
    const undo = await rewinds.undo(id, last.id ?? '', { dryRun: false, overwrite: [] })
    count.faults.push(...undo.kept.map(({ path, reason }) => `not undone: ${path} ${reason}`))
    count.faults.push(...differences(before, history.disk()).map((fault) => `undone: ${fault}`))
  } finally {
    await snapshots.close()
    await conversations.close()
  }
}
