import { execFileSync } from 'node:child_process'
import { chmod, copyFile, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repositoryOf } from '../git/repository.ts'
import { Workshop } from './change-fixtures.ts'
import { commitChosen } from './commit.ts'
import { recoverCommits } from './commit-recovery.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await Workshop.open()
})
afterAll(() => shop.close())

const log = pino({ level: 'silent' })
const status = (root: string) => shop.plain(root, 'status', '--porcelain', '--untracked-files=all')

/** Where a commit was when the app was killed, right after git had made it, or before; put back as it was then. */
async function cutOff(name: string, hook: 'pre-commit' | 'post-commit'): Promise<{ root: string; home: string }> {
  const root = await shop.repository(name, { a: '1\n', b: '1\n', c: '1\n', gone: '1\n' })
  const home = join(shop.folder, `home-${name}`)
  await shop.write(root, { a: '2\n', b: 'staged\n', new: 'n\n', part: 'x\ny\n' })
  shop.plain(root, 'add', 'b')
  execFileSync('rm', [join(root, 'gone')])
  const path = join(root, '.git', 'hooks', hook)
  const left = `cp -r "$(dirname "$GIT_INDEX_FILE")" '${home}/commit-cut'; cp '${root}/.git/index' '${home}/index'`
  await writeFile(path, `#!/bin/sh\n${left}\n${hook === 'pre-commit' ? 'exit 1' : ''}\n`)
  await chmod(path, 0o755)
  const repository = await repositoryOf(root)
  if (repository === null) throw new Error('There is no repository.')
  const partial = [{ path: 'part', mode: '100644', bytes: Buffer.from('x\n') }]
  await commitChosen({ git: shop.git, repository, home }, { whole: ['a', 'new', 'gone'], partial }, 'Made').catch(() => {})
  await copyFile(join(home, 'index'), join(root, '.git', 'index'))
  return { root, home }
}

test('a commit that was made right before a kill is in the index after the next start, and what else is staged stays so', async () => {
  const { root, home } = await cutOff('made', 'post-commit')
  expect(status(root)).toContain('MM a')
  await recoverCommits(home, shop.git, log)
  expect(status(root)).toBe('M  b\n M part\n')
  expect(await readdir(home)).toEqual(['index'])
})

test('one that was not made changes nothing, and is forgotten once it cannot come any more', async () => {
  const { root, home } = await cutOff('not-made', 'pre-commit')
  const before = status(root)
  await recoverCommits(home, shop.git, log)
  expect([status(root), (await readdir(home)).toSorted()]).toEqual([before, ['commit-cut', 'index']])
  const then = new Date(Date.now() - 3_600_000)
  await utimes(join(home, 'commit-cut', 'commit.json'), then, then)
  await recoverCommits(home, shop.git, log)
  expect([status(root), await readdir(home)]).toEqual([before, ['index']])
})

test('nothing is changed where somebody has committed since, or the repository is gone', async () => {
  const { root, home } = await cutOff('since', 'post-commit')
  shop.plain(root, 'commit', '-q', '--no-verify', '-m', 'by hand')
  const before = status(root)
  await recoverCommits(home, shop.git, log)
  expect([status(root), await readdir(home)]).toEqual([before, ['index']])
  const other = await cutOff('gone', 'post-commit')
  execFileSync('rm', ['-rf', other.root])
  await recoverCommits(other.home, shop.git, log)
  await recoverCommits(join(shop.folder, 'nowhere'), shop.git, log)
  expect(await readdir(other.home)).toContain('commit-cut')
})
