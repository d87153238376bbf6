import type { Totals } from '../../../shared/domain/metrics.ts'
import type { Unit } from './charts/chart-data.ts'
import { formatFigure } from './charts/chart-words.ts'
import { affinityShare, cacheHitShare, errorCount, rewriteShare, tokenCount } from './totals-figures.ts'

export type CompareRow = {
  label: string
  left: { value: number | null; words: string }
  right: { value: number | null; words: string }
  /** From left to right, in words; empty where one of them is not known. */
  difference: string
}

const figures: readonly { label: string; unit: Unit; of: (totals: Totals) => number | null }[] = [
  { label: 'Turns', unit: 'count', of: ({ turns }) => turns },
  { label: 'First token, median', unit: 'ms', of: ({ phases }) => phases.firstToken?.p50 ?? null },
  { label: 'First token, 95%', unit: 'ms', of: ({ phases }) => phases.firstToken?.p95 ?? null },
  { label: 'Whole turn, median', unit: 'ms', of: ({ phases }) => phases.total?.p50 ?? null },
  { label: 'Waited, 95%', unit: 'ms', of: ({ phases }) => phases.waited?.p95 ?? null },
  { label: 'Failed and lost', unit: 'count', of: errorCount },
  { label: 'Requests retried', unit: 'count', of: ({ retries }) => retries },
  { label: 'Tokens', unit: 'tokens', of: tokenCount },
  { label: 'Tokens out', unit: 'tokens', of: ({ usage }) => usage.output },
  { label: 'Cache hits', unit: 'share', of: cacheHitShare },
  { label: 'Cache rewrites', unit: 'share', of: rewriteShare },
  { label: 'Affinity hits', unit: 'share', of: affinityShare },
  { label: 'Cost', unit: 'usd', of: ({ costUsd, costUnknown, turns }) => (turns > 0 && costUnknown === turns ? null : costUsd) },
  { label: 'Turns of unknown price', unit: 'count', of: ({ costUnknown }) => costUnknown },
]

/** The figures of two sides, line by line. */
export function compareRows(left: Totals, right: Totals): CompareRow[] {
  return figures.map(({ label, unit, of }) => {
    const [a, b] = [of(left), of(right)]
    const words = (value: number | null) => (value === null ? (unit === 'usd' ? 'unknown' : '–') : formatFigure(value, unit))
    return { label, left: { value: a, words: words(a) }, right: { value: b, words: words(b) }, difference: differenceOf(a, b, unit) }
  })
}

function differenceOf(left: number | null, right: number | null, unit: Unit): string {
  if (left === null || right === null) return ''
  const change = right - left
  if (change === 0) return 'the same'
  const sign = change < 0 ? '−' : '+'
  if (unit === 'share') return `${sign}${Math.abs(change * 100).toFixed(1)} points`
  const relative = left === 0 ? '' : ` (${sign}${Math.round(Math.abs(change / left) * 100)}%)`
  return `${sign}${formatFigure(Math.abs(change), unit)}${relative}`
}
