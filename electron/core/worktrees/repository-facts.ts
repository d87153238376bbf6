import { access, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { toAppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { RepositoryFacts } from '../../../shared/domain/worktree.ts'
import type { Worker } from './hindrances.ts'
import { branchesOf, commitOf, pathFor, suggestedBranch } from './new-worktree.ts'
import { liesIn, real } from './places.ts'
import type { RepoGit } from './repo-git.ts'
import { findRepository, type Repository } from './repository.ts'

export type FactsWish = { cwd: string; name: string; branch?: string | undefined; folder: string | null; workers: readonly Worker[] }

type Named = { id: string; name: string }

const mostBranches = 200
const mostIgnored = 20
const lookMs = 5_000

/** What a folder is to git, for a form. What is wrong with it is told, not thrown. */
export async function repositoryFacts(git: RepoGit, wish: FactsWish): Promise<RepositoryFacts> {
  const cwd = resolve(expandHome(wish.cwd.trim()))
  const none = { repository: null, branch: null, branches: [], suggested: null, ignoredFiles: [], submodules: false, instances: [] }
  try {
    const isFolder = isAbsolute(expandHome(wish.cwd.trim())) && (await stat(cwd).catch(() => null))?.isDirectory()
    if (isFolder !== true) return { ...none, problem: { code: 'FOLDER_MISSING', message: `There is no folder ${cwd}.` } }
    await git.required()
    const repository = await findRepository(git, cwd)
    const instances = await workersIn(repository?.root ?? cwd, wish.workers, repository?.worktrees)
    if (repository === null) return { ...none, instances, problem: noRepository }
    return { ...(await factsOf(git, repository, wish)), instances }
  } catch (thrown) {
    return { ...none, instances: await workersIn(cwd, wish.workers), problem: toAppError(thrown).toInfo() }
  }
}

async function factsOf(
  git: RepoGit,
  repository: Repository,
  { name, branch, folder }: FactsWish,
): Promise<Omit<RepositoryFacts, 'instances'>> {
  const at = repository.root ?? repository.main
  const branches = await branchesOf(git, at)
  const own = branch === undefined || branch.trim() === '' ? suggestedBranch(name, branches) : branch.trim()
  const isBegun = (await commitOf(git, at, 'HEAD')) !== null
  return {
    repository: repository.root ?? repository.main,
    branch: await git.maybe(at, ['symbolic-ref', '--short', '--quiet', 'HEAD']),
    branches: branches.slice(0, mostBranches),
    suggested: isBegun ? { branch: own, path: await pathFor(repository, own, folder) } : null,
    ignoredFiles: repository.root === null ? [] : await ignoredAtTop(git, repository.root),
    submodules: repository.root !== null && (await isThere(join(repository.root, '.gitmodules'))),
    problem: isBegun ? null : notBegun,
  }
}

/** Files alone: folders such as `node_modules` are made by a set-up command rather than copied. */
async function ignoredAtTop(git: RepoGit, root: string): Promise<string[]> {
  const asked = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z', '--', ':(glob)*']
  try {
    const { code, out } = await git.reply(root, asked, { timeoutMs: lookMs })
    const files = code === 0 ? out.split('\0').filter((path) => path !== '' && !path.includes('/')) : []
    return files.filter((path) => !/^\.DS_Store$|~$|\.log$/.test(path)).slice(0, mostIgnored)
  } catch (thrown) {
    if (toAppError(thrown).code === 'GIT_FAILED') return []
    throw thrown
  }
}

/** Who works in a folder; a worktree that lies in it is a place of its own. */
async function workersIn(folder: string, workers: readonly Worker[], worktrees: readonly { path: string }[] = []): Promise<Named[]> {
  const top = await real(folder)
  const inner = worktrees.filter(({ path }) => path !== top && liesIn(path, top))
  const found: Named[] = []
  for (const { id, name, cwd } of workers) {
    const at = await real(cwd)
    if (liesIn(at, top) && !inner.some(({ path }) => liesIn(at, path))) found.push({ id, name })
  }
  return found
}

function expandHome(path: string): string {
  if (path === '~') return homedir()
  return path.startsWith('~/') || path.startsWith('~\\') ? join(homedir(), path.slice(2)) : path
}

const noRepository: ErrorInfo = { code: 'STATE_CONFLICT', message: 'This folder is not in a git repository.' }
const notBegun: ErrorInfo = {
  code: 'STATE_CONFLICT',
  message: 'Nothing has been committed in this repository yet. Make the first commit, then create a worktree.',
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
