import { AppError } from '../../../shared/app-error.ts'
import type { TreePath } from '../../../shared/domain/changes.ts'
import { zeroFields } from '../git/fields.ts'
import type { Git } from '../git/git.ts'
import { toTreePath } from '../git/tree-path.ts'
import type { FolderSnapshots, Snapshot, TreeEntry } from '../snapshots/snapshot.ts'
import { isAll, type Picked } from './chosen.ts'
import type { ComparedFile } from './comparison.ts'
import { patchOf } from './file-patch.ts'
import type { FileStep } from './file-step.ts'
import type { ObjectsAt } from './objects.ts'
import { withoutChosen } from './pick-lines.ts'

type Deps = { git: Git; snapshots: FolderSnapshots }
type From = { folder: string; at: ObjectsAt; whitespace: boolean }

/** What has to become of files so that what was chosen is taken back, from a comparison of snapshots. Throws BAD_REQUEST for what cannot be. */
export async function stepsBack(deps: Deps, from: From, picked: readonly Picked[]): Promise<FileStep[]> {
  const steps: FileStep[] = []
  for (const { file, lines } of picked) {
    checkCovered(file)
    const patch = lines === null ? null : await patchOf(deps.git, from.at, file, { context: 0, whitespace: from.whitespace })
    if (lines === null || patch === null || isAll(patch.hunks, lines)) {
      steps.push(...wholeBack(file))
      continue
    }
    const bytes = withoutChosen(patch.old, patch.new, patch.hunks, lines)
    const mode = (file.new ?? file.old)?.mode ?? '100644'
    steps.push({ path: file.path, from: file.new, to: { mode, object: await deps.snapshots.write(from.folder, bytes) } })
  }
  return steps
}

/** A renamed file goes, and comes where it was. */
function wholeBack({ path, from, old, new: now }: ComparedFile): FileStep[] {
  if (from === undefined) return [{ path, from: now, to: old }]
  return [
    { path, from: now, to: null },
    { path: from, from: null, to: old },
  ]
}

type FromHead = { folder: string; now: Snapshot; at: ObjectsAt; whitespace: boolean }

/**
 * The same from a comparison with the last commit. There both sides are as git keeps them: what has to stand in the folder is what git would check
 * out, and what stands there is in the snapshot.
 */
export async function stepsBackToHead(deps: Deps, from: FromHead, picked: readonly Picked[]): Promise<FileStep[]> {
  const { git, snapshots } = deps
  const store = await snapshots.gitOf(from.folder)
  const present = await entriesOf(git, store, from.now.tree)
  const files: Picked[] = []
  for (const { file, lines } of picked) {
    const now = file.new === null ? null : (present.get(file.path) ?? null)
    if (file.new !== null && now === null) {
      const message = `“${file.path.slice(0, 300)}” is not covered by snapshots, so taking it back could not be undone. Use git to restore it.`
      throw new AppError('STATE_CONFLICT', message, { data: { path: file.path } })
    }
    checkCovered(file)
    const old = file.old === null ? null : await checkedOut(deps, from, file, file.old)
    files.push({ file: { ...file, old, new: now }, lines })
  }
  return stepsBack(deps, { folder: from.folder, at: store, whitespace: from.whitespace }, files)
}

/** A file of the commit as git would write it: with the line ends and filters of this machine. Kept as an object of the store. */
async function checkedOut({ git, snapshots }: Deps, from: FromHead, file: ComparedFile, { mode, object }: TreeEntry): Promise<TreeEntry> {
  const path = file.from ?? file.path
  const named =
    mode === '120000' || path.startsWith('"')
      ? null
      : await git.run(['cat-file', '--filters', `--path=${path}`, object], { ...from.at, cwd: from.folder })
  const bytes = named?.code === 0 && !named.cut ? named.stdout : await git.output(['cat-file', 'blob', object], from.at)
  return { mode, object: await snapshots.write(from.folder, bytes) }
}

async function entriesOf(git: Git, store: ObjectsAt, tree: string): Promise<Map<TreePath, TreeEntry>> {
  const fields = zeroFields(await git.output(['ls-tree', '-r', '-z', '--full-tree', tree], store))
  return new Map(
    fields.map((field) => {
      const tab = field.indexOf(0x09)
      const [mode = '', , object = ''] = field.toString('latin1', 0, tab).split(' ')
      return [toTreePath(field.subarray(tab + 1)), { mode, object }]
    }),
  )
}

function checkCovered({ path, content }: ComparedFile): void {
  if (content !== 'repository') return
  throw new AppError('BAD_REQUEST', `“${path.slice(0, 300)}” is a repository of its own. Take its changes back there.`)
}
