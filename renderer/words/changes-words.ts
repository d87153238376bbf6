import type { ChangedFile, GitState, Uncovered } from '../../shared/domain/changes.ts'
import { formatBytes, plural } from './figures.ts'

/** `+11 −2`, without the side that is nothing. */
export function countWords({ added, removed }: { added: number | null; removed: number | null }): string {
  return [...(added ? [`+${added.toLocaleString('en-US')}`] : []), ...(removed ? [`−${removed.toLocaleString('en-US')}`] : [])].join(' ')
}

/** The letter that stands for what became of a file, and the word for it. */
export const kindWords: Readonly<Record<ChangedFile['kind'], { letter: string; word: string }>> = {
  created: { letter: 'A', word: 'Added' },
  changed: { letter: 'M', word: 'Modified' },
  deleted: { letter: 'D', word: 'Deleted' },
  renamed: { letter: 'R', word: 'Renamed' },
  mode: { letter: 'X', word: 'Permissions changed' },
  type: { letter: 'T', word: 'Type changed' },
}

export const uncoveredWords: Readonly<Record<Uncovered['reason'], string>> = {
  ignored: 'ignored by git',
  outside: 'outside the folder',
  large: 'too large',
  repository: 'a repository of its own',
  special: 'not a regular file',
  reserved: 'a name reserved by git',
  unreadable: 'unreadable',
}

/** `1.2 KB → 3.4 KB`, for what has no lines; one of them where they are the same. */
export function sizesWords({ oldSize, newSize }: Pick<ChangedFile, 'oldSize' | 'newSize'>): string {
  if (oldSize === null || oldSize === newSize) return newSize === null ? '' : formatBytes(newSize)
  return newSize === null ? `was ${formatBytes(oldSize)}` : `${formatBytes(oldSize)} → ${formatBytes(newSize)}`
}

/** What the changes are compared with. */
export function againstWords(against: string): string {
  if (against === 'head') return 'Last commit'
  return against === 'start' ? 'Start of conversation' : 'Before a message'
}

/** The branch, or what stands for it. */
export function branchWords({ branch, head }: Pick<GitState, 'branch' | 'head'>): string {
  return branch ?? (head === null ? 'No commits' : head.slice(0, 7))
}

const operations: Readonly<Record<NonNullable<GitState['operation']>, string>> = {
  rebase: 'rebasing',
  merge: 'merging',
  'cherry-pick': 'cherry-picking',
  revert: 'reverting',
  bisect: 'bisecting',
  am: 'applying patches',
}

/** What is to be said about the state of a repository, shortest first: `3 uncommitted`, `2 ahead`, `rebasing`. */
export function gitFacts(git: GitState): string[] {
  const conflicted = git.conflicted ?? 0
  const uncommitted = uncommittedOf(git) ?? 0
  return [
    ...(git.operation === null ? [] : [operations[git.operation]]),
    ...(conflicted > 0 ? [plural(conflicted, 'conflict')] : []),
    ...(uncommitted > 0 ? [`${uncommitted.toLocaleString('en-US')} uncommitted`] : []),
    ...(git.ahead ? [`${git.ahead.toLocaleString('en-US')} ahead`] : []),
    ...(git.behind ? [`${git.behind.toLocaleString('en-US')} behind`] : []),
  ]
}

/** Files with changes that are not committed; null where counting them took too long. */
export function uncommittedOf({ staged, changed, untracked, conflicted }: GitState): number | null {
  if (staged === null || changed === null || untracked === null || conflicted === null) return null
  return staged + changed + untracked + conflicted
}
