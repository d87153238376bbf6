import { useMemo } from 'react'
import type { ColumnName, IncidentList } from '../../../shared/contract/metrics.ts'
import type { Incident } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { ChartPlace } from './charts/chart-place.tsx'
import { timeWords } from './charts/chart-words.ts'
import { FiguresTable, type Column } from './figures-table.tsx'
import { metricsView } from './metrics-store.ts'
import { olderCutWords } from './missing-words.ts'
import { useNames } from './names.ts'
import type { PanelProps } from './panel.ts'
import { withField } from './selection.ts'
import { errorsChart, throughputChart, throughputColumns, troubleChart } from './series-charts.ts'
import { useTitles } from './titles.ts'
import { wayToTurn } from './turn-way.ts'
import { ownZone } from './own-zone.ts'
import { useMetrics } from './use-metrics.ts'
import { useTurnsAt } from './use-turns-at.ts'

const reliabilityColumns: ColumnName[] = [...throughputColumns, 'turns', 'errors', 'retries', 'stalls']
const mostTurns = 200
const noIncidents: readonly Incident[] = []
const trouble = { trouble: true }
const kinds: Record<Incident['kind'], string> = {
  error: 'Error',
  crash: 'Crash',
  restart: 'Restart',
  stall: 'Stall',
  retry: 'Requests retried',
  lost: 'Turn lost',
}

/** What went wrong, over time and one by one, each with its turn. */
export function ReliabilityPanel({ selection, tick, emptyWords }: PanelProps) {
  const series = useMetrics('reliability', selection, tick, (input) =>
    client.metrics.series({ ...input, phases: [], columns: reliabilityColumns, points: 150, zone: ownZone() }),
  ).value
  const incidents = useMetrics('incidents', selection, tick, (input) => client.metrics.incidents({ ...input, limit: mostTurns })).value
  const charts = useMemo(
    () => series && { errors: errorsChart(series), trouble: troubleChart(series), turns: throughputChart(series) },
    [series],
  )
  const turns = series?.groups[0]?.columns.turns.some((count) => count > 0) ?? false
  const nothing = (words: string) => (turns ? words : emptyWords)
  const pickErrors = useTurnsAt(charts?.errors ?? null, selection, trouble)
  const pickTrouble = useTurnsAt(charts?.trouble ?? null, selection, trouble)
  const pickTurns = useTurnsAt(charts?.turns ?? null, selection)
  const shared = { span: selection.span, onBrush: metricsView.showSpan }
  return (
    <>
      <ChartPlace
        {...shared}
        data={charts?.errors ?? null}
        height={150}
        emptyWords={nothing('No turn failed in this range.')}
        onPick={pickErrors}
      />
      <ChartPlace
        {...shared}
        data={charts?.trouble ?? null}
        height={130}
        emptyWords={nothing('No request was retried, nothing stalled and no turn was lost in this range.')}
        onPick={pickTrouble}
      />
      <ChartPlace {...shared} data={charts?.turns ?? null} height={110} emptyWords={emptyWords} onPick={pickTurns} />
      <ErrorKinds selection={selection} tick={tick} emptyWords={nothing('No turn failed in this range.')} />
      <Incidents items={incidents?.items ?? noIncidents} note={incidents && missingOf(incidents)} />
    </>
  )
}

function ErrorKinds({ selection, tick, emptyWords }: PanelProps) {
  const summary = useMetrics('error kinds', selection, tick, (input) => client.metrics.summary({ ...input, phases: [] })).value
  const errors = summary?.totals.errors ?? []
  type Kind = (typeof errors)[number]
  const columns: Column<Kind>[] = [
    { title: 'Kind', show: ({ code }) => code, raw: ({ code }) => code },
    { title: 'Turns', show: ({ count }) => count.toLocaleString('en-US'), raw: ({ count }) => count },
  ]
  const reasons = summary?.totals.reasons ?? []
  return (
    <>
      <FiguresTable
        title="Errors by kind"
        rows={errors}
        keyOf={({ code }) => code}
        columns={columns}
        emptyWords={emptyWords}
        onPick={({ code }) =>
          () =>
            metricsView.openTurns({ span: selection.span, filter: withField(selection.filter, 'error', code), title: `Turns with ${code}` })
          }
      />
      {reasons.length > 0 && (
        <FiguresTable title="Never started, by reason" rows={reasons} keyOf={({ code }) => code} columns={reasonColumns} emptyWords="" />
      )}
    </>
  )
}

const reasonColumns: Column<{ code: string; count: number }>[] = [
  { title: 'Reason', show: ({ code }) => code, raw: ({ code }) => code },
  { title: 'Tasks', show: ({ count }) => count.toLocaleString('en-US'), raw: ({ count }) => count },
]

/** What the list does not have, and what to do; null when it is whole. */
function missingOf({ nextCursor, cut, forgottenBefore }: IncidentList): string | null {
  const parts = [
    nextCursor === null ? null : `Those of the newest ${mostTurns} turns. Choose a shorter range for the others.`,
    cut ? olderCutWords : null,
    forgottenBefore === null
      ? null
      : `Crashes and restarts before ${timeWords(Date.parse(forgottenBefore), 60_000)} are not kept any more.`,
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(' ')
}

function Incidents({ items, note }: { items: readonly Incident[]; note: string | null }) {
  const nameOf = useNames()
  useTitles(useMemo(() => items.map(({ conversationId }) => conversationId), [items]))
  const columns: Column<Incident>[] = [
    { title: 'When', show: ({ at }) => timeWords(Date.parse(at), 1_000), raw: ({ at }) => at },
    { title: 'What', isWords: true, show: ({ kind }) => kinds[kind], raw: ({ kind }) => kind },
    { title: 'Detail', isWords: true, show: ({ detail }) => detail, raw: ({ detail }) => detail },
    { title: 'Instance', isWords: true, show: ({ instanceId }) => nameOf('instance', instanceId), raw: ({ instanceId }) => instanceId },
    {
      title: 'Conversation',
      isWords: true,
      show: ({ conversationId }) => (conversationId === null ? '' : nameOf('conversation', conversationId)),
      raw: ({ conversationId }) => conversationId,
    },
  ]
  return (
    <FiguresTable
      title="What went wrong"
      note={note}
      rows={items}
      keyOf={(item) => `${item.at} ${item.kind} ${item.turnId ?? item.instanceId ?? ''} ${item.detail}`}
      columns={columns}
      emptyWords="Nothing went wrong in this range."
      onPick={wayToTurn}
    />
  )
}
