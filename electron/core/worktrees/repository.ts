import { realpath } from 'node:fs/promises'
import { basename, dirname, relative } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { repositoryOf } from '../git/repository.ts'
import type { RepoGit } from './repo-git.ts'
import { readWorktreeList, type ListedWorktree } from './worktree-list.ts'

/** A repository as a folder in it shows it. */
export type Repository = {
  /** The main folder; of a bare repository its git directory. */
  main: string
  bare: boolean
  /** What all its worktrees share. */
  commonDir: string
  /** The root of the worktree that the folder is in; null: a bare repository. */
  root: string | null
  /** The folder within that root, '' at the root. */
  inside: string
  /** What git keeps of that worktree alone. */
  gitDir: string
  worktrees: ListedWorktree[]
}

/** The repository that holds a folder; null where there is none. Throws GIT_MISSING and what keeps git from reading it. */
export async function findRepository(git: RepoGit, folder: string): Promise<Repository | null> {
  const found = await repositoryOf(folder)
  if (found === null) return null
  const { root, gitDir, commonDir } = found
  const { code, out, err } = await git.reply(folder, ['worktree', 'list', '--porcelain', '-z'])
  if (code !== 0 && /not a git repository/i.test(err)) return null
  if (code !== 0) throw git.refusal(err, 'read this repository', folder)
  const worktrees = readWorktreeList(out)
  const [first] = worktrees
  return {
    main: first?.path ?? root ?? commonDir,
    bare: first?.bare ?? root === null,
    commonDir,
    gitDir,
    root,
    inside: root === null ? '' : relative(root, await realpath(folder)),
    worktrees,
  }
}

/** The same; throws STATE_CONFLICT where there is none. */
export async function repositoryAt(git: RepoGit, folder: string): Promise<Repository> {
  const found = await findRepository(git, folder)
  if (found !== null) return found
  const message = `${folder} is not in a git repository, so there is nothing to make a worktree from. Choose a folder of a repository, or run git init and commit there first.`
  throw new AppError('STATE_CONFLICT', message, { data: { field: 'cwd' } })
}

/** What the folder of its worktrees is named after. */
export function repositoryName({ main, bare }: Pick<Repository, 'main' | 'bare'>): string {
  const name = basename(main)
  if (!bare) return name
  return name === '.git' || name === '.bare' ? basename(dirname(main)) : name.replace(/\.git$/, '')
}

const deepestNesting = 8

/** The folder beside the repository that is in no repository itself. */
export async function folderBeside(repository: Repository): Promise<string> {
  const { main, bare } = repository
  const isInner = bare && /^\.(?:git|bare)$/.test(basename(main))
  let beside = dirname(isInner ? dirname(main) : main)
  for (let level = 0; level < deepestNesting; level += 1) {
    const outer = await repositoryOf(beside)
    if (outer === null) return beside
    beside = dirname(outer.root ?? outer.commonDir)
  }
  return beside
}
