import type { MetricsState } from '../../../shared/domain/metrics.ts'
import type { Span } from './charts/chart-data.ts'
import { timeWords } from './charts/chart-words.ts'

export type WhyEmpty = { state: MetricsState | null; filtered: boolean; span: Span }

/** Why a range has no figures, and what to do. */
export function emptyWordsOf({ state, filtered, span }: WhyEmpty): string {
  if (!state) return 'Loading…'
  if (state.building) return 'No data for this range yet. Older turns are still being read.'
  if (state.turns === 0) return 'No turns yet. Send a message to an instance to see metrics here.'
  if (filtered) return 'No matches in this range. Remove a filter or choose a longer range.'
  const first = state.firstAt === null ? null : Date.parse(state.firstAt)
  if (first !== null && span.to <= first) return `No data this early: the first turn ended on ${timeWords(first, 60_000)}.`
  return 'No data in this range. Choose a longer one.'
}
