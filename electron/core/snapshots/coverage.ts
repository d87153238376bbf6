import { realpath } from 'node:fs/promises'
import { dirname, relative, isAbsolute, sep } from 'node:path'
import { repositoryOf, type Repository } from '../git/repository.ts'

/** Which folder's snapshots hold a place, and why they do not, where they do not. */
export type Covered = { folder: string; repository: Repository | null; why: string | null }

/**
 * The root of the repository that holds `cwd`, else the real folder itself; `why` says in a sentence where it is nothing that snapshots are made of.
 * A repository that is the whole home folder, as some keep their settings in, is not taken for that of a project in it.
 */
export async function coverageOf(cwd: string, home: string): Promise<Covered> {
  const folder = await realpath(cwd).catch(() => cwd)
  const repository = await repositoryOf(folder)
  if (repository !== null && repository.root === null)
    return { folder, repository, why: 'This is the data of a repository, not its files: snapshots are not taken here.' }
  const root = repository?.root ?? folder
  const why = await whyNot(root, home)
  if (why === null || root === folder) return { folder: root, repository, why }
  return { folder, repository: null, why: await whyNot(folder, home) }
}

/** Whether `inner` is `outer` or lies in it. */
export function isWithin(outer: string, inner: string): boolean {
  const path = relative(outer, inner)
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path))
}

async function whyNot(folder: string, home: string): Promise<string | null> {
  if (dirname(folder) === folder) return 'This is the root of a disk: snapshots are only taken of folders in it.'
  if (isWithin(folder, await realpath(home).catch(() => home)))
    return 'This is your home folder, or holds it: snapshots are only taken of folders in it.'
  return null
}
