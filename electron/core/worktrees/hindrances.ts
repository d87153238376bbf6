import { lstat, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { WorktreeState } from '../../../shared/domain/worktree.ts'
import { repositoryOf } from '../git/repository.ts'
import { commitOf } from './new-worktree.ts'
import { operationIn, operationWords } from './operations.ts'
import { isWithin } from './places.ts'
import { recordHindrance } from './lost-record.ts'
import { statusOf } from './status-of.ts'
import type { GitFacts } from './read-state.ts'
import type { RepoGit } from './repo-git.ts'
import { findRepository, type Repository } from './repository.ts'

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
  if (target === undefined) {
    const busy = await rebasedIn(found, base)
    if (busy !== null) return { why: `In ${busy} a rebase of ${base} is in progress. Finish or abort it there first.` }
    return { why: `${base} is not checked out in any folder. Run git switch ${base} in ${repository}, then merge.` }
  }
  const there = await targetHindrance(git, target, workers)
  return there === null ? { why: null, target, branch } : { why: there }
}

/** The folder in which that branch is being rebased, which git lists as one without a branch. */
async function rebasedIn(found: Repository | null, branch: string): Promise<string | null> {
  for (const { path, branch: checkedOut, bare, prunable } of found?.worktrees ?? []) {
    if (checkedOut !== null || bare || prunable) continue
    const gitDir = (await repositoryOf(path))?.gitDir
    if (gitDir === undefined) continue
    for (const kind of ['rebase-merge', 'rebase-apply']) {
      const name = await readFile(join(gitDir, kind, 'head-name'), 'utf8').catch(() => '')
      if (name.trimEnd() === `refs/heads/${branch}`) return path
    }
  }
  return null
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
async function removeHindrance(git: RepoGit, facts: GitFacts, others: readonly { name: string }[]): Promise<string | null> {
  const { worktree, missing, problem, operation, uncommitted, path } = facts
  if (worktree === null) return `Bullpen didn’t create this worktree. To remove it, run git worktree remove ${path}.`
  if (others.length > 0)
    return `${others.map(({ name }) => name).join(', ')} ${others.length === 1 ? 'works' : 'work'} in it too. Give ${others.length === 1 ? 'it' : 'them'} another folder first.`
  if (problem) return missing ? null : problem.message
  if (missing) return lostHindrance(git, facts)
  if (operation !== null) return `In the worktree ${operationWords(operation)}. Finish or abort it first.`
  if (uncommitted.total > 0)
    return `${files(uncommitted.total)} ${are(uncommitted.total)} not committed. Commit ${them(uncommitted.total)}, or discard ${them(uncommitted.total)} yourself.`
  if (facts.unsaved.total > 0) return unsavedWords(facts)
  for (const other of facts.others)
    if (await isWithin(other.path, path)) return `It contains another worktree: ${other.path}. Remove that one first.`
  const gitDir = (await repositoryOf(path))?.gitDir ?? null
  if (gitDir !== null && (await isThere(join(gitDir, 'locked'))))
    return `It is locked. To remove it, run git worktree unlock ${path} first.`
  return null
}

async function lostHindrance(git: RepoGit, { path, repository }: GitFacts): Promise<string | null> {
  const found = await findRepository(git, repository).catch(() => null)
  return found === null ? null : recordHindrance(git, found, path)
}

function unsavedWords({ unsaved: { total }, branch, base }: GitFacts): string {
  const isLoose = branch === null
  if (isLoose) return `${commits(total)} ${are(total)} on no branch. Run git switch -c <name> in the worktree to keep ${them(total)}.`
  return `${commits(total)} ${are(total)} neither in ${base ?? 'another branch'} nor pushed. Merge or push ${them(total)} first.`
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
  const why = await recordHindrance(git, found, path)
  if (why !== null) return why
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
  const merge = await mergePlace(git, facts, workers)
  const lost =
    facts.worktree ??
    (facts.missing && facts.branch !== null ? { path: facts.path, repository: facts.repository, branch: facts.branch } : null)
  return {
    ...facts,
    instances: others.map(({ id, name }) => ({ id, name })),
    cannotMerge: merge.why,
    cannotRemove: await removeHindrance(git, facts, others),
    cannotRestore: lost === null ? 'Its branch is not known. Choose another folder.' : await restoreHindrance(git, lost),
    readAt: new Date().toISOString(),
  }
}
