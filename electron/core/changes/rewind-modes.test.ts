import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RewindPlace } from '../../../e2e/support/rewind-place.ts'
import { StepRun } from './step-run.ts'

let place: RewindPlace
beforeEach(async () => {
  place = await RewindPlace.make()
})
afterEach(() => place.remove())

const modeOf = (name: string) => (statSync(place.path(name)).mode & 0o777).toString(8)
function secret(name: string, text: string, mode = 0o600): void {
  place.write(name, text)
  chmodSync(place.path(name), mode)
}

test.skipIf(process.platform === 'win32')(
  'a file that others may not read is as it was when it comes back, and when that is undone',
  async () => {
    secret('gone.key', 'gone')
    secret('open.key', 'secret')
    secret('run.sh', 'mine', 0o700)
    secret('group.txt', 'group', 0o640)
    place.write('usual.txt', 'usual')
    const message = await place.turn(async () => {
      for (const name of ['gone.key', 'open.key', 'run.sh', 'usual.txt']) rmSync(place.path(name))
      place.write('open.key', 'open to all')
      place.write('group.txt', 'changed')
      secret('made.key', 'made', 0o400)
    })
    const modes = () => ['gone.key', 'open.key', 'run.sh', 'group.txt', 'usual.txt'].map(modeOf)
    const first = await place.rewind(message)
    expect(modes()).toEqual(['600', '600', '700', '640', '644'])
    expect(place.read('open.key')).toBe('secret')
    const undo = await place.undo(first)
    expect(['open.key', 'group.txt', 'made.key'].map(modeOf)).toEqual(['644', '640', '400'])
    await place.undo(undo)
    expect(modes()).toEqual(['600', '600', '700', '640', '644'])
  },
)

test.skipIf(process.platform === 'win32')('it is remembered through a restart, and for what is taken back', async () => {
  secret('a.key', 'a')
  await place.turn(() => place.write('b.txt', 'b'))
  await place.reopen()
  const message = await place.turn(() => rmSync(place.path('a.key')))
  const [start] = await place.snapshots.of(place.folder)
  const now = await place.snapshots.take(place.folder, { edge: 'seen', conversationId: null, turnId: null })
  const changes = await place.snapshots.diff(place.folder, start?.tree ?? '', now.tree)
  const steps = changes.flatMap(({ path, old, new: is }) => (path === 'a.key' ? [{ path, from: is, to: old }] : []))
  const taken = await place.rewinds.takeBack(place.id, place.folder, () => Promise.resolve({ steps, kept: [] }))
  expect(modeOf('a.key')).toBe('600')
  await place.undo(taken)
  await place.rewind(message)
  expect(modeOf('a.key')).toBe('600')
})

test.skipIf(process.platform === 'win32')('a mode that was changed and nothing else shows in the next snapshot', async () => {
  secret('a.key', 'a')
  const about = { edge: 'seen', conversationId: null, turnId: null } as const
  const first = await place.snapshots.take(place.folder, about)
  chmodSync(place.path('a.key'), 0o640)
  const next = await place.snapshots.take(place.folder, about)
  expect(next.tree).toBe(first.tree)
  const modes = await Promise.all([first, next].map((one) => place.snapshots.modesOf(place.folder, one)))
  expect(modes.map((one) => [...one])).toEqual([[['a.key', 0o600]], [['a.key', 0o640]]])
})

test.skipIf(process.platform === 'win32')('nobody else can read it while it is prepared', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bullpen-modes-'))
  const to = { mode: '100644', object: 'a'.repeat(40) }
  const steps = [
    { path: 'new.key', from: null, to, modes: { to: 0o600 } },
    { path: 'old.key', from: { mode: '100644', object: 'b'.repeat(40) }, to },
  ]
  const run = new StepRun({ folder, name: 'test', steps, keep: [], read: () => Promise.resolve(Buffer.from('secret')) })
  await run.stage()
  expect(readdirSync(folder).map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))).toEqual(['600', '600'])
  rmSync(folder, { recursive: true })
})
