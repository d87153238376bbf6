import type { Comparison, Totals } from '../../../shared/domain/metrics.ts'
import { formatCost, formatDuration, plural } from '../../words/figures.ts'

/** The share of the tokens sent that came from the prompt cache; null when none were sent. */
export function cacheHitShare({ usage: { input, cacheRead, cacheWrite } }: Totals): number | null {
  const sent = input + cacheRead + cacheWrite
  return sent === 0 ? null : cacheRead / sent
}

/** The share of the turns that went on in a conversation and had to write its cache again; null when none went on. */
export function rewriteShare({ rewrites, continued }: Totals): number | null {
  return continued === 0 ? null : rewrites / continued
}

/** The share of the work that went to the instance that knew it; null when none did. */
export function affinityShare({ affinityHits, affinityKnown }: Totals): number | null {
  return affinityKnown === 0 ? null : affinityHits / affinityKnown
}

export function errorCount({ failed, lost }: Totals): number {
  return failed + lost
}

export function tokenCount({ usage: { input, output, cacheRead, cacheWrite } }: Totals): number {
  return input + output + cacheRead + cacheWrite
}

/** What is known of the money, never a made-up zero: `$9.12`, `unknown`, `$9.12 and 3 of unknown price`. */
export function costWords({ costUsd, costUnknown, turns }: Totals): string {
  if (turns > 0 && costUnknown === turns) return 'unknown'
  return costUnknown === 0 ? formatCost(costUsd) : `${formatCost(costUsd)} + ${costUnknown.toLocaleString('en-US')} unknown`
}

/** What the pool saved, in a sentence that says how it is known; honest where it is not, or where nothing was saved. */
export function savingWords({ baselineMs, baselineFrom, measuredStarts, turns, actualMs, savedMs }: Comparison): string {
  if (turns === 0) return 'No turn in this range found a ready process, so nothing was saved.'
  if (baselineMs === null || savedMs === null || baselineFrom === 'none')
    return 'No process start has been measured yet. Savings appear after the first cold or resumed start.'
  const found = `${plural(turns, 'turn')} found a ready process`
  const where = baselineFrom === 'range' ? 'in this range' : 'of all time, as too few are in this range'
  const basis = `The start is the median of ${plural(measuredStarts, 'measured start')} ${where}: ${formatDuration(baselineMs)} to the first word.`
  const took = `${found} and took ${formatDuration(actualMs)} to their first words together`
  if (savedMs <= 0)
    return `${took}. With one process per message that would have been ${formatDuration(actualMs + savedMs)}: nothing was saved. ${basis}`
  return `${took}. With one process per message it would have been ${formatDuration(actualMs + savedMs)}: ${formatDuration(savedMs)} saved. ${basis}`
}
