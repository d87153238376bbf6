import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { projectOf } from './project-of.ts'

const run = promisify(execFile)
let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-projects-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const git = (cwd: string, ...args: string[]) =>
  run('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', '-c', 'protocol.file.allow=always', ...args], { cwd })

async function repository(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, 'src', 'deep'), { recursive: true })
  await git(path, 'init', '-q', '-b', 'main')
  await git(path, 'commit', '-q', '--allow-empty', '-m', 'x')
  return path
}

test('a folder inside, a link and a worktree belong to the repository', async () => {
  const main = await repository('app')
  const tree = join(folder, 'trees', 'fix it\u202e')
  await git(main, 'worktree', 'add', '-q', '--detach', tree)
  await mkdir(join(tree, 'lib'))
  await symlink(main, join(folder, 'link'))
  for (const inside of [main, join(main, 'src', 'deep'), join(folder, 'link', 'src'), tree, join(tree, 'lib')])
    expect(await projectOf(inside)).toEqual({ folder: inside, root: main, name: 'app', isRepository: true })
})

test('worktrees of a bare repository are one project, a submodule is its own', async () => {
  const main = await repository('app')
  const bare = join(folder, 'store.git')
  await git(folder, 'clone', '-q', '--bare', main, bare)
  await git(bare, 'worktree', 'add', '-q', join(folder, 'one'), 'main')
  expect(await projectOf(join(folder, 'one'))).toMatchObject({ root: bare, name: 'store' })
  const outer = await repository('outer')
  await git(outer, 'submodule', '--quiet', 'add', main, 'part')
  expect(await projectOf(join(outer, 'part'))).toMatchObject({ root: join(outer, 'part'), name: 'part' })
})

test('a folder without a repository, with a broken one, or gone, is a project by itself', async () => {
  const plain = join(folder, 'plain')
  await mkdir(join(plain, '.git'), { recursive: true })
  expect(await projectOf(plain)).toEqual({ folder: plain, root: plain, name: 'plain', isRepository: false })
  const odd = join(folder, 'odd')
  await mkdir(odd)
  await writeFile(join(odd, '.git'), 'gitdir nowhere')
  expect(await projectOf(odd)).toMatchObject({ root: odd, isRepository: false })
  const gone = join(folder, 'gone', 'far')
  expect(await projectOf(gone)).toEqual({ folder: gone, root: gone, name: 'far', isRepository: false })
  expect(await projectOf('not absolute')).toMatchObject({ root: 'not absolute', isRepository: false })
})
