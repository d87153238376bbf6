import { lstat, mkdir, readFile, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { repositoryOf } from '../git/repository.ts'
import { commitOf, type NewWorktree } from './new-worktree.ts'
import { gitAtWork } from './lock-holder.ts'
import { recordOf } from './lost-record.ts'
import type { RepoGit } from './repo-git.ts'
import { submodulesIn } from './submodules.ts'
import { readWorktreeList } from './worktree-list.ts'

/** A checkout of a large repository takes its time; so does deleting one. */
export const longMs = 15 * 60_000

/** What is needed to make one, or to take it away again. */
export type Making = Pick<NewWorktree, 'path' | 'branch' | 'branchExists' | 'baseCommit'> & { main: string }

/** Makes the worktree. Throws what git says; something of it may be left then. */
export async function makeWorktree(git: RepoGit, { main, path, branch, branchExists, baseCommit }: Making): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const what = branchExists ? [path, branch] : ['--no-track', '-b', branch, path, baseCommit]
  await git.text(main, ['worktree', 'add', ...what], 'create the worktree', { timeoutMs: longMs })
}

/**
 * Where nothing was changed: removed and forgotten by git. Throws what git says otherwise. It removes submodules by force alone: whoever calls has
 * looked into them.
 */
export async function removeWorktree(git: RepoGit, main: string, path: string): Promise<void> {
  const isThere = (await lstat(path).catch(() => null)) !== null
  const force = isThere && (await submodulesIn(git, path)).length > 0 ? ['--force'] : []
  await git.text(main, ['worktree', 'remove', ...force, path], 'remove the worktree', { timeoutMs: longMs })
  await rmdir(dirname(path)).catch(() => {})
}

/**
 * Takes away what was being made when it failed or the app ended. Answers false where it has to stay, as something was done in it or somebody is
 * at work there; nothing is lost then. Throws what keeps git from it.
 */
export async function clearUnfinished(git: RepoGit, making: Making): Promise<boolean> {
  const { main, path, branch, branchExists, baseCommit } = making
  const listed = readWorktreeList(await git.text(main, ['worktree', 'list', '--porcelain', '-z'], 'list the worktrees'))
  const entry = listed.slice(1).find((one) => one.path === path)
  if (entry && (await gitAtWork(path, path)) !== null) return false
  if (entry && (await isBeingMade(path, main))) {
    await git.reply(main, ['worktree', 'unlock', path])
    // Git has never said that it was there, so nobody can have worked in it.
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  } else if (entry && entry.head !== baseCommit) return false
  if (entry) {
    const { code } = await git.reply(main, ['worktree', 'remove', path], { timeoutMs: longMs })
    if (code !== 0) return false
  } else if ((await lstat(path).catch(() => null)) !== null && !(await removeEmpty(path))) return false
  await rmdir(dirname(path)).catch(() => {})
  if (!branchExists && (await commitOf(git, main, `refs/heads/${branch}`)) === baseCommit)
    await git.reply(main, ['update-ref', '-d', `refs/heads/${branch}`, baseCommit])
  return true
}

/** Git marks a worktree until all of it is there. */
async function isBeingMade(path: string, main: string): Promise<boolean> {
  const repository = await repositoryOf(main)
  const record = repository === null ? null : await recordOf(repository.commonDir, path)
  if (record === null) return false
  const why = await readFile(join(record, 'locked'), 'utf8').catch(() => '')
  return why.startsWith('initializing')
}

async function removeEmpty(path: string): Promise<boolean> {
  return rmdir(path).then(
    () => true,
    () => false,
  )
}
