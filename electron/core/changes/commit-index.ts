import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toAppError } from '../../../shared/app-error.ts'
import type { TreePath } from '../../../shared/domain/changes.ts'
import { zeroFields } from '../git/fields.ts'
import type { Git, GitRun } from '../git/git.ts'
import { toTreePath } from '../git/tree-path.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'
import { setEntries, writeObject } from './index-entries.ts'
import { readRecords } from './diff-records.ts'
import { isSameEntry } from './file-step.ts'
import { readObjects } from './objects.ts'

type Place = { git: Git; root: string; folder: string }
type Commit = { head: string | null; commit: string; whole: ReadonlySet<TreePath> }

/** As `updateIndex`; where it fails the answer says what to do, since the commit is made. */
export async function followCommit(place: Place, commit: Commit): Promise<string[]> {
  try {
    return await updateIndex(place, commit)
  } catch (thrown) {
    return [`The index could not be updated (${toAppError(thrown).message}). Run git reset to make it match the commit.`]
  }
}

/**
 * Tells the user's index of a commit that was made beside it: a file of the commit that was not staged stands there as it was committed; what was
 * staged besides stays. Done again, it changes nothing. Answers what could not be done, in words; throws what git fails at.
 */
export async function updateIndex({ git, root, folder }: Place, { head, commit, whole }: Commit): Promise<string[]> {
  const run: GitRun = { cwd: root }
  const base = head ?? (await git.output(['hash-object', '-t', 'tree', '--stdin'], run)).toString('latin1').trim()
  const records = readRecords(await git.output(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', base, commit], run))
  const staged = await entriesOf(git, run, new Set(records.map(({ path }) => path)))
  const updates: { path: TreePath; entry: TreeEntry | null }[] = []
  const left: string[] = []
  for (const { path, old, new: now } of records) {
    const own = staged.get(path) ?? null
    if (isSameEntry(own, now)) continue
    if (isSameEntry(own, old) || whole.has(path)) updates.push({ path, entry: now })
    else {
      const merged = await merge(git, run, folder, { old, own, now })
      if (merged === null) left.push(`“${path}” was staged in a different version; that stays staged.`)
      else updates.push({ path, entry: merged })
    }
  }
  await setEntries(git, run, updates, commit)
  // Entries that were set say nothing of the files' times yet.
  await git.run(['update-index', '-q', '--refresh'], run)
  return left
}

async function entriesOf(git: Git, run: GitRun, paths: ReadonlySet<TreePath>): Promise<Map<TreePath, TreeEntry>> {
  const entries = new Map<TreePath, TreeEntry>()
  for (const field of zeroFields(await git.output(['ls-files', '-s', '-z'], run))) {
    const tab = field.indexOf(0x09)
    const path = toTreePath(field.subarray(tab + 1))
    const [mode = '', object = ''] = field.toString('latin1', 0, tab).split(' ')
    if (paths.has(path)) entries.set(path, { mode, object })
  }
  return entries
}

type Sides = { old: TreeEntry | null; own: TreeEntry | null; now: TreeEntry | null }

/** What was staged with the commit's changes in it; null where both change the same. */
async function merge(git: Git, run: GitRun, folder: string, { old, own, now }: Sides): Promise<TreeEntry | null> {
  if (old === null || own === null || now === null) return null
  const contents = await readObjects(git, { gitDir: await gitDirOf(git, run) }, [old.object, own.object, now.object])
  const files: string[] = []
  for (const [name, { object, mode }] of Object.entries({ own, old, now })) {
    const bytes = contents.get(object)
    if (bytes === undefined || !mode.startsWith('100')) return null
    files.push(join(folder, name))
    await writeFile(join(folder, name), bytes)
  }
  const { code, stdout } = await git.run(['merge-file', '-p', '-q', ...files], run)
  return code === 0 ? { mode: own.mode, object: await writeObject(git, run, stdout) } : null
}

async function gitDirOf(git: Git, run: GitRun): Promise<string> {
  return (await git.output(['rev-parse', '--absolute-git-dir'], run)).toString('utf8').replace(/\r?\n$/, '')
}
