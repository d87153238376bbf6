import { useMemo } from 'react'
import type { Comparison } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { formatDuration } from '../../words/figures.ts'
import { Chart } from './charts/chart.tsx'
import { isEmpty } from './charts/chart-data.ts'
import { metricsView } from './metrics-store.ts'
import type { PanelProps } from './panel.ts'
import { savedChart } from './series-charts.ts'
import { savingWords } from './totals-figures.ts'
import { ownZone } from './own-zone.ts'
import { useMetrics } from './use-metrics.ts'

type SavingProps = Pick<PanelProps, 'selection' | 'tick'> & { comparison: Comparison }

/** The pool against a process for each message: the waits for first words as two bars, how that is known, and over time. */
export function Saving({ comparison, selection, tick }: SavingProps) {
  const series = useMetrics('saved', selection, tick, (input) =>
    client.metrics.series({ ...input, phases: [], columns: ['savedMs'], points: 300, zone: ownZone() }),
  ).value
  const chart = useMemo(() => series && savedChart(series), [series])
  const { actualMs, withoutPoolMs } = comparison
  const known = withoutPoolMs !== null && comparison.turns > 0
  const longest = Math.max(actualMs, withoutPoolMs ?? 0)
  return (
    <section className="saving">
      <div className="chart-head">
        <h2>Compared with one process per message</h2>
      </div>
      {known && (
        <dl className="saving-bars figure">
          <Bar name="With the pool" ms={actualMs} longest={longest} color="green" />
          <Bar name="A process each" ms={withoutPoolMs} longest={longest} color="grey" />
        </dl>
      )}
      <p className="metrics-words figure">{savingWords(comparison)}</p>
      {chart && !isEmpty(chart) && <Chart data={chart} span={selection.span} height={110} emptyWords="" onBrush={metricsView.showSpan} />}
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
