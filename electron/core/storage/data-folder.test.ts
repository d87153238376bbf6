import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toAppError } from '../../../shared/app-error.ts'
import { acquireDataFolder, claimOf, dataFolderPath } from './data-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a second copy is told who holds the folder and where', async () => {
  const lock = await acquireDataFolder(folder)
  await lock.announce('http://127.0.0.1:4321')
  await expect(acquireDataFolder(folder)).rejects.toMatchObject({
    code: 'DATA_FOLDER_IN_USE',
    data: { pid: process.pid, url: 'http://127.0.0.1:4321' },
  })
  await lock.release()
  const again = await acquireDataFolder(folder)
  await again.release()
  expect(await readdir(folder)).toEqual([])
})

test('of many that start at once exactly one gets the folder', async () => {
  // What was left by one that ended, by one that ended while it took that over, and so on.
  const gone = JSON.stringify({ pid: 999_999_999, identity: '1', url: null })
  for (const left of [[gone], ['{"pi'], [gone, gone], [gone, '{"pi', gone], []]) {
    for (let round = 0; round < 20; round += 1) {
      let path = join(folder, 'lock')
      for (const text of left) {
        await writeFile(path, text)
        path = claimOf(path, text)
      }
      const results = await Promise.allSettled(Array.from({ length: 12 }, (_, at) => later(at % 4, () => acquireDataFolder(folder))))
      const [lock, ...others] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      expect(others).toEqual([])
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [toAppError(result.reason).code] : []))
      expect(new Set(refused)).toEqual(new Set(['DATA_FOLDER_IN_USE']))
      expect(await readdir(folder)).toEqual(['lock'])
      await lock?.release()
    }
  }
})

async function later<T>(turns: number, begin: () => Promise<T>): Promise<T> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  return begin()
}

test('a lock whose process is gone, whose id was used again, or that is damaged is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  for (const content of [
    JSON.stringify({ pid: child.pid, identity: null, url: null }),
    JSON.stringify({ pid: process.pid, identity: 'other', url: null }),
    '{"pi',
  ]) {
    await writeFile(join(folder, 'lock'), content)
    const lock = await acquireDataFolder(folder)
    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid })
    await lock.release()
  }
})

test('a place that cannot be a folder is an error that names it', async () => {
  await writeFile(join(folder, 'file'), '')
  await expect(acquireDataFolder(join(folder, 'file', 'data'))).rejects.toThrow(/data cannot be reached: part of that path is a file/)
})

test('where data lives', () => {
  expect(dataFolderPath({ BULLPEN_HOME: '/data/b', HOME: '/home/u' }, 'linux')).toBe('/data/b')
  expect(dataFolderPath({ HOME: '/home/u' }, 'linux')).toBe('/home/u/.local/share/bullpen')
  expect(dataFolderPath({ HOME: '/Users/u' }, 'darwin')).toBe('/Users/u/Library/Application Support/Bullpen')
})
