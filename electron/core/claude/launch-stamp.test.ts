import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { launchStamp, StartReading } from './launch-stamp.ts'

let folder: string
let cwd: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-stamp-'))
  cwd = join(folder, 'repo', 'deep', 'work')
  await mkdir(cwd, { recursive: true })
  await mkdir(join(folder, 'repo', '.git'))
  await mkdir(join(folder, 'config'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const stamp = (where: string | null = cwd) => launchStamp(process.execPath, join(folder, 'config'), where)

test('it stays while nothing has changed, and changes with memory, settings and commits, above the folder too', async () => {
  const seen = [await stamp()]
  expect(await stamp()).toEqual(seen[0])
  const changes = [
    () => writeFile(join(cwd, 'CLAUDE.md'), 'Be brief.'),
    () => appendFile(join(cwd, 'CLAUDE.md'), ' Be kind.'),
    () => writeFile(join(folder, 'repo', 'CLAUDE.md'), 'All of it.'),
    () => writeFile(join(folder, 'repo', '.git', 'index'), 'staged'),
    () => writeFile(join(folder, 'config', 'settings.json'), '{}'),
    () => rm(join(cwd, 'CLAUDE.md')),
  ]
  for (const change of changes) {
    await change()
    seen.push(await stamp())
  }
  expect(new Set(seen.map(({ session }) => session)).size).toBe(changes.length + 1)
})

test('a commit concerns the session that was begun before it, not the next one of the same process; another branch concerns both', async () => {
  const reading = new StartReading(stamp, cwd)
  expect([await reading.isCurrent(), await reading.keepsCurrent()]).toEqual([true, true])
  await mkdir(join(folder, 'repo', '.git', 'logs'))
  await writeFile(join(folder, 'repo', '.git', 'logs', 'HEAD'), 'a commit')
  expect([await reading.isCurrent(), await reading.keepsCurrent()]).toEqual([false, true])
  await writeFile(join(folder, 'repo', '.git', 'HEAD'), 'ref: refs/heads/other')
  expect([await reading.isCurrent(), await reading.keepsCurrent()]).toEqual([false, false])
})

test('where it cannot be told, nothing is current', async () => {
  const unreadable = async () => Promise.reject(new Error('There is no program.'))
  expect(await new StartReading(unreadable, cwd).isCurrent()).toBe(false)
})

test('for one that reads its folder later the folder does not count', async () => {
  const before = await stamp(null)
  await writeFile(join(cwd, 'CLAUDE.md'), 'Be brief.')
  expect(await stamp(null)).toEqual(before)
})
