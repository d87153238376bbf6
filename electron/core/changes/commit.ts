import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { zeroLines } from '../git/fields.ts'
import type { Git, GitRun } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'
import { fromTreePath } from '../git/tree-path.ts'
import type { TreePath } from '../../../shared/domain/changes.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'
import { copyIndex } from './copy-index.ts'
import { checkRepository, commitFailed, commitLate, committedOutput } from './commit-faults.ts'
import { followCommit } from './commit-index.ts'
import { commitPrefix, hookLimitMs, noteCommit } from './commit-recovery.ts'
import { setEntries, writeObject } from './index-entries.ts'

/** What a commit is to change: whole files as they are now, and files as they are to be in it. */
export type CommitChange = {
  /** Paths as they are in the folder now; one that is not there is removed. */
  whole: readonly TreePath[]
  /** Contents that nothing in the folder has; null: it is to be gone. */
  partial: readonly { path: TreePath; mode: string; bytes: Buffer | null }[]
}

export type Committed = { commit: string; branch: string | null; output: string }

export type CommitOptions = {
  git: Git
  repository: Repository
  /** A folder of ours; see `recoverCommits`. */
  home: string
  /** How long hooks and signing may take. */
  limitMs?: number
}

/**
 * Commits what is chosen on top of HEAD, as the user would: with the repository's hooks, their identity and their signature. It is put together in
 * an index of its own, so the files are not touched and what else is staged stays staged as it is. Throws STATE_CONFLICT where the repository cannot
 * take one now, BAD_REQUEST where there is nothing to commit, and GIT_FAILED with what hooks said (`data.output`).
 */
export async function commitChosen(options: CommitOptions, change: CommitChange, message: string): Promise<Committed> {
  const { git, repository, home, limitMs = hookLimitMs } = options
  const root = await checkRepository(git, repository)
  await mkdir(home, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(home, commitPrefix))
  try {
    const run: GitRun = { cwd: root, indexFile: join(folder, 'index') }
    const head = await git.line(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], { cwd: root })
    await beginIndex(git, repository, run, head)
    await fillIndex(git, run, change, head ?? '')
    await checkSomething(git, run, head)
    await noteCommit(folder, { root, head, whole: [...change.whole] })
    const limit = AbortSignal.timeout(limitMs)
    const result = await git
      .run(['commit', '-F', '-'], {
        ...run,
        purpose: 'user',
        stdin: Buffer.from(message),
        signal: limit,
        timeoutMs: limitMs + 60_000,
        maxBytes: 200_000,
      })
      .catch(async (thrown: unknown) => {
        throw limit.aborted ? await commitLate(git, root, limitMs) : thrown
      })
    const commit = await git.line(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], { cwd: root })
    if (commit === null || commit === head) throw commitFailed(result)
    await checkParent(git, { root, head, now: commit, said: result.stdout.toString('utf8') })
    const left = await followCommit({ git, root, folder }, { head, commit, whole: new Set(change.whole) })
    const branch = await git.line(['symbolic-ref', '--short', '-q', 'HEAD'], { cwd: root })
    return { commit, branch, output: committedOutput(result, left) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The user's index, which knows the times of files, with what HEAD has in it. */
async function beginIndex(git: Git, { gitDir }: Repository, run: GitRun, head: string | null): Promise<void> {
  if (head === null) return
  const place = run.indexFile ?? ''
  const isThere = (await copyIndex(gitDir, place)) !== null
  if (isThere && (await git.run(['read-tree', '--reset', 'HEAD'], run)).code === 0) return
  await rm(place, { force: true })
  await git.output(['read-tree', 'HEAD'], run)
}

async function fillIndex(git: Git, run: GitRun, { whole, partial }: CommitChange, like: string): Promise<void> {
  if (whole.length > 0)
    await git.output(['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], {
      ...run,
      stdin: zeroLines(whole.map(fromTreePath)),
    })
  const entries: { path: TreePath; entry: TreeEntry | null }[] = []
  for (const { path, mode, bytes } of partial)
    entries.push({ path, entry: bytes === null ? null : { mode, object: await writeObject(git, run, bytes) } })
  await setEntries(git, run, entries, like)
}

/** How git names the commit that it made; what hooks say goes elsewhere. */
const madeLine = /^\[.* ([0-9a-f]{4,64})\] /m

type Made = { root: string; head: string | null; now: string; said: string }

/**
 * Somebody else may have committed after the index was begun, as a command of Claude's does: a commit on top of that would take theirs back, since the
 * index knows nothing of it. Then it is undone. Throws STATE_CONFLICT.
 */
async function checkParent(git: Git, { root, head, now, said }: Made): Promise<void> {
  const run = { cwd: root }
  const own = await git.line(['rev-parse', '-q', '--verify', `${madeLine.exec(said)?.[1] ?? now}^{commit}`], run)
  const parent = own === null ? head : await git.line(['rev-parse', '-q', '--verify', `${own}^`], run)
  if (own === null || parent === head) return
  const undone = parent !== null && (await git.run(['update-ref', '-m', 'commit undone', 'HEAD', parent, own], run)).code === 0
  const next = undone ? 'Nothing was committed. Reload the changes, then commit again.' : `Check ${own.slice(0, 7)}: it may take that back.`
  throw new AppError('STATE_CONFLICT', `Something else was committed to this repository at the same moment. ${next}`)
}

async function checkSomething(git: Git, run: GitRun, head: string | null): Promise<void> {
  const args = head === null ? ['ls-files', '-z'] : ['diff-index', '--cached', '--name-only', '-z', '--ignore-submodules=dirty', head]
  const { code, stdout } = await git.run(args, { ...run, maxBytes: 1_000 })
  if (stdout.length > 0 || code !== 0) return
  throw new AppError('BAD_REQUEST', 'There is nothing to commit: what you chose is in the last commit already.')
}
