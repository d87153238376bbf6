import { access, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { Git } from '../git/git.ts'
import { copyIgnored, checkCopied } from './copy-ignored.ts'
import { commitFiles, git, makeRepository, repoGit, stateOf, write } from './git-fixture.ts'
import { makeWorktree, removeWorktree } from './make-worktree.ts'
import { planWorktree, type NewWorktree, type Wish } from './new-worktree.ts'
import { RepoGit } from './repo-git.ts'
import { repositoryAt } from './repository.ts'
import { repositoryFacts } from './repository-facts.ts'

const folders: string[] = []
let root: string
let repository: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-trees-')))
  folders.push(root)
  repository = await makeRepository(join(root, 'shop'))
})
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function plan(cwd: string, wish: Partial<Wish> = {}): Promise<NewWorktree> {
  return planWorktree(repoGit, await repositoryAt(repoGit, cwd), { name: 'Fix', folder: null, ...wish })
}

async function make(cwd = repository, wish: Partial<Wish> = {}): Promise<NewWorktree> {
  const planned = await plan(cwd, wish)
  await makeWorktree(repoGit, { ...planned, main: planned.repository.main })
  return planned
}

test('it is made beside the repository, on a branch from what is checked out; a second one gets its own', async () => {
  const one = await make(join(repository, 'src'))
  expect(one).toMatchObject({ path: join(root, 'shop.worktrees', 'fix'), branch: 'fix', base: 'main', branchExists: false })
  expect(one.repository.inside).toBe('src')
  expect(await make(one.path)).toMatchObject({ path: join(root, 'shop.worktrees', 'fix-2'), branch: 'fix-2', base: 'fix' })
  expect((await make(repository, { folder: join(root, 'mine') })).path).toBe(join(root, 'mine', 'shop', 'fix-3'))
  expect(await stateOf(one)).toMatchObject({ branch: 'fix', ahead: 0, behind: 0, merged: true, cannotRemove: null, missing: false })
})

test('never inside of a repository: one within another has its worktrees beside the outer one', async () => {
  const inner = await makeRepository(join(repository, 'vendor', 'lib'))
  expect((await plan(inner)).path).toBe(join(root, 'lib.worktrees', 'fix'))
})

test('what cannot be made is refused with what to do: names, bases, no commit, no repository', async () => {
  await git(repository, 'branch', 'feature')
  const refused = async (wish: Partial<Wish>, cwd = repository) => plan(cwd, wish).then(String, (error: Error) => error.message)
  expect(await refused({ branch: 'two words' })).toMatch(/can’t be the name of a branch/)
  expect(await refused({ branch: '--force' })).toMatch(/can’t be the name of a branch/)
  expect(await refused({ branch: 'main' })).toBe(
    `The branch “main” is checked out in ${repository}. Choose another name, or work in that folder.`,
  )
  expect(await refused({ branch: 'feature/x' })).toMatch(/beside the branch “feature”/)
  expect(await refused({ base: 'nowhere' })).toMatch(/no branch, tag or commit “nowhere”/)
  expect(await refused({ base: '--all' })).toMatch(/no branch, tag or commit/)
  expect(await plan(repository, { branch: 'feature' })).toMatchObject({ branch: 'feature', branchExists: true })
  const empty = join(root, 'empty')
  await mkdir(empty)
  expect(await refused({}, empty)).toMatch(/not in a git repository/)
  await git(empty, 'init', '-q')
  expect(await refused({}, empty)).toMatch(/Nothing has been committed/)
})

test('bare, shallow and sparse repositories, and one with submodules', async () => {
  const bare = join(root, 'bare.git')
  await git(root, 'clone', '-q', '--bare', repository, bare)
  const fromBare = await make(bare)
  expect(fromBare).toMatchObject({ path: join(root, 'bare.worktrees', 'fix'), base: 'main' })
  await commitFiles(fromBare.path, { 'new.txt': 'new\n' })
  expect((await stateOf(fromBare)).cannotMerge).toMatch(/main is not checked out in any folder/)

  await commitFiles(repository, { 'readme.md': 'two\n' })
  await git(root, 'clone', '-q', '--depth', '1', `file://${repository}`, 'shallow')
  expect(await stateOf(await make(join(root, 'shallow')))).toMatchObject({ ahead: 0, cannotRemove: null })

  await git(root, 'clone', '-q', repository, 'sparse')
  await git(join(root, 'sparse'), 'sparse-checkout', 'set', '--no-cone', '/readme.md')
  const sparse = await make(join(root, 'sparse'))
  expect(await stateOf(sparse)).toMatchObject({ uncommitted: { total: 0 }, cannotRemove: null })

  await git(repository, 'submodule', 'add', '-q', bare, 'lib')
  await git(repository, 'commit', '-qm', 'with a submodule')
  const withModule = await make(repository, { branch: 'modules' })
  expect((await stateOf(withModule)).cannotRemove).toBeNull()
})

test('submodules are looked into: what only they have keeps the worktree, else it goes with them', async () => {
  const lib = await makeRepository(join(root, 'lib'))
  await git(repository, 'submodule', 'add', '-q', lib, 'lib')
  await git(repository, 'commit', '-qm', 'with a submodule')
  const made = await make(repository, { branch: 'modules' })
  await git(made.path, 'submodule', 'update', '-q', '--init')
  const inner = join(made.path, 'lib')
  expect(await stateOf(made)).toMatchObject({ cannotRemove: null, ignored: { total: 0 } })
  await write(inner, { 'new.txt': 'x', '.env': 'secret' })
  const dirty = await stateOf(made)
  expect(dirty.cannotRemove).toMatch(/1 file is not committed/)
  expect(dirty.ignored.items).toEqual(['lib/.env'])
  await git(inner, 'stash', 'push', '-qu')
  expect((await stateOf(made)).unsaved.items.map(({ subject }) => subject)).toContainEqual(
    expect.stringMatching(/^lib: WIP on \(no branch\)/),
  )
  await git(inner, 'stash', 'drop', '-q')
  await git(inner, 'switch', '-q', '-c', 'own')
  await commitFiles(inner, { 'own.txt': 'x' }, 'own work')
  await git(inner, 'switch', '-q', '--detach', 'origin/main')
  expect(await stateOf(made)).toMatchObject({
    unsaved: { total: 1, items: [{ subject: 'lib: own work' }] },
    cannotRemove: '1 commit is neither in main nor pushed. Merge or push it first.',
  })
  await git(inner, 'push', '-q', 'origin', 'own')
  expect((await stateOf(made)).cannotRemove).toBeNull()
  await removeWorktree(repoGit, repository, made.path)
  expect(await git(repository, 'worktree', 'list')).not.toContain('modules')
})

test('one that is locked, or whose record leads to commits on no branch, keeps what git knows of it', async () => {
  const made = await make()
  await git(repository, 'worktree', 'lock', made.path)
  expect((await stateOf(made)).cannotRemove).toMatch(/^It is locked/)
  await git(repository, 'worktree', 'unlock', made.path)
  await git(made.path, 'switch', '-q', '--detach')
  await commitFiles(made.path, { 'a.txt': 'a\n' })
  expect((await stateOf(made)).cannotRemove).toMatch(/^1 commit is on no branch/)
  const head = await git(made.path, 'rev-parse', 'HEAD')
  await rm(made.path, { recursive: true })
  const gone = await stateOf(made)
  expect(gone.cannotRemove).toContain(`git branch <name> ${head.slice(0, 12)}`)
  expect(gone.cannotRestore).toBe(gone.cannotRemove)
  await git(repository, 'branch', 'kept', head)
  expect(await stateOf(made)).toMatchObject({ cannotRemove: null, cannotRestore: null })
})

test('a base keeps its meaning: what is relative stands for its commit, and no branch is its own base', async () => {
  await commitFiles(repository, { 'b.txt': 'b\n' })
  const before = await git(repository, 'rev-parse', 'HEAD~1')
  expect(await plan(repository, { base: 'HEAD~1' })).toMatchObject({ base: before.slice(0, 12), baseCommit: before })
  expect(await plan(repository, { base: '@' })).toMatchObject({ base: 'main' })
  await git(repository, 'tag', 'v1')
  expect(await plan(repository, { base: 'v1' })).toMatchObject({ base: 'v1' })
  await git(repository, 'branch', 'feature')
  await expect(plan(repository, { branch: 'feature', base: 'feature' })).rejects.toThrow(/can’t be its own base/)
})

test('where the base is being rebased, that is said', async () => {
  const made = await make()
  await commitFiles(made.path, { 'a.txt': 'a\n' })
  await git(repository, 'branch', 'side')
  await commitFiles(repository, { 'readme.md': 'mine\n' })
  await git(repository, 'switch', '-q', 'side')
  await commitFiles(repository, { 'readme.md': 'theirs\n' })
  await git(repository, 'switch', '-q', 'main')
  await git(repository, 'rebase', 'side').catch(() => '')
  expect((await stateOf(made)).cannotMerge).toBe(`In ${repository} a rebase of main is in progress. Finish or abort it there first.`)
})

test('work that is only there is named, and git is told nothing by looking', async () => {
  const made = await make()
  await commitFiles(made.path, { 'a.txt': 'a\n' }, 'add a')
  await write(made.path, {
    'b.txt': 'b\n',
    'readme.md': 'changed\n',
    '.env': 'secret\n',
    'node_modules/x/y.js': '',
    'neu/\u202etxt.exe': '',
    'two\nlines': '',
  })
  const before = (await readdir(join(repository, '.git', 'objects'))).length
  const state = await stateOf(made)
  expect(state).toMatchObject({ ahead: 1, behind: 0, merged: false, unsaved: { total: 1, items: [{ subject: 'add a' }] } })
  expect(state.uncommitted.items).toEqual([
    { path: 'readme.md', state: 'changed' },
    { path: 'b.txt', state: 'untracked' },
    { path: 'neu/', state: 'untracked' },
    { path: 'two\nlines', state: 'untracked' },
  ])
  expect(state.ignored.items).toEqual(['.env', 'node_modules/'])
  expect(state.cannotRemove).toBe('4 files are not committed. Commit them, or discard them yourself.')
  expect((await readdir(join(repository, '.git', 'objects'))).length).toBe(before)
  await expect(removeWorktree(repoGit, repository, made.path)).rejects.toMatchObject({ code: 'GIT_FAILED' })
})

test('commits count as kept once they are in the base, squashed into it, or at a remote', async () => {
  await git(root, 'init', '-q', '--bare', 'origin.git')
  await git(repository, 'remote', 'add', 'origin', join(root, 'origin.git'))
  const pushed = await make(repository, { branch: 'pushed' })
  const squashed = await make(repository, { branch: 'squashed' })
  await commitFiles(pushed.path, { 'p.txt': 'p\n' })
  expect((await stateOf(pushed)).cannotRemove).toBe('1 commit is neither in main nor pushed. Merge or push it first.')
  await git(pushed.path, 'push', '-q', '-u', 'origin', 'pushed')
  expect(await stateOf(pushed)).toMatchObject({
    merged: false,
    cannotRemove: null,
    upstream: { name: 'origin/pushed', ahead: 0, gone: false },
  })
  await git(repository, 'update-ref', '-d', 'refs/remotes/origin/pushed')
  expect((await stateOf(pushed)).upstream).toMatchObject({ gone: true })
  await commitFiles(squashed.path, { 's.txt': 's\n' })
  await commitFiles(squashed.path, { 's.txt': 'more\n' })
  await git(repository, 'merge', '-q', '--squash', 'squashed')
  await git(repository, 'commit', '-qm', 'squashed')
  expect(await stateOf(squashed)).toMatchObject({ ahead: 2, merged: true, unsaved: { total: 0 }, cannotRemove: null })
})

test('conflicts are known before; a rebase in progress, a broken index and a folder deleted by hand are said', async () => {
  const made = await make()
  await commitFiles(made.path, { 'readme.md': 'mine\n' })
  await commitFiles(repository, { 'readme.md': 'theirs\n' })
  const state = await stateOf(made)
  expect(state.conflicts).toEqual({ items: ['readme.md'], total: 1 })
  expect(state.cannotMerge).toMatch(/^1 file would conflict with main\. Merge main into fix in the worktree/)
  await git(made.path, 'rebase', 'main').catch(() => '')
  const rebasing = await stateOf(made)
  expect(rebasing).toMatchObject({ operation: 'rebase', branch: null, uncommitted: { items: [{ path: 'readme.md', state: 'conflict' }] } })
  expect(rebasing.cannotRemove).toBe('In the worktree a rebase is in progress. Finish or abort it first.')
  await git(made.path, 'rebase', '--abort')
  await writeFile(join(repository, '.git', 'worktrees', 'fix', 'index'), 'not an index')
  const broken = await stateOf(made)
  expect(broken.problem?.message).toMatch(/can’t read the index/)
  expect(broken.cannotRemove).toBe(broken.problem?.message)
  await rm(made.path, { recursive: true })
  expect(await stateOf(made)).toMatchObject({ missing: true, ahead: 1, cannotRestore: null, unsaved: { total: 1 } })
  await git(repository, 'worktree', 'prune')
  await git(repository, 'switch', '-q', 'fix')
  expect((await stateOf(made)).cannotRestore).toBe(`Its branch fix is checked out in ${repository} now. Choose that folder instead.`)
})

test('worktrees that Claude made are told apart, and one within another keeps it from being removed', async () => {
  const made = await make()
  await git(repository, 'worktree', 'add', '-q', '-b', 'worktree-calm', join(repository, '.claude', 'worktrees', 'calm'))
  expect((await stateOf(made)).others).toEqual([
    { path: join(repository, '.claude', 'worktrees', 'calm'), branch: 'worktree-calm', byClaude: true, missing: false },
  ])
  await write(made.path, { '.gitignore': '.claude\n' })
  await git(made.path, 'commit', '-qam', 'ignore')
  await git(repository, 'merge', '-q', 'fix')
  await git(made.path, 'worktree', 'add', '-q', '-b', 'worktree-inner', join(made.path, '.claude', 'worktrees', 'inner'))
  expect((await stateOf(made)).cannotRemove).toMatch(/^It contains another worktree/)
})

test('a lock of another git that stays is waited for shortly, then named', async () => {
  const lock = join(repository, '.git', 'index.lock')
  await writeFile(lock, '')
  await expect(repoGit.text(repository, ['add', '-A'], 'add')).rejects.toMatchObject({ code: 'STATE_CONFLICT', data: { lock } })
  const late = repoGit.text(repository, ['add', '-A'], 'add')
  await rm(lock)
  expect(await late).toBe('')
})

test('without git it is said what to install, and nothing else is wrong', async () => {
  const none = new RepoGit(new Git(() => Promise.resolve({ PATH: root })))
  const facts = await repositoryFacts(none, { cwd: repository, name: 'x', folder: null, workers: [] })
  expect(facts).toMatchObject({ repository: null, problem: { code: 'GIT_MISSING' } })
})

test('what git ignores is copied, and nothing is written outside or over what is there', async () => {
  const made = await make()
  await write(repository, { '.env': 'a', '.env.local': 'b', 'node_modules/x/i.js': 'c', 'notes.txt': 'untracked' })
  await symlink('../../..', join(repository, 'node_modules', 'up'))
  await mkdir(join(root, 'elsewhere'))
  await symlink(join(root, 'elsewhere'), join(made.path, 'node_modules'))
  const left = await copyIgnored(repoGit, repository, made.path, ['.env*', 'node_modules/x', 'notes.txt', 'gone', 'readme.*'])
  expect(left.map(({ path }) => path)).toEqual(['node_modules/x', 'notes.txt', 'gone', 'readme.*'])
  expect((await readdir(made.path)).filter((name) => name.startsWith('.env'))).toEqual(['.env', '.env.local'])
  expect(await readdir(join(root, 'elsewhere'))).toEqual([])
  await rm(join(made.path, 'node_modules'))
  expect(await copyIgnored(repoGit, repository, made.path, ['node_modules', '.env'])).toEqual([
    { path: '.env', reason: 'The worktree has one already.' },
  ])
  await access(join(made.path, 'node_modules', 'x', 'i.js'))
  for (const path of ['/etc/passwd', '../x', 'a/../../x', '.git/config', 'C:\\x'])
    expect(() => checkCopied([path])).toThrow(/not a path inside/)
})
