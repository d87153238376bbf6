import { useMemo } from 'react'
import type { ColumnName } from '../../../shared/contract/metrics.ts'
import type { Totals } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { Chart } from './charts/chart.tsx'
import { peakOf, type ChartData } from './charts/chart-data.ts'
import { spanWords } from './charts/chart-words.ts'
import { CompareControls } from './compare-controls.tsx'
import { compareRows, type CompareRow } from './compare-rows.ts'
import { FiguresTable, type Column } from './figures-table.tsx'
import { useMetricsView, metricsView, type CompareWith } from './metrics-store.ts'
import { useNames, type NameOf } from './names.ts'
import type { PanelProps } from './panel.ts'
import { before } from './range.ts'
import type { Selection } from './selection.ts'
import { costChart, phaseChart, throughputChart, throughputColumns } from './series-charts.ts'
import { ownZone } from './own-zone.ts'
import { useMetrics } from './use-metrics.ts'

/** Two ranges or two instances side by side: the same figures, on the same scales. */
export function ComparePanel({ selection, compare, tick, emptyWords }: PanelProps & { compare: CompareWith }) {
  const nameOf = useNames()
  const instances = usePool((state) => state.instances)
  const sides = useMemo(() => sidesOf(selection, compare, nameOf), [selection, compare, nameOf])
  const left = useSide('left', sides.left.selection, tick)
  const right = useSide('right', sides.right.selection, tick)
  const rows = useMemo(() => (left.totals && right.totals ? compareRows(left.totals, right.totals) : []), [left.totals, right.totals])
  const columns: Column<CompareRow>[] = [
    { title: 'Figure', show: ({ label }) => label, raw: ({ label }) => label },
    { title: sides.left.title, show: (row) => row.left.words, raw: (row) => row.left.value },
    { title: sides.right.title, show: (row) => row.right.words, raw: (row) => row.right.value },
    { title: 'Difference', show: (row) => row.difference, raw: (row) => row.difference },
  ]
  return (
    <>
      <CompareControls compare={compare} selection={selection} instances={[...instances.values()]} />
      <FiguresTable title="Side by side" rows={rows} keyOf={({ label }) => label} columns={columns} emptyWords="Loading…" />
      {left.charts?.map((chart, index) => {
        const other = right.charts?.[index]
        if (!other) return null
        const top = Math.max(peakOf(chart), peakOf(other))
        return (
          <div key={chart.title} className="compare-pair">
            <SideChart chart={chart} title={sides.left.title} side={sides.left.selection} top={top} emptyWords={emptyWords} />
            <SideChart chart={other} title={sides.right.title} side={sides.right.selection} top={top} emptyWords={emptyWords} />
          </div>
        )
      })}
    </>
  )
}

const sideColumns: ColumnName[] = [...throughputColumns, 'costUsd', 'costUnknown']

type Sides = Record<'left' | 'right', { title: string; selection: Selection }>

function sidesOf({ span, filter }: Selection, compare: CompareWith, nameOf: NameOf): Sides {
  if (compare.type === 'instances') {
    const side = (instanceId: string) => ({ title: nameOf('instance', instanceId), selection: { span, filter: { ...filter, instanceId } } })
    return { left: side(compare.left), right: side(compare.right) }
  }
  const other = compare.type === 'before' ? before(span) : compare.span
  return {
    left: { title: spanWords(other), selection: { span: other, filter } },
    right: { title: spanWords(span), selection: { span, filter } },
  }
}

function useSide(name: string, selection: Selection, tick: number): { totals: Totals | null; charts: readonly ChartData[] | null } {
  const phase = useMetricsView((state) => state.phase)
  const summary = useMetrics(`${name} summary`, selection, tick, (input) =>
    client.metrics.summary({ ...input, phases: ['firstToken', 'total', 'waited'] }),
  ).value
  const series = useMetrics(`${name} series ${phase}`, selection, tick, (input) =>
    client.metrics.series({ ...input, phases: [phase], columns: sideColumns, points: 150, zone: ownZone() }),
  ).value
  const charts = useMemo(
    () => series && [phaseChart(series, phase), throughputChart(series), { ...costChart(series, () => 'cost') }],
    [series, phase],
  )
  return { totals: summary?.totals ?? null, charts }
}

type SideChartProps = { chart: ChartData; title: string; side: Selection; top: number; emptyWords: string }

function SideChart({ chart, title, side, top, emptyWords }: SideChartProps) {
  const named = useMemo(() => ({ ...chart, title: `${chart.title}, ${title}` }), [chart, title])
  const pick = (index: number) => {
    const from = chart.x[index]
    if (from === undefined || chart.axis.type !== 'time') return
    metricsView.openTurns({ ...side, span: { from, to: from + chart.axis.step }, title: named.title })
  }
  return <Chart data={named} span={side.span} height={140} top={top} emptyWords={emptyWords} onPick={pick} />
}
