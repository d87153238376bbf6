import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { repositoryOf } from '../git/repository.ts'
import { gitRefusal, isWithoutName, saidIn } from './git-words.ts'
import { longMs } from './make-worktree.ts'
import type { RepoGit } from './repo-git.ts'

/**
 * Merges a branch in the folder that has the base checked out, with the user's hooks. Throws GIT_FAILED with what a hook or git said; the folder is
 * as it was before then.
 */
export async function mergeInto(git: RepoGit, target: string, branch: string, base: string): Promise<void> {
  // As git itself would say it; the whole name, as there may be a tag of the same.
  const words = `Merge branch '${branch}'${/^(?:main|master)$/.test(base) ? '' : ` into ${base}`}`
  const asked = ['merge', '--commit', '--no-squash', '--no-edit', '-m', words, `refs/heads/${branch}`]
  const { code, out, err } = await git.reply(target, asked, { purpose: 'user', timeoutMs: longMs })
  if (code === 0) return
  if (await isMerging(target)) await git.text(target, ['merge', '--abort'], 'take the merge back')
  if (isWithoutName(err)) throw gitRefusal(err, 'merge', target)
  const said = saidIn(`${out}\n${err}`)
  const message = `git did not merge ${branch}. Nothing was changed. It said: ${said}`
  throw new AppError('GIT_FAILED', message, { data: { said } })
}

async function isMerging(folder: string): Promise<boolean> {
  const repository = await repositoryOf(folder)
  if (repository === null) return false
  return access(join(repository.gitDir, 'MERGE_HEAD')).then(
    () => true,
    () => false,
  )
}
