import type { RunState, RunSummary } from '../../shared/domain/run.ts'

/** Which runs are listed. */
export type RunFilter = 'all' | 'open' | Extract<RunState, 'needs-you' | 'done' | 'failed' | 'cancelled'>

export const openRunStates: readonly RunState[] = ['running', 'needs-you', 'paused']

/** The states that a filter lets through. */
export function statesOf(filter: RunFilter): readonly RunState[] | null {
  if (filter === 'all') return null
  return filter === 'open' ? openRunStates : [filter]
}

export type RunPages = { items: readonly RunSummary[]; /** Older ones are not here yet. */ hasOlder: boolean }

/** What was read, as it is now, with what was begun since: the newest first. */
export function runsNow({ items, hasOlder }: RunPages, live: ReadonlyMap<string, RunSummary>, filter: RunFilter): RunSummary[] {
  const states = statesOf(filter)
  const oldest = items.at(-1)
  const known = new Set(items.map(({ id }) => id))
  const added = [...live.values()].filter(
    (run) => !known.has(run.id) && run.cause.kind !== 'run' && (!hasOlder || !oldest || newestFirst(run, oldest) < 0),
  )
  const all = items.map((run) => live.get(run.id) ?? run)
  const shown = [...all, ...added].filter(({ state }) => states === null || states.includes(state))
  return added.length === 0 ? shown : shown.toSorted(newestFirst)
}

function newestFirst(a: RunSummary, b: RunSummary): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  if (a.id === b.id) return 0
  return a.id < b.id ? 1 : -1
}

/** So many runs that have ended are remembered from what was told. */
const mostEnded = 1_000

/** The runs that are known, after what was told: those that have not ended, and the last of those that have. */
export function withRuns(runs: ReadonlyMap<string, RunSummary>, told: readonly RunSummary[]): ReadonlyMap<string, RunSummary> {
  const next = new Map(runs)
  for (const run of told) {
    next.delete(run.id)
    // Nobody lists the parts of another run once they have ended.
    if (run.cause.kind !== 'run' || run.endedAt === null) next.set(run.id, run)
  }
  let ended = next.size <= mostEnded ? 0 : [...next.values()].filter(({ endedAt }) => endedAt !== null).length
  for (const run of next.values()) {
    if (ended <= mostEnded) break
    if (run.endedAt === null) continue
    next.delete(run.id)
    ended -= 1
  }
  return next
}
