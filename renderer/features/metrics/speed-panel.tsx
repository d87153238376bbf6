import { useCallback, useMemo } from 'react'
import { phaseSchema, type Comparison, type Phase } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { ChartPlace } from './charts/chart-place.tsx'
import { binAt, distributionChart } from './distribution-chart.ts'
import { InstancesTable } from './instances-table.tsx'
import { metricsView, useMetricsView } from './metrics-store.ts'
import { useNames } from './names.ts'
import type { PanelProps } from './panel.ts'
import { phaseAbout, phaseChoices, phaseName } from './phase-words.ts'
import { Saving } from './saving.tsx'
import { phaseChart } from './series-charts.ts'
import { TimeWent } from './time-went.tsx'
import { ownZone } from './own-zone.ts'
import { useMetrics } from './use-metrics.ts'
import { useTurnsAt } from './use-turns-at.ts'
import { WhenSeen } from './when-seen.tsx'

/** How long each part of a turn takes, where the time goes, and what the pool saves. */
export function SpeedPanel({ selection, tick, emptyWords, comparison }: PanelProps & { comparison: Comparison | null }) {
  const phase = useMetricsView((state) => state.phase)
  const asked = useMemo<Phase[]>(() => [phase], [phase])
  const series = useMetrics(`series ${phase}`, selection, tick, (input) =>
    client.metrics.series({ ...input, phases: asked, columns: [], points: 300, zone: ownZone() }),
  ).value
  const distribution = useMetrics(`distribution ${phase}`, selection, tick, (input) =>
    client.metrics.distribution({ ...input, phase, points: 48, groupBy: 'origin' }),
  ).value
  const nameOf = useNames()
  const chart = useMemo(() => series && phaseChart(series, phase), [series, phase])
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
      <ChartPlace
        data={chart}
        span={selection.span}
        height={220}
        emptyWords={emptyWords}
        onPick={pickTime}
        onBrush={metricsView.showSpan}
        note={phaseAbout(phase)}
        actions={<PhaseChoice phase={phase} />}
      />
      <ChartPlace data={spread} height={150} emptyWords={emptyWords} onPick={pickBin} />
      <WhenSeen height={180}>
        <TimeWent selection={selection} tick={tick} emptyWords={emptyWords} />
      </WhenSeen>
      <WhenSeen height={120}>{comparison && <Saving comparison={comparison} selection={selection} tick={tick} />}</WhenSeen>
      <WhenSeen height={120}>
        <InstancesTable selection={selection} tick={tick} emptyWords={emptyWords} />
      </WhenSeen>
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
