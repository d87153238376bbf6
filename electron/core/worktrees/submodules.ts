import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorktreeCommit } from '../../../shared/domain/worktree.ts'
import { commitsIn } from './against-base.ts'
import { overlookedChanges } from './overlooked.ts'
import type { RepoGit } from './repo-git.ts'
import { statusOf } from './status-of.ts'

/** What the submodules of a worktree have that nobody else does. Paths are from the top of the worktree, with slashes. */
export type SubmoduleWork = { overlooked: string[]; ignored: string[]; unsaved: { items: WorktreeCommit[]; total: number } }

const deepest = 8

/**
 * Looks into all submodules that are checked out, and into theirs: each has a store of its own, which goes with the worktree. What is not committed
 * there is told by the status of the worktree itself.
 */
export async function submoduleWork(git: RepoGit, root: string): Promise<SubmoduleWork> {
  const work: SubmoduleWork = { overlooked: [], ignored: [], unsaved: { items: [], total: 0 } }
  for (const path of await submodulesIn(git, root)) {
    const folder = join(root, path)
    const named = (inside: string) => `${path}/${inside}`
    const { total, items } = await commitsIn(git, folder, ['--all', '--not', '--remotes'])
    work.unsaved.total += total
    work.unsaved.items.push(...items.map(({ commit, subject }) => ({ commit, subject: `${path}: ${subject}` })))
    work.ignored.push(...(await statusOf(git, folder)).ignored.map(named))
    work.overlooked.push(...(await overlookedChanges(git, folder)).map(named))
  }
  return work
}

/** The submodules that are checked out, each before its own. */
export async function submodulesIn(git: RepoGit, root: string, depth = 0): Promise<string[]> {
  const listed = (await git.text(root, ['ls-files', '--stage', '-z'], 'read the index')).split('\0')
  const paths = listed.flatMap((line) => (line.startsWith('160000 ') ? [line.slice(line.indexOf('\t') + 1)] : []))
  const found: string[] = []
  for (const path of paths) {
    const folder = join(root, path)
    if (!(await isThere(join(folder, '.git')))) continue
    const inner = depth < deepest ? await submodulesIn(git, folder, depth + 1) : []
    found.push(path, ...inner.map((one) => `${path}/${one}`))
  }
  return found
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
