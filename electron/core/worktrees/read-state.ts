import { lstat } from 'node:fs/promises'
import { toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Worktree, WorktreeState } from '../../../shared/domain/worktree.ts'
import { mostCommits, readAgainstBase } from './against-base.ts'
import { commitOf } from './new-worktree.ts'
import { operationIn } from './operations.ts'
import { overlookedChanges } from './overlooked.ts'
import { isWithin } from './places.ts'
import type { RepoGit } from './repo-git.ts'
import { findRepository, type Repository } from './repository.ts'
import { statusOf } from './status-of.ts'
import { submoduleWork, type SubmoduleWork } from './submodules.ts'
import type { ListedWorktree } from './worktree-list.ts'

/** What git says of a worktree, without what is to be concluded from it. */
export type GitFacts = Omit<WorktreeState, 'cannotMerge' | 'cannotRemove' | 'cannotRestore' | 'instances' | 'readAt'>

/** Which worktree: its root, and what is kept of it. */
export type Asked = { path: string; record: Worktree | null }

const mostFiles = 200
const mostIgnored = 100
const mostOthers = 20

/** Reads a worktree. What git cannot read is told as `problem`, beside what it can. Throws GIT_MISSING. */
export async function readFacts(git: RepoGit, { path, record }: Asked): Promise<GitFacts> {
  const isThere = (await lstat(path).catch(() => null)) !== null
  if (!isThere) return missingFacts(git, { path, record })
  try {
    const repository = await findRepository(git, path)
    if (repository === null) return { ...nothingKnown({ path, record }), problem: noRepository(path) }
    const base = record?.base ?? (await baseBranch(git, repository))
    const operation = await operationIn(repository.gitDir)
    const known = {
      ...nothingKnown({ path, record }),
      repository: repository.main,
      base,
      operation,
      others: await othersThan(path, repository),
    }
    try {
      return { ...known, ...(await readThere(git, repository, base)) }
    } catch (thrown) {
      return { ...known, problem: toAppError(thrown).toInfo() }
    }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'GIT_MISSING') throw error
    return { ...nothingKnown({ path, record }), problem: error.toInfo() }
  }
}

async function readThere(git: RepoGit, { root, main, commonDir }: Repository, base: string | null): Promise<Partial<GitFacts>> {
  const folder = root ?? main
  const status = await statusOf(git, folder)
  const { branch, head, upstream } = status
  const inner = root === null ? noWork : await submoduleWork(git, root)
  const overlooked = root === null ? [] : [...(await overlookedChanges(git, root)), ...inner.overlooked]
  const ignored = [...status.ignored, ...inner.ignored]
  const files = [...status.files, ...overlooked.map((path) => ({ path, state: 'changed' as const }))]
  const of = {
    branch,
    head,
    upstream,
    uncommitted: { items: files.slice(0, mostFiles), total: files.length },
    ignored: { items: ignored.slice(0, mostIgnored), total: ignored.length },
  }
  if (head === null) return of
  const against = await readAgainstBase(git, { folder, commonDir, head, isDetached: branch === null, base })
  return { ...of, ...against, unsaved: both(against.unsaved, inner.unsaved) }
}

const noWork: SubmoduleWork = { overlooked: [], ignored: [], unsaved: { items: [], total: 0 } }

function both(one: GitFacts['unsaved'], other: GitFacts['unsaved']): GitFacts['unsaved'] {
  return { items: [...one.items, ...other.items].slice(0, mostCommits), total: one.total + other.total }
}

/** One that was deleted: its branch is still there, in the repository that it belongs to. */
async function missingFacts(git: RepoGit, asked: Asked): Promise<GitFacts> {
  const { record } = asked
  const none = { ...nothingKnown(asked), missing: true }
  if (record === null) return none
  try {
    const repository = await findRepository(git, record.repository)
    if (repository === null) return { ...none, problem: noRepository(record.repository) }
    const { main, commonDir } = repository
    const head = await commitOf(git, main, `refs/heads/${record.branch}`)
    const against = head === null ? {} : await readAgainstBase(git, { folder: main, commonDir, head, isDetached: false, base: record.base })
    return { ...none, ...against, others: await othersThan(asked.path, repository) }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'GIT_MISSING') throw error
    return { ...none, problem: error.toInfo() }
  }
}

function nothingKnown({ path, record }: Asked): GitFacts {
  const none = { items: [], total: 0 }
  return {
    worktree: record,
    path,
    repository: record?.repository ?? path,
    missing: false,
    branch: null,
    head: null,
    base: record?.base ?? null,
    ahead: null,
    behind: null,
    upstream: null,
    uncommitted: none,
    unsaved: none,
    merged: false,
    conflicts: none,
    operation: null,
    ignored: none,
    others: [],
  }
}

/** For a worktree that somebody else made: the branch of the main folder. */
async function baseBranch(git: RepoGit, { worktrees: [first], main, root }: Repository): Promise<string | null> {
  if (first?.branch && first.path !== root) return first.branch
  const remote = await git.maybe(main, ['symbolic-ref', '--short', '--quiet', 'refs/remotes/origin/HEAD'])
  return remote
}

async function othersThan(path: string, { worktrees, main }: Repository): Promise<GitFacts['others']> {
  const others: ListedWorktree[] = []
  for (const one of worktrees.slice(1)) if (!(await isWithin(one.path, path)) || !(await isWithin(path, one.path))) others.push(one)
  return others.slice(0, mostOthers).map((one) => ({
    path: one.path,
    branch: one.branch,
    byClaude: one.path.startsWith(main) && /[\\/]\.claude[\\/]worktrees[\\/]/.test(one.path),
    missing: one.prunable,
  }))
}

function noRepository(path: string): ErrorInfo {
  return { code: 'STATE_CONFLICT', message: `${path} is not part of a git repository any more. Move it back, or choose another folder.` }
}
