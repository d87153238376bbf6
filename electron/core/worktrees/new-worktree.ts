import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { branchFor, clashOf, folderFor, freeName } from './branch-names.ts'
import { real } from './places.ts'
import { folderBeside, repositoryName, type Repository } from './repository.ts'
import type { RepoGit } from './repo-git.ts'

/** What is to be made. */
export type NewWorktree = {
  repository: Repository
  path: string
  branch: string
  /** It is there already and is only checked out. */
  branchExists: boolean
  /** A branch, or what stands for the commit. */
  base: string
  baseCommit: string
}

export type Wish = { name: string; branch?: string | undefined; base?: string | undefined; folder: string | null }

/** What a wish comes to in a repository. Throws BAD_REQUEST at `worktree.branch` or `worktree.base`, and STATE_CONFLICT, each with what to do. */
export async function planWorktree(git: RepoGit, repository: Repository, wish: Wish): Promise<NewWorktree> {
  const at = repository.root ?? repository.main
  const branches = await branchesOf(git, at)
  const { branch, branchExists } = await branchOf(git, repository, wish, branches)
  const { base, baseCommit } = await baseOf(git, repository, wish.base)
  if (base === branch) throw wrongBase(`“${base}” can’t be its own base. Choose another one to start from.`)
  const path = await pathFor(repository, branch, wish.folder)
  return { repository, path, branch, branchExists, base, baseCommit }
}

/** Local branches, those that were committed to last first. */
export async function branchesOf(git: RepoGit, folder: string): Promise<string[]> {
  const asked = ['for-each-ref', '--sort=-committerdate', '--format=%(refname)', 'refs/heads']
  const lines = (await git.text(folder, asked, 'list the branches')).split('\n')
  return lines.filter((line) => line !== '').map((line) => line.replace(/^refs\/heads\//, ''))
}

/** The branch that one gets by itself. */
export function suggestedBranch(name: string, branches: readonly string[]): string {
  return freeName(branchFor(name), (branch) => clashOf(branch, branches) !== null)
}

/** Where a worktree for the branch would be: beside the repository, or in the folder of the settings. */
export async function pathFor(repository: Repository, branch: string, folder: string | null): Promise<string> {
  const name = repositoryName(repository)
  // As git will list it.
  const parent = folder === null ? join(await folderBeside(repository), `${name}.worktrees`) : join(await real(folder), name)
  const used = new Set(repository.worktrees.map(({ path }) => path.toLowerCase()))
  for (let number = 1; ; number += 1) {
    const path = join(parent, number === 1 ? folderFor(branch) : `${folderFor(branch)}-${number}`)
    if (!used.has(path.toLowerCase()) && (await lstat(path).catch(() => null)) === null) return path
  }
}

async function branchOf(
  git: RepoGit,
  { worktrees, root, main }: Repository,
  { name, branch }: Wish,
  branches: readonly string[],
): Promise<Pick<NewWorktree, 'branch' | 'branchExists'>> {
  if (branch === undefined) return { branch: suggestedBranch(name, branches), branchExists: false }
  const holder = worktrees.find((one) => one.branch === branch)
  if (holder) throw wrongBranch(`The branch “${branch}” is checked out in ${holder.path}. Choose another name, or work in that folder.`)
  if (branches.includes(branch)) return { branch, branchExists: true }
  const { code } = await git.reply(root ?? main, ['check-ref-format', `refs/heads/${branch}`])
  if (code !== 0 || branch.startsWith('-') || branch === 'HEAD')
    throw wrongBranch(`“${branch}” can’t be the name of a branch. Use letters, digits, dashes and slashes, without spaces.`)
  const clash = clashOf(branch, branches)
  if (clash !== null) throw wrongBranch(`A branch “${branch}” can’t be created beside the branch “${clash}”. Choose another name.`)
  return { branch, branchExists: false }
}

async function baseOf(git: RepoGit, repository: Repository, wanted: string | undefined): Promise<Pick<NewWorktree, 'base' | 'baseCommit'>> {
  const at = repository.root ?? repository.main
  const commit = await commitOf(git, at, wanted ?? 'HEAD')
  if (commit === null && wanted !== undefined) {
    throw wrongBase(`There is no branch, tag or commit “${wanted}” in ${repository.main}. Fetch it first, or choose another base.`)
  }
  if (commit === null) {
    const message = `Nothing has been committed in ${repository.main} yet, so there is nothing to make a worktree from. Make the first commit, then try again.`
    throw new AppError('STATE_CONFLICT', message, { data: { field: 'worktree.base' } })
  }
  return { base: (await lastingName(git, at, wanted ?? 'HEAD')) ?? commit.slice(0, 12), baseCommit: commit }
}

/** A name that means the same tomorrow and in another worktree, as `HEAD` and `main~2` do not; null: only the commit does. */
async function lastingName(git: RepoGit, folder: string, name: string): Promise<string | null> {
  const full = await git.maybe(folder, ['rev-parse', '--symbolic-full-name', '--verify', '--quiet', '--end-of-options', name])
  return /^refs\/(?:heads|tags|remotes)\/([^]+)$/.exec(full ?? '')?.[1] ?? null
}

/** The commit that a name stands for; null where there is none. */
export async function commitOf(git: RepoGit, folder: string, name: string): Promise<string | null> {
  if (name.startsWith('-') || name.includes('\0')) return null
  return git.maybe(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
}

function wrongBase(message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field: 'worktree.base' } })
}

function wrongBranch(message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field: 'worktree.branch' } })
}
