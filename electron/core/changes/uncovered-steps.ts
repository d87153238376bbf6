import type { Uncovered } from '../../../shared/domain/changes.ts'
import type { KeptFile, KeptReason } from '../../../shared/domain/rewind.ts'
import type { Git } from '../git/git.ts'
import type { FolderSnapshots, Snapshot } from '../snapshots/snapshot.ts'
import { byBytes, standsFor } from '../snapshots/surfacing.ts'
import { stateAt, type DiskState } from './disk-state.ts'
import { isSameEntry } from './file-step.ts'
import { ignoredThen } from './ignored-then.ts'
import { Going } from './obstacles.ts'
import type { PlannedStep, RewindPlan } from './rewind-plan.ts'

type Deps = { git: Git; snapshots: FolderSnapshots }
type Between = { folder: string; from: Snapshot; to: Snapshot }

/** A plan without what snapshots only seem to say: what one of the two does not cover was there all the same, or is. */
export async function withoutUncovered(deps: Deps, between: Between, plan: RewindPlan): Promise<RewindPlan> {
  const { folder, from } = between
  const surfaced = await notedIn(deps, between, 'surfaced')
  const known = split(plan, (step) => (step.to === null ? (standsFor(surfaced, step.path)?.reason ?? null) : null))
  const covered = await withoutIgnored(deps, folder, from.tree, known)
  return withoutUnseen(folder, byBytes(deps.snapshots.uncovered(folder)), covered)
}

/** A plan without what cannot come, as something that stays has its place. */
export async function withoutObstacles(folder: string, plan: RewindPlan): Promise<RewindPlan> {
  const states = new Map<PlannedStep, DiskState>()
  for (const step of plan.steps) if (isComing(step)) states.set(step, await stateAt(folder, step.path, step.to.object))
  return clear(folder, plan, states)
}

/** What snapshots began to cover, or ceased to, though it was there all along. */
export async function notedIn(
  { snapshots }: Pick<Deps, 'snapshots'>,
  { folder, from, to }: Between,
  what: 'surfaced' | 'sunk',
): Promise<ReadonlyMap<string, Uncovered>> {
  const all = await snapshots.of(folder)
  return byBytes(all.flatMap((one) => (one.seq > from.seq && one.seq <= to.seq ? (one[what] ?? []) : [])))
}

/** What git ignored then was there all the same, and stays. */
async function withoutIgnored(deps: Deps, folder: string, tree: string, plan: RewindPlan): Promise<RewindPlan> {
  const going = plan.steps.flatMap(({ path, to }) => (to === null ? [path] : []))
  const ignored = await ignoredThen(deps, folder, tree, going)
  return split(plan, ({ path, to }) => (to === null && ignored.has(path) ? 'ignored' : null))
}

/** What git ignores by now, or is too large, is in no snapshot of now, though it is there: it did not go, and stays. */
async function withoutUnseen(folder: string, left: ReadonlyMap<string, Uncovered>, plan: RewindPlan): Promise<RewindPlan> {
  // Where the system does not tell `a` from `A`, what has the one name now goes under the other.
  const renamed = new Set(plan.steps.flatMap(({ path, to }) => (to === null ? [folded(path)] : [])))
  const states = new Map<PlannedStep, DiskState>()
  const same = new Set<PlannedStep>()
  for (const step of plan.steps) {
    if (!isComing(step) || renamed.has(folded(step.path))) continue
    const state = await stateAt(folder, step.path, step.to.object)
    states.set(step, state)
    if (state.kind === 'entry' && isSameEntry(state.entry, step.to)) same.add(step)
  }
  const differing = split({ ...plan, steps: plan.steps.filter((step) => !same.has(step)) }, (step) =>
    states.get(step)?.kind === 'entry' ? (standsFor(left, step.path)?.reason ?? 'ignored') : null,
  )
  return clear(folder, differing, states)
}

async function clear(folder: string, plan: RewindPlan, states: ReadonlyMap<PlannedStep, DiskState>): Promise<RewindPlan> {
  const going = new Going(folder, plan.steps)
  const obstacles = new Map<PlannedStep, KeptReason>()
  for (const step of plan.steps) {
    const state = states.get(step)
    const reason = state ? await going.obstacle(step.path, state) : null
    if (reason !== null) obstacles.set(step, reason)
  }
  return split(plan, (step) => obstacles.get(step) ?? null)
}

/** Steps for which there is a reason are not taken, and named. */
function split({ steps, kept }: RewindPlan, reasonFor: (step: PlannedStep) => KeptReason | null): RewindPlan {
  const left: KeptFile[] = []
  const taken = steps.filter((step) => {
    const reason = reasonFor(step)
    if (reason !== null) left.push({ path: step.path, reason })
    return reason === null
  })
  return { steps: taken, kept: [...kept, ...left] }
}

function isComing(step: PlannedStep): step is PlannedStep & { to: NonNullable<PlannedStep['to']> } {
  return step.from === null && step.to !== null
}

/** Names that some system takes for the same. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
