import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, expect, it } from 'vitest'
import { SnapshotFolder } from '../../../e2e/support/snapshot-folder.ts'
import { until } from '../../../e2e/support/until.ts'
import { TurnSnapshots } from './turn-snapshots.ts'

let at: SnapshotFolder
afterEach(() => at.remove())

const stores = () => readdir(join(at.data, 'snapshots')).catch(() => [])

it('a folder is looked at as an instance comes up in it, once, and forgotten again where nothing is sent there', async () => {
  at = await SnapshotFolder.make()
  await writeFile(join(at.folder, 'a'), '1')
  const work = new TurnSnapshots({ snapshots: at.snapshots, onTaken: () => {}, log: pino({ level: 'silent' }), aheadMs: 0 })
  work.comesUp(at.folder)
  work.comesUp(at.folder)
  await until('the look', async () => (await stores()).length === 1)
  await at.snapshots.prepare(at.folder)
  expect(await at.snapshots.of(at.folder)).toEqual([])
  expect((await at.take()).seq).toBe(0)
  await at.snapshots.remove()
  await at.snapshots.prepare(at.folder)
  await at.snapshots.upkeep.run()
  expect(await stores()).toEqual([])
  at.on = false
  await at.snapshots.prepare(at.folder)
  expect(await stores()).toEqual([])
  at.on = true
  at.hasGit = false
  await at.reopen()
  await expect(at.snapshots.prepare(at.folder)).rejects.toMatchObject({ code: 'GIT_MISSING' })
  await at.snapshots.close()
  await at.snapshots.prepare(at.folder)
})
