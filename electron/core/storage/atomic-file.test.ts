import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFileAtomic } from './atomic-file.ts'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bullpen-atomic-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

test.each(['', 'inside'])('a folder in the place of the file is put aside with what it holds (%j)', async (inside) => {
  const path = join(folder, 'file')
  await mkdir(join(path, inside), { recursive: true })
  await writeFileAtomic(path, 'new')
  expect(await readFile(path, 'utf8')).toBe('new')
  const names = (await readdir(folder)).toSorted()
  expect(names).toEqual(['file', expect.stringMatching(/^file\.damaged-\d+$/)])
  expect(await readdir(join(folder, names[1] ?? ''))).toEqual(inside === '' ? [] : [inside])
})

test('a file that is there stays where it may not be replaced', async () => {
  const path = join(folder, 'file')
  await writeFileAtomic(path, 'old')
  await expect(writeFileAtomic(path, 'new', { replace: false })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file'])
})
