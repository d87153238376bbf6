import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FolderIndex, usualLimits, type IndexLimits } from './folder-index.ts'

let root: string
const indexes: FolderIndex[] = []
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-index-'))
})
afterEach(async () => {
  for (const index of indexes.splice(0)) index.close()
  await rm(root, { recursive: true, force: true })
})

async function write(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), '')
  }
}

function indexOf(limits: Partial<IndexLimits> = {}): FolderIndex {
  const index = new FolderIndex(root, { ...usualLimits, freshMs: 0, ...limits })
  indexes.push(index)
  return index
}

function pathsOf({ table }: FolderIndex): string[] {
  return Array.from({ length: table.length }, (_, row) => table.path(row)).toSorted()
}

const odd = ['a b.txt', 'new\nline.txt', 'quo"te.txt', 'שלום.txt', 'e\u202Etxt.exe']

test('a repository has its files and those that are not ignored, with their folders, whatever their names', async () => {
  execFileSync('git', ['init', '-q'], { cwd: root })
  await write('.gitignore', 'src/deep/x.ts', 'build/out.js', ...odd)
  await writeFile(join(root, '.gitignore'), 'build/\n')
  const index = indexOf()
  await index.refresh()
  expect(pathsOf(index)).toEqual(['.gitignore', 'src/', 'src/deep/', 'src/deep/x.ts', ...odd].toSorted())
  expect(index.state).toEqual({ paths: 9, building: false, whole: true })
  await write('later.ts')
  await index.refresh()
  expect(pathsOf(index)).toContain('later.ts')
})

test('any other folder is gone through: ignored files, loops of links and what cannot be read hold nothing up', async () => {
  await write('src/x.ts', 'src/skip.log', 'src/keep/keep.log', 'node_modules/a/index.js', 'closed/secret', ...odd)
  await writeFile(join(root, '.gitignore'), '*.log\n')
  await writeFile(join(root, 'src/keep/.gitignore'), '!keep.log\n')
  await symlink('..', join(root, 'src/up'))
  await symlink('nowhere', join(root, 'gone'))
  await chmod(join(root, 'closed'), 0)
  const index = indexOf()
  await index.refresh()
  await chmod(join(root, 'closed'), 0o700)
  const found = pathsOf(index).filter((path) => path !== 'closed/secret')
  const there = ['.gitignore', 'closed/', 'gone', 'src/', 'src/keep/', 'src/keep/.gitignore', 'src/keep/keep.log', 'src/up', 'src/x.ts']
  expect(found).toEqual([...there, ...odd].toSorted())
  expect(index.state.whole).toBe(true)
})

test.each([true, false])('more files than it takes are left out, and it says so (repository: %s)', async (isRepository) => {
  if (isRepository) execFileSync('git', ['init', '-q'], { cwd: root })
  await write(...Array.from({ length: 40 }, (_, count) => `d${count % 4}/f${count}`))
  const index = indexOf({ mostPaths: 20 })
  await index.refresh()
  expect(index.table.length).toBeGreaterThanOrEqual(20)
  expect(index.table.length).toBeLessThan(30)
  expect(index.state.whole).toBe(false)
})

test('a folder that is gone has nothing', async () => {
  await rm(root, { recursive: true })
  const index = indexOf()
  await index.refresh()
  expect(pathsOf(index)).toEqual([])
})
