import type { TreePath } from '../../../shared/domain/changes.ts'
import { zeroLines } from '../git/fields.ts'
import type { Git, GitRun } from '../git/git.ts'
import { fromTreePath } from '../git/tree-path.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'

/** Keeps bytes in the repository and answers their object. */
export async function writeObject(git: Git, run: GitRun, bytes: Buffer): Promise<string> {
  return (await git.output(['hash-object', '-w', '-t', 'blob', '--stdin'], { ...run, stdin: bytes })).toString('latin1').trim()
}

/** An entry of an index that is to be; null: none. */
export type IndexEntry = { path: TreePath; entry: TreeEntry | null }

/** Sets entries of an index, whatever the files are. `like`: an object whose kind of name (SHA-1 or SHA-256) the repository has. */
export async function setEntries(git: Git, run: GitRun, entries: readonly IndexEntry[], like: string): Promise<void> {
  if (entries.length === 0) return
  // A folder that goes makes room for a file of its name, or the reverse.
  const ordered = entries.toSorted((a, b) => Number(a.entry !== null) - Number(b.entry !== null))
  const lines = ordered.map(({ path, entry }) => {
    const { mode, object } = entry ?? { mode: '0', object: '0'.repeat(like.length === 64 ? 64 : 40) }
    return Buffer.concat([Buffer.from(`${mode} ${object}\t`), fromTreePath(path)])
  })
  await git.output(['update-index', '-z', '--add', '--replace', '--index-info'], { ...run, stdin: zeroLines(lines) })
}
