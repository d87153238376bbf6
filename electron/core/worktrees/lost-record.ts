import { access, readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { looseCommits } from './against-base.ts'
import type { RepoGit } from './repo-git.ts'
import type { Repository } from './repository.ts'

/** The folder in which a repository keeps what it knows of one of its worktrees, which may be gone; null: it knows of none at that path. */
export async function recordOf(commonDir: string, path: string): Promise<string | null> {
  const folder = join(commonDir, 'worktrees')
  for (const name of await readdir(folder).catch(() => [])) {
    const place = await readFile(join(folder, name, 'gitdir'), 'utf8').catch(() => '')
    if (place.trimEnd() === `${path.split(sep).join('/')}/.git`) return join(folder, name)
  }
  return null
}

/**
 * Why the record of a worktree whose folder is gone has to stay, as it is all that leads to some work; null where it may be dropped. Says nothing
 * of the folder itself.
 */
export async function recordHindrance(git: RepoGit, { commonDir, main, worktrees }: Repository, path: string): Promise<string | null> {
  const entry = worktrees.find((one) => one.path === path)
  if (!entry) return null
  if (entry.locked)
    return `git keeps it locked, as it may be on a disk that is not connected. If it isn’t, run git worktree unlock ${path}.`
  const record = await recordOf(commonDir, path)
  if (record !== null && (await isThere(join(record, 'modules'))))
    return `It had submodules, whose commits may be nowhere else. If they are pushed, run git worktree remove --force ${path} in ${main}.`
  if (entry.branch !== null || entry.head === null) return null
  const { total } = await looseCommits(git, main, [entry.head])
  if (total === 0) return null
  const short = entry.head.slice(0, 12)
  return `No branch has its last commits. Run git branch <name> ${short} in ${main} to keep them, or git worktree prune to drop them.`
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
