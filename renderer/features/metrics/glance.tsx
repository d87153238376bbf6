import type { Totals } from '../../../shared/domain/metrics.ts'
import { formatCost, formatCount, formatDuration, plural } from '../../words/figures.ts'
import { formatFigure } from './charts/chart-words.ts'
import { metricsView, type Drill } from './metrics-store.ts'
import type { Selection } from './selection.ts'
import { cacheHitShare, errorCount, tokenCount } from './totals-figures.ts'

export type GlanceProps = {
  totals: Totals
  /** The same of the span before, to compare with. */
  before: Totals | null
  waiting: number
  selection: Selection
}

type Cell = { label: string; value: string; hint: string; note?: Note | null; drill?: Omit<Drill, keyof Selection> }
type Note = { words: string; good: boolean }

/** The figures one wants to know first. Each leads to its turns. */
export function Glance({ totals, before, waiting, selection }: GlanceProps) {
  return (
    <ul className="glance">
      {cellsOf(totals, before, waiting).map(({ label, value, hint, note, drill }) => (
        <li key={label}>
          <button
            type="button"
            disabled={drill === undefined}
            title={hint}
            onClick={() => drill && metricsView.openTurns({ ...selection, ...drill })}
          >
            <span className="glance-label">{label}</span>
            <span className="glance-value figure">{value}</span>
            {note && <span className={note.good ? 'glance-note glance-good figure' : 'glance-note glance-bad figure'}>{note.words}</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}

function cellsOf(totals: Totals, before: Totals | null, waiting: number): Cell[] {
  const { firstToken } = totals.phases
  const hits = cacheHitShare(totals)
  return [
    { label: 'Turns', value: totals.turns.toLocaleString('en-US'), hint: 'Turns that ended in this range', drill: { title: 'All turns' } },
    {
      label: 'First token p50',
      value: durationOr(firstToken?.p50),
      hint: 'Half of the turns were faster. The change is from the previous period.',
      note: changeOf(firstToken?.p50, before?.phases.firstToken?.p50),
      drill: { title: 'Slowest to the first token', sort: 'first-token' },
    },
    {
      label: 'First token p95',
      value: durationOr(firstToken?.p95),
      hint: '95% of the turns were faster. The change is from the previous period.',
      note: changeOf(firstToken?.p95, before?.phases.firstToken?.p95),
      drill: { title: 'Slowest to the first token', sort: 'first-token' },
    },
    {
      label: 'Failed',
      value: errorCount(totals).toLocaleString('en-US'),
      hint: 'Turns that failed or were lost',
      drill: { title: 'Failed and lost turns', outcomes: ['failed', 'lost'] },
    },
    { label: 'Tokens', value: formatCount(tokenCount(totals)), hint: tokenHint(totals), drill: { title: 'All turns' } },
    {
      label: 'Cache hits',
      value: hits === null ? '–' : formatFigure(hits, 'share'),
      hint: 'Share of input tokens read from the prompt cache',
      drill: { title: 'Turns that rewrote the cache', rewrites: true },
    },
    {
      label: 'Spent',
      value: totals.costUnknown > 0 && totals.costUnknown === totals.turns ? 'unknown' : formatCost(totals.costUsd),
      note: unknownNote(totals),
      hint:
        totals.costUnknown > 0
          ? `${totals.costUnknown} turns have a model without a known price; they are not in the total`
          : 'All turns have a known price',
      drill: { title: 'Most expensive turns', sort: 'dearest' },
    },
    { label: 'Waiting now', value: String(waiting), hint: 'Messages waiting for an instance right now' },
  ]
}

function durationOr(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : formatDuration(ms)
}

function changeOf(now: number | null | undefined, before: number | null | undefined): Note | null {
  if (typeof now !== 'number' || typeof before !== 'number' || Math.abs(now - before) < 5) return null
  return { words: `${now < before ? '−' : '+'}${formatDuration(Math.abs(now - before))}`, good: now < before }
}

function unknownNote({ costUnknown, turns }: Totals): Note | null {
  return costUnknown === 0 || costUnknown === turns ? null : { words: `and ${plural(costUnknown, 'turn')} unknown`, good: false }
}

function tokenHint({ usage: { input, output, cacheRead, cacheWrite } }: Totals): string {
  const parts = [
    `input ${formatCount(input)}`,
    `output ${formatCount(output)}`,
    `cache read ${formatCount(cacheRead)}`,
    `cache written ${formatCount(cacheWrite)}`,
  ]
  return parts.join(', ')
}
