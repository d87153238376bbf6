import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { WorktreeState } from '../../../shared/domain/worktree.ts'
import { repositoryOf } from '../git/repository.ts'
import { commitOf } from './new-worktree.ts'
import { operationIn, operationWords } from './operations.ts'
import { isWithin } from './places.ts'
import { statusOf, type GitFacts } from './read-state.ts'
import type { RepoGit } from './repo-git.ts'
import { findRepository } from './repository.ts'

/** An instance, and whether it is at work. */
export type Worker = { id: string; name: string; cwd: string; isBusy: boolean }

/** Why something cannot be done now, or where it would be done. */
export type MergePlace = { why: string } | { why: null; target: string; branch: string }

/** Where the branch would be merged: the folder that has the base checked out, if nothing can be lost there. */
export async function mergePlace(git: RepoGit, facts: GitFacts, workers: readonly Worker[]): Promise<MergePlace> {
  const own = ownHindrance(facts)
  if (own !== null) return { why: own }
  const { base, branch, path, repository } = facts
  if (branch === null || base === null) return { why: 'No branch is checked out in the worktree. Check out its branch first.' }
  if ((await commitOf(git, path, `refs/heads/${base}`)) === null)
    return { why: `“${base}” is not a branch of this repository, so nothing can be merged into it here. Open a pull request instead.` }
  const found = await findRepository(git, path)
  const target = found?.worktrees.find((one) => one.branch === base && !one.prunable && !one.bare)?.path
  if (target === undefined) return { why: `${base} is not checked out in any folder. Run git switch ${base} in ${repository}, then merge.` }
  const there = await targetHindrance(git, target, workers)
  return there === null ? { why: null, target, branch } : { why: there }
}

function ownHindrance({ missing, problem, operation, head, uncommitted, base, ahead, merged, conflicts, branch }: GitFacts): string | null {
  if (missing) return 'The worktree is missing. Create it again first.'
  if (problem) return problem.message
  if (head === null) return 'Nothing has been committed in it yet.'
  if (operation !== null) return `In the worktree ${operationWords(operation)}. Finish or abort it first.`
  if (uncommitted.total > 0)
    return `${files(uncommitted.total)} in the worktree ${are(uncommitted.total)} not committed. Commit ${them(uncommitted.total)} first.`
  if (ahead === 0) return `Nothing to merge: ${base ?? 'the base'} has all of its commits.`
  if (merged) return `Nothing to merge: ${base ?? 'the base'} has all of its changes.`
  if (conflicts.total === 0) return null
  return `${files(conflicts.total)} would conflict with ${base ?? 'the base'}. Merge ${base ?? 'the base'} into ${branch ?? 'the branch'} in the worktree, resolve the conflicts and commit, then merge.`
}

async function targetHindrance(git: RepoGit, target: string, workers: readonly Worker[]): Promise<string | null> {
  const repository = await repositoryOf(target)
  const operation = repository === null ? null : await operationIn(repository.gitDir)
  if (operation !== null) return `In ${target} ${operationWords(operation)}. Finish or abort it there first.`
  const changed = (await statusOf(git, target)).files.filter(({ state }) => state !== 'untracked').length
  if (changed > 0)
    return `${files(changed)} in ${target} ${are(changed)} not committed. Commit or stash ${them(changed)} there, then merge.`
  for (const { name, cwd, isBusy } of workers)
    if (isBusy && (await isWithin(cwd, target))) return `${name} is working in ${target}. Wait until its turn ends, then merge.`
  return null
}

/** Why the worktree must not be removed; null where nothing would be lost. `others`: instances that work in it too. */
export async function removeHindrance(facts: GitFacts, others: readonly { name: string }[], gitDir: string | null): Promise<string | null> {
  const { worktree, missing, problem, operation, uncommitted, unsaved, path, base } = facts
  if (worktree === null) return `Bullpen didn’t create this worktree. To remove it, run git worktree remove ${path}.`
  if (others.length > 0)
    return `${others.map(({ name }) => name).join(', ')} ${others.length === 1 ? 'works' : 'work'} in it too. Give ${others.length === 1 ? 'it' : 'them'} another folder first.`
  if (missing) return null
  if (problem) return problem.message
  if (operation !== null) return `In the worktree ${operationWords(operation)}. Finish or abort it first.`
  if (uncommitted.total > 0)
    return `${files(uncommitted.total)} ${are(uncommitted.total)} not committed. Commit ${them(uncommitted.total)}, or discard ${them(uncommitted.total)} yourself.`
  if (unsaved.total > 0)
    return `${commits(unsaved.total)} ${are(unsaved.total)} neither in ${base ?? 'another branch'} nor pushed. Merge or push ${them(unsaved.total)} first.`
  for (const other of facts.others)
    if (await isWithin(other.path, path)) return `Another worktree lies in it: ${other.path}. Remove that one first.`
  if (gitDir !== null && (await isThere(join(gitDir, 'modules'))))
    return `It has submodules, and git removes such a worktree only by force. Check that they are pushed, then run git worktree remove --force ${path}.`
  return null
}

/** What is known of a worktree that went. */
export type Lost = { path: string; repository: string; branch: string }

/** Why it cannot be made again; null where it can. */
export async function restoreHindrance(git: RepoGit, { path, repository, branch }: Lost): Promise<string | null> {
  if (await isThere(path)) return 'It is there.'
  if (!(await isThere(repository))) return `Its repository ${repository} is not there. Bring it back, or choose another folder.`
  if (!(await isThere(dirname(dirname(path))))) return `${dirname(path)} is not there. Connect its disk, or choose another folder.`
  const found = await findRepository(git, repository)
  if (found === null) return `${repository} is not a git repository any more. Choose another folder.`
  const entry = found.worktrees.find((one) => one.path === path)
  if (entry?.locked)
    return `git keeps it locked, as it may be on a disk that is not connected. If it isn’t, run git worktree unlock ${path}.`
  const holder = found.worktrees.find((one) => one.branch === branch && one.path !== path)
  if (holder) return `Its branch ${branch} is checked out in ${holder.path} now. Choose that folder instead.`
  if ((await commitOf(git, repository, `refs/heads/${branch}`)) === null) return `Its branch ${branch} is gone. Choose another folder.`
  return null
}

/** “2 files”. */
export function files(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'file' : 'files'}`
}

export function commits(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'commit' : 'commits'}`
}

export function are(count: number): string {
  return count === 1 ? 'is' : 'are'
}

function them(count: number): string {
  return count === 1 ? 'it' : 'them'
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** The state that callers see; `workers` are all instances, `own` the one that asks. */
export async function concluded(git: RepoGit, facts: GitFacts, workers: readonly Worker[], own: string | null): Promise<WorktreeState> {
  const others: Worker[] = []
  for (const worker of workers) if (worker.id !== own && (await isWithin(worker.cwd, facts.path))) others.push(worker)
  const gitDir = facts.missing || facts.problem ? null : ((await repositoryOf(facts.path))?.gitDir ?? null)
  const merge = await mergePlace(git, facts, workers)
  const lost =
    facts.worktree ??
    (facts.missing && facts.branch !== null ? { path: facts.path, repository: facts.repository, branch: facts.branch } : null)
  return {
    ...facts,
    instances: others.map(({ id, name }) => ({ id, name })),
    cannotMerge: merge.why,
    cannotRemove: await removeHindrance(facts, others, gitDir),
    cannotRestore: lost === null ? 'Its branch is not known. Choose another folder.' : await restoreHindrance(git, lost),
    readAt: new Date().toISOString(),
  }
}
