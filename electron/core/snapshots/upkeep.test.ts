import { readFile, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { SnapshotFolder } from '../../../e2e/support/snapshot-folder.ts'
import type { Snapshot } from './snapshot.ts'
import { objectFiles } from './store-size.ts'

let at: SnapshotFolder
const write = (path: string, text: string | Buffer) => writeFile(join(at.folder, path), text)
afterEach(() => at.remove())

function one(all: readonly Snapshot[], index: number): Snapshot {
  const snapshot = all[index]
  if (!snapshot) throw new Error(`There is no snapshot ${index}.`)
  return snapshot
}

/** Moves all snapshots that far into the past, as if they had been taken then. */
async function age(days: number, which: (index: number) => boolean): Promise<void> {
  const path = join(await at.place(), 'timeline.jsonl')
  await at.snapshots.close()
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  const then = new Date(Date.now() - days * 86_400_000).toISOString()
  await writeFile(
    path,
    `${lines.map((line, index) => (which(index) ? line.replace(/"at":"[^"]+"/, `"at":"${then}"`) : line)).join('\n')}\n`,
  )
  await at.reopen()
}

it('packs what was taken, removes what is too old, and keeps what is pinned; what is left reads the same', async () => {
  at = await SnapshotFolder.make()
  for (let round = 0; round < 12; round += 1) {
    await write('a', `${round}\n${'the same line\n'.repeat(500)}`)
    await write(`only-${round}`, `${round}`)
    if (round > 0) await rm(join(at.folder, `only-${round - 1}`))
    await at.take()
  }
  const all = await at.snapshots.of(at.folder)
  const [pinned, gone, last] = [one(all, 2), one(all, 4), one(all, 11)]
  const before = await at.files(last)
  await at.snapshots.pin(at.folder, [pinned.tree], new Date(Date.now() + 86_400_000).toISOString())
  const written = await at.snapshots.write(at.folder, Buffer.from('kept for a day'))
  await age(31, (index) => index < 8)
  await at.snapshots.upkeep.run()
  expect((await at.snapshots.of(at.folder)).map(({ seq }) => seq)).toEqual([8, 9, 10, 11])
  const { loose, packs } = await objectFiles(join(await at.place(), 'git'))
  expect(packs).toHaveLength(1)
  expect(loose).toBeLessThanOrEqual(30)
  expect(await at.files(last)).toEqual(before)
  expect((await at.files(pinned))['only-2']?.[1]).toBe('2')
  expect((await at.snapshots.read(at.folder, written)).toString()).toBe('kept for a day')
  await expect(at.files(gone)).rejects.toMatchObject({ code: 'GIT_FAILED' })
  await write('a', 'after')
  expect((await at.files(await at.take()))['a']?.[1]).toBe('after')
  expect(await at.snapshots.before('conv_1', 'turn_1')).toBeNull()
})

it('drops the oldest of all folders where they take too much, says what they take, and deletes a folder’s', async () => {
  at = await SnapshotFolder.make()
  at.limitMb = 1
  for (let round = 0; round < 8; round += 1) {
    await write('noise', randomBytes(200_000))
    await at.take()
  }
  const full = await at.snapshots.status()
  expect(full.bytes).toBeGreaterThan(1_500_000)
  expect(full).toMatchObject({ on: true, note: null, limitMb: 1, days: 30, folders: [{ folder: at.folder, snapshots: 8, note: null }] })
  await at.snapshots.upkeep.run()
  const { bytes, folders } = await at.snapshots.status()
  expect(bytes).toBeLessThanOrEqual(1024 * 1024)
  expect(folders[0]?.snapshots).toBeGreaterThan(1)
  await expect(at.snapshots.remove('/nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await at.snapshots.remove(at.folder)).toBe(1)
  expect(await at.snapshots.status()).toMatchObject({ bytes: 0, folders: [] })
  expect((await at.take()).seq).toBe(0)
})

it('keeps what a living conversation began with, and finds it, while others go', async () => {
  at = await SnapshotFolder.make()
  at.limitMb = 1
  at.living = new Set(['conv_alive'])
  for (const [round, id] of ['conv_gone', 'conv_alive', ...Array.from({ length: 8 }, () => 'conv_alive')].entries()) {
    await write('noise', randomBytes(150_000))
    await at.take({ edge: 'turn-start', conversationId: id, turnId: `turn_${round}`, working: [id] })
  }
  const start = await at.snapshots.before('conv_alive', 'turn_1')
  await at.snapshots.upkeep.run()
  const left = (await at.snapshots.of(at.folder)).map(({ seq }) => seq)
  expect((await at.snapshots.status()).bytes).toBeLessThanOrEqual(1024 * 1024)
  expect([left[0], left.at(-1)]).toEqual([1, 9])
  expect(left.length).toBeLessThan(9)
  expect((await at.snapshots.before('conv_alive', 'turn_1'))?.snapshot.tree).toBe(start?.snapshot.tree)
  expect(await at.snapshots.before('conv_gone', 'turn_0')).toBeNull()
  await at.reopen()
  expect((await at.snapshots.of(at.folder)).map(({ seq }) => seq)).toEqual(left)
  expect((await at.snapshots.before('conv_alive', 'turn_1'))?.snapshot.seq).toBe(1)
})
