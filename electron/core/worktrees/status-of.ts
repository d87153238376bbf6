import type { RepoGit } from './repo-git.ts'
import { readStatus, type Status } from './status.ts'

/** `git status` of a folder, whatever its configuration leaves out. Throws what is wrong with it. */
export async function statusOf(git: RepoGit, folder: string): Promise<Status> {
  const asked = [
    'status',
    '--porcelain=v2',
    '--branch',
    '-z',
    '--untracked-files=normal',
    '--ignored=traditional',
    '--ignore-submodules=none',
  ]
  return readStatus(await git.text(folder, asked, 'read the state'))
}
