import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorktreeCommit } from '../../../shared/domain/worktree.ts'
import { commitOf } from './new-worktree.ts'
import type { RepoGit } from './repo-git.ts'

export const mostCommits = 100
const mostConflicts = 100
const nothing = { items: [], total: 0 }

/** How a commit stands to the base, and to what is kept elsewhere. */
export type AgainstBase = {
  ahead: number | null
  behind: number | null
  merged: boolean
  /** Commits that are neither in the base nor at a remote. */
  unsaved: { items: WorktreeCommit[]; total: number }
  conflicts: { items: string[]; total: number }
}

export type Compared = {
  /** Where git is run. */
  folder: string
  /** What all worktrees share. */
  commonDir: string
  /** A commit. */
  head: string
  /** No branch has it checked out: what no other has is gone with the worktree, whatever was merged. */
  isDetached: boolean
  base: string | null
}

/** Reads it; changes nothing, not even the store of the repository. */
export async function readAgainstBase(git: RepoGit, { folder, commonDir, head, base, isDetached }: Compared): Promise<AgainstBase> {
  const baseCommit = base === null ? null : await commitOf(git, folder, base)
  const [ahead, behind] = baseCommit === null ? [null, null] : await counts(git, folder, baseCommit, head)
  const trial = baseCommit === null || ahead === 0 ? null : await tryMerge(git, { folder, commonDir, base: baseCommit, head })
  const merged = ahead === 0 || (trial !== null && trial.addsNothing)
  const own = [head, '--not', ...(baseCommit === null ? [] : [baseCommit]), '--remotes']
  const ofBranch = merged || isDetached ? nothing : await commitsIn(git, folder, own)
  const unsaved = ofBranch.total > 0 ? ofBranch : await looseCommits(git, folder, isDetached ? [head] : [])
  return { ahead, behind, merged, unsaved, conflicts: trial?.conflicts ?? { items: [], total: 0 } }
}

async function counts(git: RepoGit, folder: string, base: string, head: string): Promise<[number | null, number | null]> {
  const found = await git.maybe(folder, ['rev-list', '--left-right', '--count', `${base}...${head}`])
  const [behind, ahead] = (found ?? '').split('\t')
  return found === null ? [null, null] : [Number(ahead), Number(behind)]
}

/** Commits that no branch, tag or remote has: those behind these, and behind refs that the worktree has for itself. */
export function looseCommits(git: RepoGit, folder: string, heads: readonly string[]): Promise<AgainstBase['unsaved']> {
  return commitsIn(git, folder, [...heads, '--glob=refs/worktree', '--not', '--branches', '--tags', '--remotes'])
}

/** The commits of such a range, the newest first. */
export async function commitsIn(git: RepoGit, folder: string, range: readonly string[]): Promise<AgainstBase['unsaved']> {
  const total = Number(await git.text(folder, ['rev-list', '--count', ...range], 'count the commits'))
  if (total === 0) return { items: [], total }
  const asked = ['log', '-z', '--format=%H%x09%s', `--max-count=${mostCommits}`, ...range]
  const lines = (await git.text(folder, asked, 'list the commits')).split('\0').filter((line) => line !== '')
  const items = lines.map((line) => ({
    commit: line.slice(0, line.indexOf('\t')),
    subject: line.slice(line.indexOf('\t') + 1).slice(0, 300),
  }))
  return { items, total }
}

type Trial = { addsNothing: boolean; conflicts: AgainstBase['conflicts'] }

/**
 * What a merge would come to, without doing it; null where git cannot say (before 2.38, or without a common commit). What git writes for it goes
 * into a store of its own.
 */
async function tryMerge(
  git: RepoGit,
  { folder, commonDir, base, head }: Pick<Compared, 'folder' | 'commonDir' | 'head'> & { base: string },
): Promise<Trial | null> {
  const store = await mkdtemp(join(tmpdir(), 'bullpen-merge-'))
  try {
    const quoted = `"${join(commonDir, 'objects').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    const env = { GIT_OBJECT_DIRECTORY: store, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted }
    const asked = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', base, head]
    const { code, out } = await git.reply(folder, asked, { env })
    if (code !== 0 && code !== 1) return null
    const [tree, ...paths] = out.split('\0').filter((part) => part !== '')
    const names = [...new Set(paths)]
    const baseTree = await git.maybe(folder, ['rev-parse', `${base}^{tree}`])
    return {
      addsNothing: code === 0 && tree === baseTree,
      conflicts: code === 0 ? { items: [], total: 0 } : { items: names.slice(0, mostConflicts), total: names.length },
    }
  } finally {
    await rm(store, { recursive: true, force: true }).catch(() => {})
  }
}
