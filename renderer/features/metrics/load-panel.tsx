import { useMemo } from 'react'
import { client } from '../../connection/connection.ts'
import { formatDuration } from '../../words/figures.ts'
import { ChartPlace } from './charts/chart-place.tsx'
import { FiguresTable, type Column } from './figures-table.tsx'
import { groupKey, nameColumn, pickGroup, shareOf, turnsColumn, type Group } from './group-columns.ts'
import { metricsView } from './metrics-store.ts'
import { useNames } from './names.ts'
import type { PanelProps } from './panel.ts'
import { cpuChart, linesNote, memoryChart, queueChart, statesChart } from './sample-charts.ts'
import { throughputChart, throughputColumns } from './series-charts.ts'
import { affinityShare } from './totals-figures.ts'
import { ownZone } from './own-zone.ts'
import { useMetrics } from './use-metrics.ts'
import { useTurnsAt } from './use-turns-at.ts'
import { WhenSeen } from './when-seen.tsx'

const unmeasured = 'No data in this range. Bullpen measures every ten seconds while instances work, otherwise every minute.'

const noCharts = [null, null, null, null]

/** What the instances did and what they held: states, queue, memory, processor, and where work went. */
export function LoadPanel({ selection, tick, emptyWords }: PanelProps) {
  const { span, filter } = selection
  const samples = useMetrics('samples', selection, tick, ({ from, to }) =>
    client.metrics.samples({ from, to, zone: ownZone(), points: 300, ...(filter.instanceId ? { instanceId: filter.instanceId } : {}) }),
  ).value
  const series = useMetrics('throughput', selection, tick, (input) =>
    client.metrics.series({ ...input, phases: [], columns: throughputColumns, points: 150, zone: ownZone() }),
  ).value
  const charts = useMemo(() => samples && [statesChart(samples), queueChart(samples), memoryChart(samples), cpuChart(samples)], [samples])
  const throughput = useMemo(() => series && throughputChart(series), [series])
  const pick = useTurnsAt(throughput, selection)
  return (
    <>
      <ChartPlace data={throughput} span={span} emptyWords={emptyWords} height={150} onPick={pick} onBrush={metricsView.showSpan} />
      <div className="chart-pair">
        {(charts ?? noCharts).map((chart, index) => (
          <ChartPlace
            key={index}
            data={chart}
            note={index < 2 ? undefined : linesNote(samples)}
            span={span}
            height={140}
            emptyWords={unmeasured}
            onBrush={metricsView.showSpan}
          />
        ))}
      </div>
      <WhenSeen height={120}>
        <Allocations selection={selection} tick={tick} emptyWords={emptyWords} />
      </WhenSeen>
    </>
  )
}

function Allocations({ selection, tick, emptyWords }: PanelProps) {
  const nameOf = useNames()
  const summary = useMetrics('by strategy', selection, tick, (input) =>
    client.metrics.summary({ ...input, groupBy: 'strategy', phases: ['allocated'] }),
  ).value
  const columns: Column<Group>[] = [
    nameColumn('How the instance was chosen', 'strategy', nameOf),
    turnsColumn,
    timeColumn('Choosing p50', 'p50'),
    timeColumn('p95', 'p95'),
    {
      title: 'Affinity hits',
      show: ({ totals }) => shareOf(affinityShare(totals)),
      raw: ({ totals }) => affinityShare(totals),
    },
  ]
  return (
    <FiguresTable
      title="Allocations"
      rows={summary?.groups ?? []}
      keyOf={groupKey}
      columns={columns}
      emptyWords={emptyWords}
      onPick={(group) => pickGroup(selection, 'strategy', group, nameOf)}
    />
  )
}

function timeColumn(title: string, key: 'p50' | 'p95'): Column<Group> {
  const ms = ({ totals }: Group) => totals.phases.allocated?.[key] ?? null
  return {
    title,
    show: (group) => {
      const value = ms(group)
      return value === null ? '' : formatDuration(value)
    },
    raw: ms,
  }
}
