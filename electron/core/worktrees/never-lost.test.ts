import fc from 'fast-check'
import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { commitFiles, git, makeRepository, repoGit, stateOf, write } from './git-fixture.ts'
import { makeWorktree, removeWorktree } from './make-worktree.ts'
import { planWorktree } from './new-worktree.ts'
import { repositoryAt } from './repository.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
let root: string
let main: string
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-lost-')))
  main = await makeRepository(join(root, 'shop'))
  await git(root, 'init', '-q', '--bare', 'origin.git')
  await git(main, 'remote', 'add', 'origin', join(root, 'origin.git'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

type Place = { tree: string }

/** What people and Claude do in a worktree; git may refuse some of it where it does not fit. */
const acts = {
  commit: ({ tree }) => commitFiles(tree, { [`${fresh()}.txt`]: fresh() }),
  undo: ({ tree }) => git(tree, 'revert', '--no-edit', 'HEAD'),
  edit: ({ tree }) => write(tree, { 'readme.md': fresh() }),
  discard: ({ tree }) => git(tree, 'checkout', '--', '.'),
  stage: ({ tree }) => git(tree, 'add', '-A'),
  stagedOnly: async ({ tree }) => {
    await write(tree, { 'src/app.ts': fresh() })
    await git(tree, 'add', 'src/app.ts')
    await git(tree, 'show', 'HEAD:src/app.ts').then((text) => write(tree, { 'src/app.ts': `${text}\n` }))
  },
  untracked: ({ tree }) => write(tree, { [`new/${fresh()}`]: fresh() }),
  ignored: ({ tree }) => write(tree, { '.env': fresh() }),
  hidden: async ({ tree }) => {
    await git(tree, 'update-index', '--skip-worktree', 'readme.md')
    await write(tree, { 'readme.md': fresh() })
  },
  assumed: async ({ tree }) => {
    await git(tree, 'update-index', '--assume-unchanged', 'src/app.ts')
    await write(tree, { 'src/app.ts': fresh() })
  },
  detach: ({ tree }) => git(tree, 'switch', '-q', '--detach'),
  branch: ({ tree }) => git(tree, 'switch', '-q', '-c', fresh()),
  stash: ({ tree }) => git(tree, 'stash', 'push', '-q', '--include-untracked'),
  ownRef: ({ tree }) => git(tree, 'update-ref', 'refs/worktree/kept', 'HEAD'),
  back: ({ tree }) => git(tree, 'reset', '-q', '--hard', 'HEAD~1'),
  amend: ({ tree }) => git(tree, 'commit', '-q', '--amend', '--allow-empty', '-m', fresh()),
  push: ({ tree }) => git(tree, 'push', '-q', 'origin', 'HEAD:refs/heads/pushed', '--force'),
  merge: async ({ tree }) => git(main, 'merge', '-q', await git(tree, 'rev-parse', 'HEAD')),
  squash: async ({ tree }) => {
    await git(main, 'merge', '-q', '--squash', await git(tree, 'rev-parse', 'HEAD'))
    await git(main, 'commit', '-qm', 'squashed')
  },
} satisfies Record<string, (place: Place) => Promise<unknown>>
type Act = keyof typeof acts

/** Blobs and commits that are in the worktree now: in its files that git does not ignore, in its index, and behind its own refs. */
async function contentOf(tree: string): Promise<Set<string>> {
  const files = (await git(tree, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')).split('\0').filter(Boolean)
  const there = files.filter((path) => existsSync(join(tree, path)))
  const blobs = there.length === 0 ? [] : (await git(tree, 'hash-object', '--', ...there)).split('\n')
  const staged = (await git(tree, 'ls-files', '--stage')).split('\n').flatMap((line) => line.split(' ')[1] ?? [])
  const own = (await git(tree, 'for-each-ref', '--format=%(refname)', 'refs/worktree')).split('\n').filter(Boolean)
  return new Set([...blobs, ...staged, ...(await objects(tree, 'HEAD', ...own))])
}

async function objects(folder: string, ...from: string[]): Promise<string[]> {
  return (await git(folder, 'rev-list', '--objects', '--no-object-names', ...from)).split('\n')
}

let made = 0
const fresh = () => `made-${(made += 1)}`

/** Does all of it in a new worktree, then removes it as the app does. Answers why it stayed, null once it is gone and nothing with it. */
async function removedAfter(steps: readonly Act[]): Promise<string | null> {
  const plan = await planWorktree(repoGit, await repositoryAt(repoGit, main), { name: fresh(), folder: null })
  await makeWorktree(repoGit, { ...plan, main })
  const { path } = plan
  for (const step of steps) await acts[step]({ tree: path }).catch(() => undefined)
  const before = await contentOf(path)
  const { cannotRemove } = await stateOf(plan)
  if (cannotRemove !== null) return cannotRemove
  await removeWorktree(repoGit, main, path)
  const after = new Set(await objects(main, '--all'))
  expect(
    [...before].filter((object) => !after.has(object)),
    `lost by removing after ${steps.join(', ')}`,
  ).toEqual([])
  return null
}

test.each<[string, Act[]]>([
  ['a change that git was told to overlook', ['hidden']],
  ['a change in a file that git takes for unchanged', ['assumed']],
  ['commits on no branch that take each other back', ['detach', 'commit', 'undo']],
  ['commits on no branch whose content was squashed into the base', ['detach', 'commit', 'squash']],
  ['a commit that only a ref of the worktree has', ['commit', 'ownRef', 'back']],
  ['what is staged and nowhere else', ['stagedOnly']],
])('%s keeps a worktree from being removed', async (_, steps) => {
  expect(await removedAfter(steps)).toEqual(expect.any(String))
})

test.each<Act[]>([
  [],
  ['commit', 'merge'],
  ['commit', 'push'],
  ['commit', 'squash'],
  ['detach', 'commit', 'push'],
  ['edit', 'stash'],
  ['ignored'],
])('it is removed after %s, %s', async (...steps) => {
  expect(await removedAfter(steps)).toBeNull()
})

test('whatever is done in a worktree: where it is removed, all that was in it is kept elsewhere', async () => {
  const steps = fc.array(fc.constantFrom(...Object.keys(acts).filter((name): name is Act => name in acts)), { maxLength: 9 })
  let removed = 0
  await fc.assert(
    fc.asyncProperty(steps, async (done) => {
      if ((await removedAfter(done)) === null) removed += 1
    }),
    { numRuns: Number(process.env['RUNS'] ?? 10) },
  )
  expect(removed).toBeGreaterThan(0)
}, 600_000)
