import { useMemo, useState, type ReactNode } from 'react'
import type { Phase, Totals, TurnRecord } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { formatDuration } from '../../words/figures.ts'
import { timeWords } from './charts/chart-words.ts'
import { FiguresTable, type Column } from './figures-table.tsx'
import { groupKey, pickGroup, type Group } from './group-columns.ts'
import { groupName, useNames, type NameOf } from './names.ts'
import type { PanelProps } from './panel.ts'
import { lengthOf, PhaseBar, PhaseLegend } from './phase-bars.tsx'
import { partsOfTotals, partsOfTurn } from './phase-words.ts'
import { wayTo } from './turn-row.tsx'
import { useTitles } from './titles.ts'
import { useMetrics } from './use-metrics.ts'

const views = [
  { view: 'origin', label: 'mean, by process' },
  { view: 'newest', label: 'newest 30 turns' },
  { view: 'slowest', label: 'slowest 30 turns' },
] as const
type View = (typeof views)[number]['view']

/** Where the time of turns went, as bars: the mean turn of each origin, or turn by turn. */
export function TimeWent(props: PanelProps) {
  const [view, setView] = useState<View>('origin')
  const actions = (
    <>
      <select
        className="input chart-choice"
        aria-label="Bars of what"
        value={view}
        onChange={(event) => setView(views.find((one) => one.view === event.target.value)?.view ?? 'origin')}
      >
        {views.map((one) => (
          <option key={one.view} value={one.view}>
            {one.label}
          </option>
        ))}
      </select>
      <PhaseLegend />
    </>
  )
  return (
    <section className="time-went">
      {view === 'origin' ? <ByOrigin {...props} actions={actions} /> : <ByTurn {...props} actions={actions} sort={view} />}
    </section>
  )
}

type PartProps = PanelProps & { actions: ReactNode }
const timePhases: Phase[] = ['waited', 'allocated', 'started', 'model', 'answered', 'tools', 'approvalWait', 'firstToken']
const noTurns: readonly TurnRecord[] = []
const order = ['warm', 'spare', 'resumed', 'cold']

function ByOrigin({ selection, tick, emptyWords, actions }: PartProps) {
  const nameOf = useNames()
  const summary = useMetrics('by origin', selection, tick, (input) =>
    client.metrics.summary({ ...input, groupBy: 'origin', phases: timePhases }),
  ).value
  const groups = (summary?.groups ?? []).filter(({ key }) => key !== null).toSorted((a, b) => place(a) - place(b))
  const longest = Math.max(0, ...groups.map(({ totals }) => lengthOf(partsOfTotals(totals))))
  const columns: Column<Group>[] = [
    { title: 'Process', show: (group) => groupName(nameOf, 'origin', group), raw: ({ key }) => key },
    {
      title: 'Time in ms',
      show: ({ totals }) => <PhaseBar parts={partsOfTotals(totals)} longestMs={longest} />,
      raw: ({ totals }) => Math.round(lengthOf(partsOfTotals(totals))),
    },
    {
      title: 'Mean',
      show: ({ totals }) => formatDuration(lengthOf(partsOfTotals(totals))),
      raw: ({ totals }) => lengthOf(partsOfTotals(totals)),
    },
    firstTokenColumn('First token p50', 'p50'),
    firstTokenColumn('p95', 'p95'),
    { title: 'Turns', show: ({ totals }) => totals.turns.toLocaleString('en-US'), raw: ({ totals }) => totals.turns },
  ]
  return (
    <FiguresTable
      title="Where the time went"
      rows={groups}
      keyOf={groupKey}
      columns={columns}
      emptyWords={emptyWords}
      actions={actions}
      onPick={(group) => pickGroup(selection, 'origin', group, nameOf)}
    />
  )
}

function ByTurn({ selection, tick, emptyWords, actions, sort }: PartProps & { sort: 'newest' | 'slowest' }) {
  const nameOf = useNames()
  const page = useMetrics(`bars ${sort}`, selection, tick, (input) => client.metrics.turns({ ...input, sort, limit: 30 })).value
  const turns = page?.items ?? noTurns
  useTitles(useMemo(() => turns.map(({ conversationId }) => conversationId), [turns]))
  const longest = Math.max(0, ...turns.map((turn) => lengthOf(partsOfTurn(turn))))
  const columns: Column<TurnRecord>[] = [
    { title: 'Turn', show: (turn) => turnName(turn, nameOf), raw: ({ id }) => id },
    {
      title: 'Time in ms',
      show: (turn) => <PhaseBar parts={partsOfTurn(turn)} longestMs={longest} />,
      raw: (turn) => Math.round(lengthOf(partsOfTurn(turn))),
    },
    { title: 'All', show: (turn) => formatDuration(lengthOf(partsOfTurn(turn))), raw: (turn) => lengthOf(partsOfTurn(turn)) },
    { title: 'Process', isWords: true, show: ({ origin }) => origin ?? '', raw: ({ origin }) => origin },
    { title: 'Ended', show: ({ at }) => timeWords(Date.parse(at), 1_000), raw: ({ at }) => at },
  ]
  return (
    <FiguresTable
      title="Where the time went"
      rows={turns}
      keyOf={({ id }) => id}
      columns={columns}
      emptyWords={emptyWords}
      actions={actions}
      onPick={wayTo}
    />
  )
}

function turnName({ conversationId }: TurnRecord, nameOf: NameOf): string {
  return conversationId === null ? 'Claude Code itself' : nameOf('conversation', conversationId)
}

function firstTokenColumn(title: string, key: 'p50' | 'p95'): Column<{ totals: Totals }> {
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

function place({ key }: Group): number {
  return order.indexOf(key ?? '')
}
