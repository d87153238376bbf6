import type { RunSummary } from '../../../shared/domain/run.ts'

/** A run with all that is nested in it. */
type Family = { members: RunSummary[]; endedAt: string; isOver: boolean }

/**
 * The runs that leave the list so that no more than `most` ended ones stay: the oldest first, each together with all that is nested in it.
 * What has not ended stays with its whole family, and so does the family that ended last.
 */
export function leavingRuns(all: ReadonlyMap<string, RunSummary>, most: number): RunSummary[] {
  let tooMany = [...all.values()].filter(({ endedAt }) => endedAt !== null).length - most
  if (tooMany <= 0) return []
  const over = [...familiesOf(all)].filter(({ isOver }) => isOver).toSorted((a, b) => (a.endedAt < b.endedAt ? -1 : 1))
  const leaving: RunSummary[] = []
  for (const { members } of over.slice(0, -1)) {
    if (tooMany <= 0) break
    tooMany -= members.length
    leaving.push(...members)
  }
  return leaving
}

function familiesOf(all: ReadonlyMap<string, RunSummary>): Iterable<Family> {
  const families = new Map<string, Family>()
  for (const run of all.values()) {
    const root = rootOf(all, run)
    const family = families.get(root) ?? { members: [], endedAt: '', isOver: true }
    families.set(root, family)
    family.members.push(run)
    if (run.endedAt === null) family.isOver = false
    else if (run.endedAt > family.endedAt) family.endedAt = run.endedAt
  }
  return families.values()
}

/** The outermost run that is still in the list. */
function rootOf(all: ReadonlyMap<string, RunSummary>, run: RunSummary): string {
  let outer = run
  for (;;) {
    const around = outer.cause.kind === 'run' ? all.get(outer.cause.runId) : undefined
    if (!around) return outer.id
    outer = around
  }
}
