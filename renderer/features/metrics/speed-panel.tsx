import { useCallback, useMemo } from 'react'
import type { Comparison, Phase, Totals } from '../../../shared/domain/metrics.ts'
import { phaseSchema } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { formatDuration } from '../conversations/figures.ts'
import { Chart } from './charts/chart.tsx'
import { distributionChart, binAt } from './distribution-chart.ts'
import { FiguresTable, type Column } from './figures-table.tsx'
import { InstancesTable } from './instances-table.tsx'
import { metricsView, useMetricsView } from './metrics-store.ts'
import { groupName, useNames } from './names.ts'
import type { PanelProps } from './panel.ts'
import { lengthOf, PhaseBar, PhaseLegend } from './phase-bars.tsx'
import { partsOfTotals, phaseAbout, phaseChoices, phaseName } from './phase-words.ts'
import { withGroup } from './selection.ts'
import { phaseChart, savedChart } from './series-charts.ts'
import { savingWords } from './totals-figures.ts'
import { offsetMinutes, useMetrics } from './use-metrics.ts'
import { useTurnsAt } from './use-turns-at.ts'

/** How long each part of a turn takes, where the time goes, and what the pool saves. */
export function SpeedPanel({ selection, tick, emptyWords, comparison }: PanelProps & { comparison: Comparison | null }) {
  const phase = useMetricsView((state) => state.phase)
  const asked = useMemo<Phase[]>(() => [phase], [phase])
  const series = useMetrics(`series ${phase}`, selection, tick, (input) =>
    client.metrics.series({ ...input, phases: asked, points: 300, offsetMinutes: offsetMinutes() }),
  ).value
  const distribution = useMetrics(`distribution ${phase}`, selection, tick, (input) =>
    client.metrics.distribution({ ...input, phase, points: 48, groupBy: 'origin' }),
  ).value
  const nameOf = useNames()
  const chart = useMemo(() => series && phaseChart(series, phase), [series, phase])
  const saved = useMemo(() => series && savedChart(series), [series])
  const spread = useMemo(() => distribution && distributionChart(distribution, nameOf), [distribution, nameOf])
  const slowest = useMemo(() => ({ sort: phase === 'firstToken' ? ('first-token' as const) : ('slowest' as const) }), [phase])
  const pickTime = useTurnsAt(chart, selection, slowest)
  const pickBin = useCallback(
    (index: number) => {
      const bin = distribution && binAt(distribution, index)
      if (bin) metricsView.openTurns({ ...selection, title: `${phaseName(phase)} ${bin.words}`, phase, minMs: bin.minMs, maxMs: bin.maxMs })
    },
    [distribution, selection, phase],
  )
  return (
    <>
      {chart && (
        <Chart
          data={chart}
          span={selection.span}
          height={220}
          emptyWords={emptyWords}
          onPick={pickTime}
          onBrush={metricsView.showSpan}
          note={phaseAbout(phase)}
          actions={<PhaseChoice phase={phase} />}
        />
      )}
      {spread && <Chart data={spread} height={150} emptyWords={emptyWords} onPick={pickBin} />}
      <WhereTheTimeWent selection={selection} tick={tick} emptyWords={emptyWords} />
      <section>
        {saved && <Chart data={saved} span={selection.span} height={120} emptyWords={emptyWords} onBrush={metricsView.showSpan} />}
        {comparison && <p className="metrics-words figure">{savingWords(comparison)}</p>}
      </section>
      <InstancesTable selection={selection} tick={tick} emptyWords={emptyWords} />
    </>
  )
}

function PhaseChoice({ phase }: { phase: Phase }) {
  return (
    <select
      className="input chart-choice"
      aria-label="Part of the turn"
      value={phase}
      onChange={(event) => metricsView.showPhase(phaseSchema.parse(event.target.value))}
    >
      {phaseChoices.map((one) => (
        <option key={one} value={one}>
          {phaseName(one)}
        </option>
      ))}
    </select>
  )
}

const origins = ['warm', 'spare', 'resumed', 'cold']

/** A mean turn of each origin as a bar: warm against spare against resumed against cold. */
function WhereTheTimeWent({ selection, tick, emptyWords }: PanelProps) {
  const nameOf = useNames()
  const summary = useMetrics('by origin', selection, tick, (input) => client.metrics.summary({ ...input, groupBy: 'origin' })).value
  const groups = (summary?.groups ?? []).filter(({ key }) => key !== null).toSorted((a, b) => place(a.key) - place(b.key))
  const longest = Math.max(0, ...groups.map(({ totals }) => lengthOf(partsOfTotals(totals))))
  type Group = (typeof groups)[number]
  const columns: Column<Group>[] = [
    { title: 'Process', show: (group) => groupName(nameOf, 'origin', group), raw: ({ key }) => key },
    {
      title: 'A mean turn',
      show: ({ totals }) => <PhaseBar parts={partsOfTotals(totals)} longestMs={longest} />,
      raw: ({ totals }) => Math.round(lengthOf(partsOfTotals(totals))),
    },
    spreadColumn('First token p50', 'p50'),
    spreadColumn('p95', 'p95'),
    { title: 'Turns', show: ({ totals }) => totals.turns.toLocaleString('en-US'), raw: ({ totals }) => totals.turns },
  ]
  return (
    <section className="time-went">
      <FiguresTable
        title="Where the time went"
        rows={groups}
        keyOf={({ key }) => String(key)}
        columns={columns}
        emptyWords={emptyWords}
        actions={<PhaseLegend />}
        onPick={(group) => {
          const filter = withGroup(selection.filter, 'origin', group.key)
          return filter
            ? () => metricsView.openTurns({ span: selection.span, filter, title: `Turns: ${groupName(nameOf, 'origin', group)}` })
            : undefined
        }}
      />
    </section>
  )
}

function spreadColumn(title: string, key: 'p50' | 'p95'): Column<{ totals: Totals }> {
  const ms = ({ totals }: { totals: Totals }) => totals.phases.firstToken?.[key] ?? null
  return {
    title,
    show: (row) => {
      const value = ms(row)
      return value === null ? '' : formatDuration(value)
    },
    raw: ms,
  }
}

function place(origin: string | null): number {
  return origins.indexOf(origin ?? '')
}
