import { AppError } from '../../../shared/app-error.ts'
import type { KeptFile, RewindFile } from '../../../shared/domain/rewind.ts'
import type { Git } from '../git/git.ts'
import type { FolderSnapshots, PlacedSnapshot, Snapshot } from '../snapshots/snapshot.ts'
import { attribution, intervalsOf, type ChangedBy } from './attribution.ts'
import { stateAt } from './disk-state.ts'
import { actionOf, isSameEntry, type FileStep } from './file-step.ts'
import { ignoredThen } from './ignored-then.ts'
import { lineCounts } from './line-counts.ts'
import { planRewind, planUndo, type Overwrite, type PlannedStep, type RewindPlan } from './rewind-plan.ts'

export type PreviewDeps = { git: Git; snapshots: FolderSnapshots }

/** Files that are to change, and those that stay. */
export type FilePlan = RewindPlan & { folder: string; before: Snapshot }

/** Who changed what in a folder from one snapshot to another. */
export async function changedBy(
  { snapshots }: Pick<PreviewDeps, 'snapshots'>,
  folder: string,
  conversationId: string,
  { from, to }: { from: Snapshot; to: Snapshot },
): Promise<ReadonlyMap<string, ChangedBy>> {
  const between = (await snapshots.of(folder)).filter(({ seq }) => seq >= from.seq && seq <= to.seq)
  const worked: Parameters<typeof attribution>[0][number][] = []
  for (const { from: old, to: next, working } of intervalsOf(between, { tree: to.tree, working: to.working }))
    worked.push({ working, changes: await snapshots.diff(folder, old, next) })
  return attribution(worked, conversationId)
}

/** What going back to a snapshot would do, seen from a snapshot that was just taken. */
export async function planBack(
  deps: PreviewDeps,
  conversationId: string,
  { start, now, overwrite }: { start: PlacedSnapshot; now: Snapshot; overwrite: Overwrite },
): Promise<FilePlan> {
  const { folder, snapshot } = start
  const changes = await deps.snapshots.diff(folder, snapshot.tree, now.tree)
  const by = await changedBy(deps, folder, conversationId, { from: snapshot, to: now })
  const plan = planRewind(changes, by, overwrite)
  const { steps, kept } = await withoutIgnored(deps, folder, snapshot.tree, plan)
  return { ...(await withoutUnseen(folder, steps, kept)), folder, before: now }
}

/** What git ignores by now is in no snapshot of now, though it is there: it did not go, and stays. */
async function withoutUnseen(folder: string, steps: readonly PlannedStep[], kept: KeptFile[]): Promise<RewindPlan> {
  const coming: PlannedStep[] = []
  const there: KeptFile[] = []
  for (const step of steps) {
    const { path, from, to } = step
    const state = from === null && to !== null ? await stateAt(folder, path, to.object) : null
    if (state?.kind !== 'entry') coming.push(step)
    else if (!isSameEntry(state.entry, to)) there.push({ path, reason: 'ignored' })
  }
  return { steps: coming, kept: [...kept, ...there] }
}

/** What git ignored then was there all the same, and stays. */
async function withoutIgnored(deps: PreviewDeps, folder: string, tree: string, { steps, kept }: RewindPlan): Promise<RewindPlan> {
  const going = steps.flatMap(({ path, to }) => (to === null ? [path] : []))
  const ignored = await ignoredThen(deps, folder, tree, going)
  if (ignored.size === 0) return { steps, kept }
  return {
    steps: steps.filter(({ path, to }) => to !== null || !ignored.has(path)),
    kept: [...kept, ...going.filter((path) => ignored.has(path)).map((path): KeptFile => ({ path, reason: 'ignored' }))],
  }
}

/** What undoing steps would do to the files as they are on the disk. */
export async function planForward(
  { folder, steps }: { folder: string; steps: readonly FileStep[] },
  now: Snapshot,
  overwrite: Overwrite,
): Promise<FilePlan> {
  const changed = new Map<string, FileStep['from']>()
  const blocked: KeptFile[] = []
  for (const { path, from, to } of steps) {
    const state = await stateAt(folder, path, (to ?? from)?.object ?? '')
    const entry = state.kind === 'entry' ? state.entry : null
    // What went may have made room for a folder or another file, which the plan looks at.
    const madeRoom = to === null && (state.kind === 'folder' || state.kind === 'blocked')
    if (state.kind !== 'entry' && state.kind !== 'nothing' && !madeRoom)
      blocked.push({ path, reason: state.kind === 'unreadable' ? 'unreadable' : 'in-the-way' })
    else if (!isSameEntry(entry, to)) changed.set(path, entry)
  }
  const out = new Set(blocked.map(({ path }) => path))
  const plan = planUndo(
    steps.filter(({ path }) => !out.has(path)),
    changed,
    overwrite,
  )
  return { steps: plan.steps, kept: [...plan.kept, ...blocked], folder, before: now }
}

/** The files of a plan as callers see them. */
export async function shownFiles(deps: PreviewDeps, { folder, before, steps }: FilePlan, target: string): Promise<RewindFile[]> {
  const counts = await lineCounts(deps, folder, before.tree, target)
  return steps.map((step) => shownFile(step, counts.get(step.path)))
}

function shownFile(step: PlannedStep, count: { added: number | null; removed: number | null } | undefined): RewindFile {
  const { added, removed } = count ?? { added: null, removed: null }
  return { path: step.path, action: actionOf(step), added, removed, ...(step.overwrites ? { overwrites: true } : {}) }
}

/** Throws STATE_CONFLICT where nothing is left to do. */
export function checkSomething({ steps, kept }: RewindPlan): void {
  if (steps.length > 0) return
  const why =
    kept.length === 0 ? 'No file has changed since.' : 'All files that changed since are left as they are; choose those to overwrite.'
  throw new AppError('STATE_CONFLICT', why)
}
