import type { TreePath } from '../../../shared/domain/changes.ts'
import type { KeptFile } from '../../../shared/domain/rewind.ts'
import { fromTreePath, isKeptByGit, toTreePath } from '../git/tree-path.ts'
import type { TreeChange, TreeEntry } from '../snapshots/snapshot.ts'
import type { ChangedBy } from './attribution.ts'
import { actionOf, isSameEntry, repositoryMode, type FileStep, type StepModes } from './file-step.ts'

/** Files that others changed since and that are overwritten all the same. */
export type Overwrite = 'all' | readonly TreePath[]
export type PlannedStep = FileStep & { overwrites?: true }
/** What changes, and what is left as it is though this conversation has changed it; both in the order of what was given. */
export type RewindPlan = { steps: PlannedStep[]; kept: KeptFile[] }

/**
 * What happens to the files of a folder that goes back. `changes`: what differs between how it was (`old`) and how it is (`new`); `by`: who changed it.
 * What this conversation alone changed goes back, what others changed too is kept unless it is to be overwritten, and all else is not touched.
 */
export function planRewind(changes: readonly TreeChange[], by: ReadonlyMap<TreePath, ChangedBy>, overwrite: Overwrite): RewindPlan {
  const overwrites = overwriter(overwrite)
  const steps: PlannedStep[] = []
  const kept: KeptFile[] = []
  for (const { path, old: to, new: from } of changes) {
    const whose = by.get(path) ?? 'others'
    const step = { path, from, to }
    if (whose === 'others') continue
    if (!isKeptByGit(fromTreePath(path))) kept.push({ path, reason: 'reserved' })
    else if (isRepository(from) || isRepository(to)) kept.push({ path, reason: 'repository' })
    else if (whose === 'conversation') steps.push(step)
    else if (overwrites(path)) steps.push({ ...step, overwrites: true })
    else kept.push({ path, reason: 'changed-since', action: actionOf(step) })
  }
  const there = new Set(changes.flatMap((change) => (change.new === null ? [] : [change.path])))
  return withoutBlocked({ steps, kept }, there)
}

/**
 * What happens when steps that were taken are undone: each file that still is what it became then gets back what it was. `now` has the files that are
 * something else by now, and what they are.
 */
export function planUndo(all: readonly FileStep[], now: ReadonlyMap<TreePath, TreeEntry | null>, overwrite: Overwrite): RewindPlan {
  const overwrites = overwriter(overwrite)
  const steps: PlannedStep[] = []
  const kept: KeptFile[] = []
  for (const { path, from: to, to: became, modes: taken } of all) {
    const from = now.get(path)
    const modes = undoneModes(taken)
    if (from === undefined) steps.push({ path, from: became, to, modes })
    else if (isSameEntry(from, to)) continue
    else if (isRepository(from)) kept.push({ path, reason: 'repository' })
    else if (overwrites(path)) steps.push({ path, from, to, modes, overwrites: true })
    else kept.push({ path, reason: 'changed-since', action: actionOf({ path, from, to }) })
  }
  const there = [...now].flatMap(([path, entry]) => (entry === null ? [] : [path]))
  const became = all.flatMap(({ path, to }) => (to === null || now.has(path) ? [] : [path]))
  return withoutBlocked({ steps, kept }, new Set([...there, ...became]))
}

/** A mode that the step has set is no longer wanted where the one before was as for any new file. */
function undoneModes(taken: StepModes | undefined): StepModes | undefined {
  if (taken?.to === undefined) return taken?.from === undefined ? undefined : { to: taken.from }
  return { to: taken.from ?? 'usual', ...(taken.to === 'usual' ? {} : { from: taken.to }) }
}

/** A file cannot come where another one stays that needs its place, or is one of its folders. */
function withoutBlocked({ steps, kept }: RewindPlan, there: Set<TreePath>): RewindPlan {
  for (const { path, to } of steps) if (to === null) there.delete(path)
  const folders = new Set([...there].flatMap((path) => foldersOf(path)))
  const isBlocked = ({ path, from, to }: FileStep) =>
    from === null && to !== null && (folders.has(path) || foldersOf(path).some((folder) => there.has(folder)))
  return {
    steps: steps.filter((step) => !isBlocked(step)),
    kept: [...kept, ...steps.filter(isBlocked).map(({ path }): KeptFile => ({ path, reason: 'in-the-way' }))],
  }
}

/** `a/b/c`: `a` and `a/b`. What a folder is spelled like does not depend on what it holds, so quoted paths are looked at as bytes. */
function foldersOf(path: TreePath): TreePath[] {
  const folders: TreePath[] = []
  if (!path.startsWith('"')) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at))
    return folders
  }
  const bytes = fromTreePath(path)
  for (let at = bytes.indexOf('/'); at >= 0; at = bytes.indexOf('/', at + 1)) folders.push(toTreePath(bytes.subarray(0, at)))
  return folders
}

function overwriter(overwrite: Overwrite): (path: TreePath) => boolean {
  if (overwrite === 'all') return () => true
  const paths = new Set(overwrite)
  return (path) => paths.has(path)
}

function isRepository(entry: TreeEntry | null): boolean {
  return entry?.mode === repositoryMode
}
