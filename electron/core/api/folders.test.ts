import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { completeFolders } from './folders.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'bullpen-folders-'))
  for (const name of ['alpha', 'Alpine', 'beta', '.hidden', 'with space', 'many']) await mkdir(path.join(root, name))
  for (let count = 0; count < 60; count += 1) await mkdir(path.join(root, 'many', `f${String(count).padStart(2, '0')}`))
  await writeFile(path.join(root, 'alphabet.txt'), '')
  await symlink(path.join(root, 'beta'), path.join(root, 'alias'))
  await symlink(path.join(root, 'gone'), path.join(root, 'albeit'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function namesFor(prefix: string): Promise<string[]> {
  return (await completeFolders(prefix)).map(({ name }) => name)
}

test('folders that begin with what was typed, whatever its case; no files, links to folders too', async () => {
  expect(await namesFor(path.join(root, 'al'))).toEqual(['alias', 'alpha', 'Alpine'])
  expect(await namesFor(path.join(root, 'ALP'))).toEqual(['alpha', 'Alpine'])
  expect(await completeFolders(path.join(root, 'with s'))).toEqual([{ path: path.join(root, 'with space'), name: 'with space' }])
})

test('with a separator at the end, what is inside; hidden ones only when asked for', async () => {
  expect(await namesFor(`${root}/`)).toEqual(['alias', 'alpha', 'Alpine', 'beta', 'many', 'with space'])
  expect(await namesFor(path.join(root, '.h'))).toEqual(['.hidden'])
  expect(await namesFor(`${root}/alpha/`)).toEqual([])
})

test('at most fifty', async () => {
  const names = await namesFor(`${root}/many/`)
  expect(names).toHaveLength(50)
  expect(names.at(-1)).toBe('f49')
})

test('what cannot be read or is no path has none', async () => {
  for (const prefix of [`${root}/gone/`, `${root}/alphabet.txt/`, 'relative/path', 'al', '\0', `${root}/\0`, '/'.repeat(300) + 'no-such']) {
    expect(await completeFolders(prefix)).toEqual([])
  }
})

test('~ and nothing at all are the home folder', async () => {
  vi.stubEnv('HOME', root)
  expect(homedir()).toBe(root)
  expect(await namesFor('~/al')).toEqual(['alias', 'alpha', 'Alpine'])
  expect(await namesFor('')).toContain('beta')
  expect(await namesFor('~')).toEqual([path.basename(root)])
})
