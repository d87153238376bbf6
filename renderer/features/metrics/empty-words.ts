import type { MetricsState } from '../../../shared/domain/metrics.ts'
import type { Span } from './charts/chart-data.ts'
import { timeWords } from './charts/chart-words.ts'

export type WhyEmpty = { state: MetricsState | null; filtered: boolean; span: Span }

/** Why a range has no figures, and what to do. */
export function emptyWordsOf({ state, filtered, span }: WhyEmpty): string {
  if (!state) return 'The figures are being fetched.'
  if (state.building) return 'Nothing was found for this range yet. The past is still being read.'
  if (state.turns === 0) return 'No turn has ended yet. Send an instance a message and its figures are here.'
  if (filtered) return 'No turn in this range fits the filter. Remove a part of it, or choose a longer range.'
  const first = state.firstAt === null ? null : Date.parse(state.firstAt)
  if (first !== null && span.to <= first) return `Nothing is known of this time: the first turn ended on ${timeWords(first, 60_000)}.`
  return 'No turn ended in this range. Choose a longer one.'
}
