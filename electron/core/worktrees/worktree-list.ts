import { resolve } from 'node:path'

/** One worktree of a repository, as git lists it. The first of a list is the main one. */
export type ListedWorktree = {
  path: string
  /** Null: nothing was committed yet. */
  head: string | null
  /** Null: no branch is checked out. */
  branch: string | null
  bare: boolean
  locked: boolean
  /** Git thinks that its folder is gone. */
  prunable: boolean
}

/** Reads `git worktree list --porcelain -z`. */
export function readWorktreeList(text: string): ListedWorktree[] {
  return text
    .split('\0\0')
    .map((record) => record.split('\0').filter((line) => line !== ''))
    .filter((lines) => lines[0]?.startsWith('worktree '))
    .map(readOne)
}

function readOne(lines: readonly string[]): ListedWorktree {
  const of = (name: string) => lines.find((line) => line === name || line.startsWith(`${name} `))?.slice(name.length + 1)
  const head = of('HEAD')
  return {
    path: resolve(of('worktree') ?? ''),
    head: head === undefined || /^0+$/.test(head) ? null : head,
    branch: of('branch')?.replace(/^refs\/heads\//, '') ?? null,
    bare: of('bare') !== undefined,
    locked: of('locked') !== undefined,
    prunable: of('prunable') !== undefined,
  }
}
