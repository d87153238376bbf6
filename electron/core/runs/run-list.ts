import type { RunItem, RunState, RunSummary, StepState } from '../../../shared/domain/run.ts'

export type RunPage = {
  cursor?: string | undefined
  limit: number
  states?: readonly RunState[]
  recipe?: string | undefined
  /** Without those that are nested in others. */
  topOnly?: boolean
}

export type ItemPage = {
  cursor?: string | undefined
  limit: number
  states?: readonly StepState[]
  /** Only those whose item or error has these words. */
  q?: string | undefined
}

export type FoundItems = { items: RunItem[]; nextCursor: string | null }

/** A page of runs, the newest first; ids of runs do not sort, so lists go by the time. */
export function pageOfRuns(all: Iterable<RunSummary>, page: RunPage): { items: RunSummary[]; nextCursor: string | null } {
  const { cursor, limit, states, recipe, topOnly = false } = page
  const fitting = [...all]
    .filter((run) => (!states || states.includes(run.state)) && (recipe === undefined || run.recipe === recipe))
    .filter(({ cause }) => !topOnly || cause.kind !== 'run')
    .filter((run) => cursor === undefined || placeOf(run) < cursor)
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
  const items = fitting.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && fitting.length > limit ? placeOf(last) : null }
}

function placeOf({ createdAt, id }: RunSummary): string {
  return `${createdAt} ${id}`
}
