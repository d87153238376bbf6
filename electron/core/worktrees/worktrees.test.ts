import { access, chmod, mkdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { instanceConfigSchema, type Instance } from '../../../shared/domain/instance.ts'
import { worktreeRequestSchema } from '../../../shared/domain/worktree.ts'
import { instanceFileSchema } from '../pool/instance-file.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { commitFiles, git, makeRepository, write } from './git-fixture.ts'

let run: CoreRun
let repository: string
let count = 0
/** The real program answers. */
const longMs = 60_000
beforeAll(async () => {
  run = await openCore()
  repository = await makeRepository(join(await realpath(run.folders.work), 'shop'))
  await write(repository, { '.env': 'secret\n' })
})
afterAll(() => run.close())

async function create(worktree: Record<string, unknown> = {}, cwd = repository): Promise<Instance & { path: string }> {
  count += 1
  const config = instanceConfigSchema.parse({ name: `tree ${count}`, cwd })
  const made = await run.core.worktrees.create({ ...config, start: false, worktree: worktreeRequestSchema.parse(worktree) })
  return { ...made, path: made.worktree?.path ?? '' }
}

const record = (id: string) => run.core.pool.instances.get(id).worktree
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

test('made with its instance: its folder, the copied files, and a set-up that fails, is shown, and is run again', async () => {
  const made = await create(
    { branch: 'one', setup: 'echo installing; test -f ready || { echo no ready file >&2; exit 3; }', copy: ['.env', 'gone'] },
    join(repository, 'src'),
  )
  expect(made).toMatchObject({
    cwd: join(made.path, 'src'),
    worktree: { repository, branch: 'one', base: 'main', notCopied: [{ path: 'gone' }] },
  })
  expect(await readFile(join(made.path, '.env'), 'utf8')).toBe('secret\n')
  await until('the set-up to fail', () => record(made.id)?.setup?.state === 'failed')
  expect(record(made.id)?.setup).toMatchObject({ exitCode: 3, tail: 'installing\nno ready file\n' })
  await writeFile(join(made.cwd, 'ready'), '')
  await run.core.worktrees.setUp(made.id, undefined)
  await until('the set-up to be done', () => record(made.id)?.setup?.state === 'done')
  expect(await run.core.worktrees.setupOutput(made.id)).toBe('installing\n')
  await run.core.worktrees.setUp(made.id, 'echo waiting; sleep 300')
  await run.core.worktrees.stopSetup(made.id)
  expect(record(made.id)?.setup).toMatchObject({ state: 'failed', exitCode: null, ended: 'Stopped.' })
})

test('a message waits for the set-up, for one that failed too until it is done or skipped, over a restart as well', async () => {
  const { core } = run
  const made = await create({ branch: 'held', setup: 'test -f go' })
  const { id } = await core.conversations.create({ instanceId: made.id })
  const sent = await core.pool.send(id, { text: 'hello', priority: 5 })
  await until('the set-up to fail', () => record(made.id)?.setup?.state === 'failed')
  const reason = () => run.core.pool.tasks.list({ conversationId: id })[0]?.waitingFor
  expect(reason()).toBe('The setup of its worktree failed. Open the instance to run it again or skip it.')
  expect(record(made.id)?.setup?.holds).toBe(true)
  expect(core.pool.instances.get(made.id).process).toBeNull()
  await writeFile(join(made.path, 'go'), '')
  await core.worktrees.setUp(made.id, undefined)
  expect((await sent.done).outcome).toBe('done')
  expect(record(made.id)?.setup?.holds).toBe(false)

  const other = await create({ branch: 'held-2', setup: 'sleep 300' })
  const conversation = await core.conversations.create({ instanceId: other.id })
  await core.pool.send(conversation.id, { text: 'hello again', priority: 5 })
  await run.reopen()
  await run.core.worktrees.ready
  expect(record(other.id)?.setup).toMatchObject({ state: 'failed', ended: 'Stopped when Bullpen was closed.', holds: true })
  await run.core.worktrees.skipSetup(other.id)
  await run.core.pool.instances.start(other.id)
  await until('the message to be answered', () => run.core.conversations.get(conversation.id).lastTurn?.outcome === 'done', longMs)
})

test('nothing is left where the instance cannot be made', async () => {
  const before = await git(repository, 'worktree', 'list')
  await writeFile(join(run.folders.work, 'shop.worktrees', 'blocked'), 'a file in the way')
  const made = await create({ branch: 'blocked' })
  expect(made.path).toMatch(/blocked-2$/)
  const config = instanceConfigSchema.parse({ name: made.name, cwd: repository })
  const again = run.core.worktrees.create({ ...config, start: false, worktree: worktreeRequestSchema.parse({ branch: 'never' }) })
  await expect(again).rejects.toMatchObject({ code: 'NAME_TAKEN' })
  await run.core.worktrees.removeInstance(made.id, 'remove', 'keep')
  expect(await git(repository, 'worktree', 'list')).toBe(before)
  expect(await git(repository, 'branch', '--list', 'never')).toBe('')
})

test('merged into the base only where nothing can be lost; what keeps it is said, a hook that fails changes nothing', async () => {
  const made = await create({ branch: 'merged' })
  const merging = () => run.core.worktrees.merge(made.id)
  await expect(merging()).rejects.toMatchObject({ message: 'Nothing to merge: main has all of its commits.' })
  await commitFiles(made.path, { 'merged.txt': 'mine\n' })
  await write(repository, { 'readme.md': 'not committed\n' })
  await expect(merging()).rejects.toMatchObject({
    message: `1 file in ${repository} is not committed. Commit or stash it there, then merge.`,
  })
  await git(repository, 'commit', '-qam', 'theirs')
  await git(repository, 'switch', '-q', '-c', 'elsewhere')
  await expect(merging()).rejects.toMatchObject({
    message: `main is not checked out in any folder. Run git switch main in ${repository}, then merge.`,
  })
  await git(repository, 'switch', '-q', 'main')
  await expect(merging()).rejects.toThrow(/doesn’t know who you are/)
  await git(repository, 'config', 'user.name', 'Somebody')
  await git(repository, 'config', 'user.email', 'somebody@example.com')
  const hook = join(repository, '.git', 'hooks', 'pre-merge-commit')
  await writeFile(hook, '#!/bin/sh\necho not on a Saturday >&2\nexit 1\n')
  await chmod(hook, 0o755)
  await expect(merging()).rejects.toThrow(/not on a Saturday/)
  expect(await git(repository, 'status', '--porcelain', '--untracked-files=no')).toBe('')
  await rm(hook)
  expect(await merging()).toMatchObject({ merged: true, ahead: 0, cannotMerge: 'Nothing to merge: main has all of its commits.' })
  expect(await git(repository, 'log', '-1', '--format=%s')).toBe("Merge branch 'merged'")
})

test('removed only without work in it and once what git ignores was named; then made again from its branch for the conversation', async () => {
  const made = await create({ branch: 'going', copy: ['.env'] })
  const { core } = run
  const conversation = await core.conversations.create({ instanceId: made.id })
  const removing = (ignored: 'keep' | 'remove' = 'keep') => core.worktrees.remove(made.id, ignored)
  await write(made.path, { 'work.txt': 'work\n' })
  await expect(removing()).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
    data: { uncommitted: [{ path: 'work.txt', state: 'untracked' }] },
  })
  await git(made.path, 'add', '-A')
  await git(made.path, 'commit', '-qm', 'the work')
  await expect(removing('remove')).rejects.toMatchObject({ data: { unsaved: [{ subject: 'the work' }] } })
  await core.worktrees.merge(made.id)
  await expect(removing()).rejects.toMatchObject({ data: { ignored: ['.env'] } })
  await git(repository, 'worktree', 'lock', made.path)
  await expect(core.worktrees.removeInstance(made.id, 'remove', 'remove')).rejects.toThrow(/It is locked/)
  expect(core.pool.instances.has(made.id)).toBe(true)
  await git(repository, 'worktree', 'unlock', made.path)
  const second = await core.pool.instances.create({ ...instanceConfigSchema.parse({ name: 'second', cwd: made.path }), start: false })
  await expect(removing('remove')).rejects.toMatchObject({ message: 'second works in it too. Give it another folder first.' })
  await core.worktrees.removeInstance(second.id, 'keep', 'keep')
  expect(await removing('remove')).toMatchObject({ missing: true, cannotRestore: null, worktree: { branch: 'going' } })
  expect(await isThere(made.path)).toBe(false)
  expect(await git(repository, 'branch', '--list', '--format=%(refname:short)', 'going')).toBe('going')
  const again = await core.worktrees.restoreForConversation(conversation.id)
  expect(again).toMatchObject({ missing: false, branch: 'going' })
  expect(await readFile(join(made.path, '.env'), 'utf8')).toBe('secret\n')
  expect(record(made.id)?.removedAt).toBeUndefined()
})

test('a worktree that was moved is found by what git keeps of it, and its instance goes on there', async () => {
  const { core } = run
  const made = await create({ branch: 'moving' }, join(repository, 'src'))
  const conversation = await core.conversations.create({ instanceId: made.id })
  const say = async (text: string) => (await core.pool.send(conversation.id, { text, priority: 5 })).done
  expect((await say('[remember: heron]')).outcome).toBe('done')
  await core.pool.instances.stop(made.id)
  const second = join(run.folders.work, 'elsewhere', 'second')
  await mkdir(join(run.folders.work, 'elsewhere'))
  await git(repository, 'worktree', 'move', made.path, second)
  // Without anybody having looked: the message itself finds it.
  expect((await say('[recall]')).outcome).toBe('done')
  expect((await core.conversations.messages(conversation.id, { limit: 1, superseded: false })).items[0]?.text).toContain('heron')
  await until('the instance to have it', () => core.pool.instances.get(made.id).cwd === join(second, 'src'))
  expect(record(made.id)).toMatchObject({ path: second, branch: 'moving' })
  await core.pool.instances.stop(made.id)
  const third = join(run.folders.work, 'elsewhere', 'third')
  await rename(second, third)
  expect(await core.worktrees.state(made.id)).toMatchObject({ missing: true })
  await git(repository, 'worktree', 'repair', third)
  expect(await core.worktrees.state(made.id)).toMatchObject({ missing: false, path: third, branch: 'moving' })
  expect(core.pool.instances.get(made.id).cwd).toBe(join(third, 'src'))
  // One that was removed and made anew by somebody else is that one's.
  await git(repository, 'worktree', 'remove', third)
  await git(repository, 'worktree', 'add', '-q', join(run.folders.work, 'elsewhere', 'mine'), 'moving')
  expect(await core.worktrees.state(made.id)).toMatchObject({ missing: true, path: third })
})

test('a pull request: what is not pushed is refused or pushed; without gh the address of the host; with it, what it answers', async () => {
  const { core } = run
  const origin = join(run.folders.work, 'origin.git')
  await git(run.folders.work, 'init', '-q', '--bare', 'origin.git')
  const made = await create({ branch: 'asked' })
  const asking = (push = false) => core.worktrees.pullRequest(made.id, { draft: false, push })
  await expect(asking()).rejects.toThrow(/Nothing to open/)
  await commitFiles(made.path, { 'asked.txt': 'x\n' })
  await expect(asking()).rejects.toThrow(/has no remote/)
  await git(repository, 'remote', 'add', 'origin', 'git@github.com:owner/shop.git')
  await git(repository, 'config', 'remote.origin.pushurl', origin)
  await expect(asking()).rejects.toMatchObject({ code: 'STATE_CONFLICT', data: { push: true } })
  expect(await asking(true)).toEqual({
    state: 'compare',
    url: 'https://github.com/owner/shop/compare/main...asked?expand=1',
    tool: null,
    message: 'gh is not installed. Open this address to create the pull request.',
  })
  expect(await git(origin, 'log', '-1', '--format=%s', 'asked')).toBe('work')
  const bin = join(run.folders.work, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'gh'), '#!/bin/sh\necho "$@" > "$GH_ASKED"\necho https://github.com/owner/shop/pull/7\n')
  await chmod(join(bin, 'gh'), 0o755)
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, GH_ASKED: join(bin, 'asked') }
  await core.pool.instances.update(made.id, { env })
  expect(await asking()).toMatchObject({ state: 'opened', url: 'https://github.com/owner/shop/pull/7', tool: 'gh' })
  expect(await readFile(join(bin, 'asked'), 'utf8')).toBe('pr create --head asked --base main --fill\n')
})

test('what a crash left half made is taken away at the next start, and work in it never is', async () => {
  const kept = await create({ branch: 'kept' })
  const gone = await create({ branch: 'gone' })
  await commitFiles(kept.path, { 'kept.txt': 'work\n' })
  const book = join(run.folders.data, 'worktrees.json')
  await run.reopen(async () => {
    // As it is between the worktree and its instance.
    await writeFile(book, (await readFile(book, 'utf8')).replaceAll('"making": false', '"making": true'))
    const instances = join(run.folders.data, 'instances.json')
    const file = instanceFileSchema.parse(JSON.parse(await readFile(instances, 'utf8')))
    const left = file.instances.filter(({ id }) => id !== kept.id && id !== gone.id)
    await writeFile(instances, JSON.stringify({ ...file, instances: left }))
    // And in the middle of the checkout.
    const half = join(repository, '.git', 'worktrees', 'gone')
    await writeFile(join(half, 'locked'), 'initializing')
    await rm(join(half, 'index'))
  })
  await run.core.worktrees.ready
  expect(await isThere(gone.path)).toBe(false)
  expect(await git(repository, 'branch', '--list', 'gone')).toBe('')
  expect(await readFile(join(kept.path, 'kept.txt'), 'utf8')).toBe('work\n')
  expect(await git(repository, 'worktree', 'list')).not.toContain('gone')
})

test('a folder says what it is to git, and who works there', async () => {
  const { core } = run
  await core.pool.instances.create({ ...instanceConfigSchema.parse({ name: 'here', cwd: join(repository, 'src') }), start: false })
  await symlink(repository, join(run.folders.work, 'link'))
  const inner = join(repository, '.claude', 'worktrees', 'calm')
  await git(repository, 'worktree', 'add', '-q', '-b', 'worktree-calm', inner)
  await core.pool.instances.create({ ...instanceConfigSchema.parse({ name: 'calm', cwd: inner }), start: false })
  expect((await core.worktrees.repository({ cwd: `${join(run.folders.work, 'link')}/`, name: '' })).instances).toMatchObject([
    { name: 'here' },
  ])
  const facts = await core.worktrees.repository({ cwd: repository, name: 'New one' })
  expect(facts).toMatchObject({
    repository,
    branch: 'main',
    suggested: { branch: 'new-one' },
    ignoredFiles: ['.env'],
    problem: null,
    instances: [{ name: 'here' }],
  })
  expect(await core.worktrees.repository({ cwd: run.folders.home, name: 'x' })).toMatchObject({
    repository: null,
    suggested: null,
    problem: { code: 'STATE_CONFLICT' },
  })
  expect(await core.worktrees.repository({ cwd: 'nowhere', name: 'x' })).toMatchObject({ problem: { code: 'FOLDER_MISSING' } })
})
