import { useEffect, useMemo, useState } from 'react'
import type { MetricsState } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { spanWords } from './charts/chart-words.ts'
import type { Span } from './charts/chart-data.ts'
import { ComparePanel } from './compare-panel.tsx'
import { emptyWordsOf } from './empty-words.ts'
import { Filters } from './filters.tsx'
import { Glance } from './glance.tsx'
import { LoadPanel } from './load-panel.tsx'
import { MetricsHead } from './metrics-head.tsx'
import { metricsView, tabs, useMetricsView, type TabName } from './metrics-store.ts'
import './metrics.css'
import { MoneyPanel } from './money-panel.tsx'
import { around, before, isAround, presetWords, spanOf } from './range.ts'
import { RangeStrip } from './range-strip.tsx'
import { ReliabilityPanel } from './reliability-panel.tsx'
import { RunsPanel } from './runs-panel.tsx'
import { fieldCount, inputOf, type Selection } from './selection.ts'
import { SpeedPanel } from './speed-panel.tsx'
import { TurnsDrawer } from './turns-drawer.tsx'
import { useLive } from './use-live.ts'
import { useLoaded } from './use-loaded.ts'
import { ownZone } from './own-zone.ts'
import { useBusy, useMetrics } from './use-metrics.ts'

/** Speed, load, cost and reliability. */
export function MetricsScreen() {
  const { range, filter, tab, compare, drill, oldest } = useMetricsView()
  const [building, setBuilding] = useState(false)
  const { tick, now } = useLive(building)
  const { from, to } = spanOf(range, now, oldest)
  const selection = useMemo<Selection>(() => ({ span: { from, to }, filter }), [from, to, filter])
  const summary = useMetrics('summary', selection, tick, (input) => client.metrics.summary({ ...input, phases: ['firstToken'] }))
  const earlier = useMemo<Selection>(() => ({ span: before({ from, to }), filter }), [from, to, filter])
  const past = usePast(summary.value === null ? null : earlier)
  const state = summary.value?.state ?? null
  if (state && state.building !== building) setBuilding(state.building)
  const first = state?.firstAt ? Date.parse(state.firstAt) : null
  useEffect(() => {
    if (first !== null) metricsView.beginAt(first)
  }, [first])
  const busy = useBusy()
  const emptyWords = emptyWordsOf({ state, filtered: fieldCount(filter) > 0, span: selection.span })
  return (
    <div className="metrics-screen">
      <main className="metrics" aria-busy={busy}>
        <MetricsHead selection={selection} words={`${presetWords(range) ?? spanWords(selection.span)} · ${useWho(selection)}`} />
        <div className="metrics-scroll">
          {state && <StateLine state={state} />}
          {summary.problem !== null && (
            <p className="problem metrics-problem" role="alert">
              {summary.problem}
            </p>
          )}
          {!summary.value && <div className="glance-space" />}
          {summary.value && (
            <Glance
              totals={summary.value.totals}
              before={past.value?.totals ?? null}
              waiting={summary.value.waiting}
              selection={selection}
            />
          )}
          <div className="metrics-body">
            <Strip selection={selection} now={now} oldest={oldest} tick={tick} />
            <Filters selection={selection} />
            {compare ? (
              <ComparePanel selection={selection} compare={compare} tick={tick} emptyWords={emptyWords} />
            ) : (
              <>
                <Tabs tab={tab} />
                {tab === 'speed' && (
                  <SpeedPanel selection={selection} tick={tick} emptyWords={emptyWords} comparison={summary.value?.comparison ?? null} />
                )}
                {tab === 'load' && <LoadPanel selection={selection} tick={tick} emptyWords={emptyWords} />}
                {tab === 'money' && <MoneyPanel selection={selection} tick={tick} emptyWords={emptyWords} />}
                {tab === 'runs' && <RunsPanel selection={selection} tick={tick} />}
                {tab === 'reliability' && <ReliabilityPanel selection={selection} tick={tick} emptyWords={emptyWords} />}
              </>
            )}
          </div>
        </div>
      </main>
      {drill && <TurnsDrawer key={JSON.stringify(drill)} drill={drill} />}
    </div>
  )
}

/** Since when there are figures, asked for ahead: the strip need not be drawn twice when the screen is opened. */
export async function learnOldest(): Promise<void> {
  const now = Date.now()
  const input = inputOf({ span: { from: now - 60_000, to: now }, filter: {} })
  const summary = await client.metrics.summary({ ...input, phases: [] }).catch(() => null)
  const firstAt = summary?.state.firstAt
  // The screen asks itself, and says what is the matter.
  if (firstAt && useMetricsView.getState().oldest === null) metricsView.beginAt(Date.parse(firstAt))
}

/** The span before, to compare with: nobody waits for it. */
function usePast(earlier: Selection | null) {
  const input = earlier && inputOf(earlier)
  return useLoaded(input && JSON.stringify(input), () => client.metrics.summary({ ...input, phases: ['firstToken'] }))
}

function useWho({ filter }: Selection): string {
  const instances = usePool((state) => state.instances)
  if (filter.instanceId === undefined) return fieldCount(filter) > 0 ? 'some turns' : 'all instances'
  return instances.get(filter.instanceId)?.name ?? 'one instance'
}

/** What is the matter with the figures themselves: they are being made, or could not all be read. */
function StateLine({ state: { building, progress, problem, turns } }: { state: MetricsState }) {
  if (!building && problem === null) return null
  return (
    <output className="metrics-state">
      {building && (
        <>
          <span>
            Rebuilding metrics: {Math.floor(progress * 100)}%, {turns.toLocaleString('en-US')} turns so far.
          </span>
          <progress aria-label="Rebuilding metrics" max={1} value={progress} />
        </>
      )}
      {problem !== null && <span className="problem">{problem}</span>}
    </output>
  )
}

function Tabs({ tab }: { tab: TabName }) {
  return (
    <nav className="metrics-tabs" aria-label="Metrics sections">
      {tabs.map(({ name, label }) => (
        <button key={name} type="button" aria-current={name === tab ? 'page' : undefined} onClick={() => metricsView.showTab(name)}>
          {label}
        </button>
      ))}
    </nav>
  )
}

type StripProps = { selection: Selection; now: number; oldest: number | null; tick: number }

/** The range on what lies around it; that stays still while the range is dragged within. */
function Strip({ selection, now, oldest, tick }: StripProps) {
  const { span, filter } = selection
  const [outer, setOuter] = useState<Span>(() => around(span, now, oldest))
  const [known, setKnown] = useState(oldest)
  if (!isAround(outer, span) || known !== oldest) {
    const next = around(span, now, oldest)
    if (known !== oldest) setKnown(oldest)
    if (next.from !== outer.from || next.to !== outer.to) setOuter(next)
  }
  const wide = useMemo<Selection>(() => ({ span: outer, filter }), [outer, filter])
  const series = useMetrics('strip', wide, tick, (input) =>
    client.metrics.series({ ...input, phases: [], columns: ['turns'], points: 240, zone: ownZone() }),
  ).value
  const figures = useMemo(
    () => ({ outer, step: series?.bucketMs ?? 1, x: series?.at ?? [], values: series?.groups[0]?.columns.turns ?? [] }),
    [outer, series],
  )
  return <RangeStrip figures={figures} span={span} onChange={metricsView.showSpan} />
}
