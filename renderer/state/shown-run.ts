import { create } from 'zustand'
import type { RunSummary } from '../../shared/domain/run.ts'

/** What has to be known of a run to say what can be done with it. */
export type RunFacts = Pick<RunSummary, 'id' | 'state' | 'endedAt'>

/** The run whose screen is open; null until it is there. */
export const useShownRun = create<{ run: RunFacts | null }>(() => ({ run: null }))
