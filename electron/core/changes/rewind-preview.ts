import { AppError } from '../../../shared/app-error.ts'
import type { KeptFile, RewindFile } from '../../../shared/domain/rewind.ts'
import type { Git } from '../git/git.ts'
import type { FolderSnapshots, PlacedSnapshot, Snapshot } from '../snapshots/snapshot.ts'
import { standsFor } from '../snapshots/surfacing.ts'
import { stateAt } from './disk-state.ts'
import { actionOf, isSameEntry, type FileStep } from './file-step.ts'
import { lineCounts } from './line-counts.ts'
import { planRewind, planUndo, type Overwrite, type PlannedStep, type RewindPlan } from './rewind-plan.ts'
import { notedIn, withoutObstacles, withoutUncovered } from './uncovered-steps.ts'
import type { WhoChanged } from './who-changed.ts'

export type PreviewDeps = { git: Git; snapshots: FolderSnapshots; who: WhoChanged }

/** Files that are to change, and those that stay. */
export type FilePlan = RewindPlan & { folder: string; before: Snapshot }

/** What going back to a snapshot would do, seen from a snapshot that was just taken. */
export async function planBack(
  deps: PreviewDeps,
  conversationId: string,
  { start, now, overwrite }: { start: PlacedSnapshot; now: Snapshot; overwrite: Overwrite },
): Promise<FilePlan> {
  const { folder, snapshot } = start
  const changes = await deps.snapshots.diff(folder, snapshot.tree, now.tree)
  const by = new Map(await deps.who.between(folder, snapshot, now, conversationId))
  const sunk = await notedIn(deps, { folder, from: snapshot, to: now }, 'sunk')
  for (const { path, old, new: is } of changes) if (old !== null && is !== null && standsFor(sunk, path) !== null) by.set(path, 'both')
  const plan = planRewind(changes, by, overwrite)
  return { ...(await withoutUncovered(deps, { folder, from: snapshot, to: now }, plan)), folder, before: now }
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
  return { ...(await withoutObstacles(folder, { steps: plan.steps, kept: [...plan.kept, ...blocked] })), folder, before: now }
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
