import { useMemo } from 'react'
import type { RunFigures } from '../../../shared/domain/run-figures.ts'
import { client } from '../../connection/connection.ts'
import { formatCost, formatDuration, plural } from '../../words/figures.ts'
import { ChartPlace } from './charts/chart-place.tsx'
import { timeWords } from './charts/chart-words.ts'
import { FiguresTable, type Column } from './figures-table.tsx'
import { metricsView } from './metrics-store.ts'
import { ownZone } from './own-zone.ts'
import type { PanelProps } from './panel.ts'
import {
  firingsChart,
  lengthChart,
  runCostChart,
  runsChart,
  stepsChart,
  topicLengthChart,
  topicRateChart,
  topicsNote,
} from './run-charts.ts'
import { fieldCount } from './selection.ts'
import { useMetrics } from './use-metrics.ts'

const noRuns = 'No runs ended in this range.'
const noTopics = 'No topics in this range.'
const points = 150

/** Runs by how they ended, what they took and cost, what started them, and how long topics were. */
export function RunsPanel({ selection, tick }: Omit<PanelProps, 'emptyWords'>) {
  const runs = useMetrics('runs', selection, tick, ({ from, to }) => client.metrics.runs({ from, to, points, zone: ownZone() })).value
  const topics = useMetrics('topics', selection, tick, ({ from, to }) => client.metrics.topics({ from, to, points, zone: ownZone() })).value
  const charts = useMemo(
    () =>
      runs && {
        runs: runsChart(runs),
        steps: stepsChart(runs),
        length: lengthChart(runs),
        cost: runCostChart(runs),
        firings: firingsChart(runs),
      },
    [runs],
  )
  const lines = useMemo(() => topics && { length: topicLengthChart(topics), rate: topicRateChart(topics) }, [topics])
  const shared = { span: selection.span, onBrush: metricsView.showSpan, height: 140 }
  const note = topicsNote(topics)
  return (
    <>
      <p className="chart-note runs-note">{runs && summaryWords(runs, fieldCount(selection.filter) > 0)}</p>
      <ChartPlace {...shared} data={charts?.runs ?? null} emptyWords={noRuns} />
      <div className="chart-pair">
        <ChartPlace {...shared} data={charts?.length ?? null} emptyWords={noRuns} />
        <ChartPlace {...shared} data={charts?.cost ?? null} emptyWords={noRuns} />
        <ChartPlace {...shared} data={charts?.steps ?? null} emptyWords={noRuns} />
        <ChartPlace {...shared} data={charts?.firings ?? null} emptyWords="No trigger fired in this range." />
      </div>
      <Recipes rows={runs?.recipes ?? []} />
      <div className="chart-pair">
        <ChartPlace {...shared} data={lines?.length ?? null} note={note} emptyWords={noTopics} />
        <ChartPlace {...shared} data={lines?.rate ?? null} note={note} emptyWords={noTopics} />
      </div>
    </>
  )
}

function summaryWords({ totals, open, forgottenBefore }: RunFigures, isFiltered: boolean): string {
  const now = open.running + open['needs-you'] + open.paused
  return [
    `${plural(totals.runs, 'run')} ended, ${formatCost(totals.costUsd)} in ${plural(totals.turns, 'turn')}.`,
    now > 0 ? `${now.toLocaleString('en-US')} open now.` : null,
    isFiltered ? 'The filter doesn’t apply to runs.' : null,
    forgottenBefore === null ? null : `Runs before ${timeWords(Date.parse(forgottenBefore), 60_000)} are no longer kept.`,
  ]
    .filter((part) => part !== null)
    .join(' ')
}

type Row = RunFigures['recipes'][number]

const countColumn = (title: string, of: (row: Row) => number): Column<Row> => ({
  title,
  show: (row) => of(row).toLocaleString('en-US'),
  raw: of,
})
const timeColumn = (title: string, of: (row: Row) => number | null): Column<Row> => ({
  title,
  show: (row) => {
    const ms = of(row)
    return ms === null ? '' : formatDuration(ms)
  },
  raw: of,
})

const recipeColumns: Column<Row>[] = [
  { title: 'Recipe', isWords: true, show: ({ recipe }) => recipe, raw: ({ recipe }) => recipe },
  countColumn('Runs', ({ totals }) => totals.runs),
  countColumn('Failed', ({ totals }) => totals.failed),
  countColumn('Turns', ({ totals }) => totals.turns),
  timeColumn('Duration p50', ({ totals }) => totals.length.p50),
  timeColumn('p95', ({ totals }) => totals.length.p95),
  { title: 'Cost', show: ({ totals }) => formatCost(totals.costUsd), raw: ({ totals }) => totals.costUsd },
]

function Recipes({ rows }: { rows: readonly Row[] }) {
  return <FiguresTable title="Runs by recipe" rows={rows} keyOf={({ recipe }) => recipe} columns={recipeColumns} emptyWords={noRuns} />
}
