import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Snapshot } from './snapshot.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
let id: string
let folder: string
let seen = 0

beforeEach(async () => {
  run = await openCore()
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, allowedTools: ['Bash', 'Agent', 'Task', 'Write'] })
  const instanceId = (await run.core.pool.instances.create({ ...config, start: true })).id
  id = (await run.core.conversations.create({ instanceId })).id
  folder = await run.core.snapshots.folderOf(run.folders.work)
  seen = 0
  void listen()
})
afterEach(() => run.close())

async function listen(): Promise<void> {
  for await (const { event } of run.core.events.stream()) if (event.type === 'changes') seen += 1
}

async function say(text: string): Promise<Turn> {
  const wanted = seen + 1
  const turn = await (await run.core.pool.send(id, { text, priority: 5 })).done
  await until('the folder to be looked at', () => seen >= wanted)
  return turn
}

const all = () => run.core.snapshots.of(folder)

/** What changed between a snapshot and the next, and who worked then. */
async function intervals(): Promise<{ working: readonly string[]; paths: string[] }[]> {
  const snapshots = await all()
  const pairs = snapshots.slice(1).map((next, index): [Snapshot | undefined, Snapshot] => [snapshots[index], next])
  const found = await Promise.all(
    pairs.map(async ([last, next]) => ({
      working: last?.working ?? [],
      paths: (await run.core.snapshots.diff(folder, last?.tree ?? '', next.tree)).map(({ path }) => path),
    })),
  )
  return found.filter(({ paths }) => paths.length > 0)
}

test('what a command does at once is the turn’s, what a person does in between is theirs, and both are told apart', async () => {
  await writeFile(join(folder, 'mine.txt'), 'before')
  const first = await say('[bash: echo 1 > made.txt; echo changed > mine.txt]')
  await writeFile(join(folder, 'mine.txt'), 'by hand')
  const second = await say('[bash: rm made.txt]')
  expect(await intervals()).toEqual([
    { working: [id], paths: ['made.txt', 'mine.txt'] },
    { working: [], paths: ['mine.txt'] },
    { working: [id], paths: ['made.txt'] },
  ])
  const before = await run.core.snapshots.before(id, second.id)
  const [change] = await run.core.snapshots.diff(
    folder,
    (await run.core.snapshots.before(id, first.id))?.snapshot.tree ?? '',
    before?.snapshot.tree ?? '',
  )
  expect(change?.path).toBe('made.txt')
  const seen = (await all()).filter(({ edge }) => edge === 'seen')
  const edges = (await all()).filter(({ edge }) => edge !== 'seen')
  // A slow machine may be between two files of the one command when it looks before the call; there is one look for each.
  expect(seen.length).toBeLessThanOrEqual(2)
  expect(seen.every(({ working, turnId }) => working.includes(id) && [first.id, second.id].includes(turnId ?? ''))).toBe(true)
  expect(edges.map(({ edge, turnId }) => [edge, turnId])).toEqual([
    ['turn-start', first.id],
    ['turn-end', first.id],
    ['turn-start', second.id],
    ['turn-end', second.id],
  ])
  expect((await all()).some(({ late }) => late === true)).toBe(false)
})

test('work in the background and the turn that reports it are the conversation’s too', async () => {
  await say('[background: until test -e go; do sleep 0.05; done; echo FINISHED > built.txt]')
  await writeFile(join(folder, 'go'), '')
  await until('the command to end', () => readFile(join(folder, 'built.txt'), 'utf8').catch(() => ''))
  await until('the report to be over', async () => (await all()).at(-1)?.working.length === 0 && (await all()).length >= 4)
  const changed = await intervals()
  expect(changed.flatMap(({ paths }) => paths)).toContain('built.txt')
  expect(changed.every(({ working }) => working.includes(id))).toBe(true)
})

test('a turn that was cut off by a kill is over for the files too: what comes after the next start is not its', async () => {
  const first = await say('Hello')
  // It called nothing that changes files: one look is enough, and what changes is somebody else's.
  expect((await all()).map(({ edge, working }) => [edge, working])).toEqual([['turn-start', []]])
  await run.core.snapshots.take(folder, { edge: 'turn-start', conversationId: id, turnId: first.id, working: [id] })
  await run.reopen()
  await until('the folder to be looked at', async () => (await run.core.snapshots.of(folder)).at(-1)?.edge === 'seen')
  expect((await run.core.snapshots.of(folder)).at(-1)?.working).toEqual([])
})
