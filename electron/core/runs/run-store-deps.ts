import type { Recipe } from '../../../shared/domain/recipe.ts'
import type { RunSummary } from '../../../shared/domain/run.ts'
import type { JournalDeps } from './run-journal.ts'
import type { RunRecord } from './run-record.ts'
import type { UnitHost } from './unit-host.ts'

/** What all runs need from outside. */
export type RunStoreDeps = JournalDeps & {
  /** Where the journals lie. */
  folder: string
  turns: UnitHost
  /** A recipe by its name, one of this folder first; null where there is none. */
  recipe: (name: string, folder: string | null) => Promise<Recipe | null>
  onRun?: ((summary: RunSummary, run: RunRecord) => void) | undefined
  /** It has left the list. */
  onRemoved?: ((runId: string) => void) | undefined
  onFault?: ((runId: string, thrown: unknown) => void) | undefined
  /** So many runs that have ended stay in the list. */
  mostEnded?: number | undefined
  retryMs?: number | undefined
}
