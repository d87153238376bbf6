import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { copyIgnored } from './copy-ignored.ts'
import { restoreHindrance, type Lost } from './hindrances.ts'
import { longMs } from './make-worktree.ts'
import type { RepoGit } from './repo-git.ts'
import { findRepository } from './repository.ts'

/** Makes a worktree that went again where it was, from its branch, with the same files copied. Throws STATE_CONFLICT with what to do. */
export async function restoreWorktree(git: RepoGit, lost: Lost, copy: readonly string[]): Promise<void> {
  const why = await restoreHindrance(git, lost)
  if (why !== null) throw new AppError('STATE_CONFLICT', why)
  const { path, repository, branch } = lost
  const found = await findRepository(git, repository)
  // What git still keeps of the one that went.
  if (found?.worktrees.some((one) => one.path === path))
    await git.text(repository, ['worktree', 'remove', path], 'forget the worktree that went')
  await mkdir(dirname(path), { recursive: true })
  await git.text(repository, ['worktree', 'add', path, branch], 'create the worktree', { timeoutMs: longMs })
  if (found && !found.bare) await copyIgnored(git, found.main, path, copy)
}
