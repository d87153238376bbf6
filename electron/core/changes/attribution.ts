import type { TreePath } from '../../../shared/domain/changes.ts'
import type { Snapshot, TreeChange } from '../snapshots/snapshot.ts'

/** Who changed something; see `changedBySchema`. */
export type ChangedBy = 'conversation' | 'others' | 'both'

/** From one tree to another the same conversations worked; nobody: a person or another program. */
export type Interval = { from: string; to: string; working: readonly string[] }

/**
 * What lies between snapshots of a folder, in their order, up to the tree that it has now: as few intervals as say who worked when. `nowWorking` are
 * those that work since the last snapshot.
 */
export function intervalsOf(snapshots: readonly Snapshot[], now: { tree: string; working: readonly string[] }): Interval[] {
  const intervals: Interval[] = []
  for (const [index, { tree, working }] of snapshots.entries()) {
    const to = snapshots[index + 1]?.tree ?? now.tree
    if (tree === to) continue
    const last = intervals.at(-1)
    if (last && last.to === tree && isSame(last.working, working)) intervals[intervals.length - 1] = { ...last, to }
    else intervals.push({ from: tree, to, working })
  }
  return intervals
}

/** What happened in an interval. */
export type Worked = { working: readonly string[]; changes: readonly TreeChange[] }

/**
 * Who changed the paths that differ over some intervals: `conversation` where it alone worked whenever the path changed, `others` where it never
 * worked then, `both` for everything else, as where several worked at once and nobody can say which.
 */
export function attribution(intervals: readonly Worked[], conversationId: string): Map<TreePath, ChangedBy> {
  const by = new Map<TreePath, ChangedBy>()
  for (const { working, changes } of intervals) {
    const here = whoWorked(working, conversationId)
    for (const { path } of changes) {
      const before = by.get(path)
      by.set(path, before === undefined || before === here ? here : 'both')
    }
  }
  return by
}

function whoWorked(working: readonly string[], conversationId: string): ChangedBy {
  if (!working.includes(conversationId)) return 'others'
  return working.every((id) => id === conversationId) ? 'conversation' : 'both'
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  const names = new Set(b)
  return new Set(a).size === names.size && a.every((name) => names.has(name))
}
