import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Lost } from './hindrances.ts'
import { commitOf } from './new-worktree.ts'
import { liesIn } from './places.ts'
import type { RepoGit } from './repo-git.ts'
import { findRepository } from './repository.ts'

/**
 * A worktree that is not there any more and that nobody here made: one that git still lists, or one of Claude's own (`.claude/worktrees/<name>`)
 * whose branch is there. Null for a folder that is there, and for one that never was a worktree of a repository around it.
 */
export async function lostWorktree(git: RepoGit, folder: string): Promise<Lost | null> {
  if (await isThere(folder)) return null
  let above = dirname(folder)
  while (!(await isThere(above)) && dirname(above) !== above) above = dirname(above)
  const found = await findRepository(git, above).catch(() => null)
  if (found === null) return null
  const repository = found.main
  const entry = found.worktrees.find(({ path, prunable }) => prunable && liesIn(folder, path))
  if (entry) return entry.branch === null ? null : { path: entry.path, repository, branch: entry.branch }
  const own = /^(.*[\\/]\.claude[\\/]worktrees[\\/]([^\\/]+))/.exec(folder)
  if (own?.[1] === undefined || own[2] === undefined) return null
  const branch = `worktree-${own[2]}`
  return (await commitOf(git, repository, `refs/heads/${branch}`)) === null ? null : { path: own[1], repository, branch }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
