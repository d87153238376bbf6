import { useMemo } from 'react'
import type { Comparison } from '../../../shared/domain/metrics.ts'
import { formatDuration } from '../conversations/figures.ts'
import { Chart } from './charts/chart.tsx'
import { isEmpty, type Span } from './charts/chart-data.ts'
import { metricsView } from './metrics-store.ts'
import { savedChart, type SeriesAnswer } from './series-charts.ts'
import { savingWords } from './totals-figures.ts'

/** The pool against a process for each message: the waits for first words as two bars, how that is known, and over time. */
export function Saving({ comparison, series, span }: { comparison: Comparison; series: SeriesAnswer; span: Span }) {
  const chart = useMemo(() => savedChart(series), [series])
  const { actualMs, withoutPoolMs } = comparison
  const known = withoutPoolMs !== null && comparison.turns > 0
  const longest = Math.max(actualMs, withoutPoolMs ?? 0)
  return (
    <section className="saving">
      <div className="chart-head">
        <h2>Against a process for each message</h2>
      </div>
      {known && (
        <dl className="saving-bars figure">
          <Bar name="With the pool" ms={actualMs} longest={longest} color="green" />
          <Bar name="A process each" ms={withoutPoolMs} longest={longest} color="grey" />
        </dl>
      )}
      <p className="metrics-words figure">{savingWords(comparison)}</p>
      {!isEmpty(chart) && <Chart data={chart} span={span} height={110} emptyWords="" onBrush={metricsView.showSpan} />}
    </section>
  )
}

type BarProps = { name: string; ms: number; longest: number; color: string }

function Bar({ name, ms, longest, color }: BarProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className="saving-bar" style={{ width: `${longest > 0 ? (ms / longest) * 80 : 0}%`, background: `var(--chart-${color})` }} />
        {formatDuration(ms)}
      </dd>
    </div>
  )
}
