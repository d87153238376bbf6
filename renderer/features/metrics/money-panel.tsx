import { useMemo, useState } from 'react'
import type { ColumnName } from '../../../shared/contract/metrics.ts'
import type { Dimension } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { formatCount, formatCost } from '../../words/figures.ts'
import { Budgets } from './budgets.tsx'
import { ChartPlace } from './charts/chart-place.tsx'
import { timeWords } from './charts/chart-words.ts'
import { FiguresTable, type Column } from './figures-table.tsx'
import { costColumn, groupKey, nameColumn, pickGroup, shareOf, turnsColumn, type Group } from './group-columns.ts'
import { metricsView } from './metrics-store.ts'
import { groupName, useNames } from './names.ts'
import type { PanelProps } from './panel.ts'
import { withGroup } from './selection.ts'
import { cacheChart, costChart, rewriteChart, tokensChart, type SeriesAnswer } from './series-charts.ts'
import { cacheHitShare, rewriteShare } from './totals-figures.ts'
import { useTitles } from './titles.ts'
import { ownZone } from './own-zone.ts'
import { useMetrics } from './use-metrics.ts'
import { useTurnsAt } from './use-turns-at.ts'
import { WhenSeen } from './when-seen.tsx'

const splits = [
  { dimension: 'instance', label: 'by instance' },
  { dimension: 'folder', label: 'by folder' },
  { dimension: 'model', label: 'by model' },
  { dimension: 'conversation', label: 'by conversation' },
  { dimension: 'history', label: 'Bullpen and Claude Code itself' },
] as const satisfies readonly { dimension: Dimension; label: string }[]
type Split = (typeof splits)[number]['dimension']

const moneyColumns: ColumnName[] = [
  'turns',
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'costUsd',
  'costUnknown',
  'rewrites',
  'continued',
]
const dearest = { sort: 'dearest' as const }
const rewritten = { rewrites: true }

/** What was read, written and paid, by what, and where the prompt cache had to be written again. */
export function MoneyPanel({ selection, tick, emptyWords }: PanelProps) {
  const [split, setSplit] = useState<Split>('instance')
  const nameOf = useNames()
  const series = useMetrics('tokens', selection, tick, (input) =>
    client.metrics.series({ ...input, phases: [], columns: moneyColumns, points: 400, zone: ownZone() }),
  ).value
  const bySplit = useMetrics(`cost ${split}`, selection, tick, (input) =>
    client.metrics.series({
      ...input,
      phases: [],
      columns: ['costUsd', 'costUnknown'],
      points: 120,
      groupBy: split,
      groups: 6,
      zone: ownZone(),
    }),
  ).value
  const cost = useMemo(() => bySplit && costChart(bySplit, (group) => groupName(nameOf, split, group)), [bySplit, nameOf, split])
  const charts = useMemo(
    () => series && { tokens: tokensChart(series), cache: cacheChart(series), rewrites: rewriteChart(series) },
    [series],
  )
  const { span } = selection
  const shared = { span, emptyWords, onBrush: metricsView.showSpan }
  const pickCost = useTurnsAt(cost, selection, dearest)
  const pickTokens = useTurnsAt(charts?.tokens ?? null, selection)
  const pickRewrites = useTurnsAt(charts?.rewrites ?? null, selection, rewritten)
  return (
    <>
      <ChartPlace
        {...shared}
        data={cost}
        height={180}
        onPick={pickCost}
        note={unknownNote(bySplit)}
        actions={<SplitChoice split={split} onChange={setSplit} />}
      />
      <ChartPlace {...shared} data={charts?.tokens ?? null} height={160} onPick={pickTokens} />
      <div className="chart-pair">
        <ChartPlace {...shared} data={charts?.cache ?? null} height={130} onPick={pickTokens} />
        <ChartPlace {...shared} data={charts?.rewrites ?? null} height={130} onPick={pickRewrites} />
      </div>
      <WhenSeen height={160}>
        <SpentTable selection={selection} tick={tick} emptyWords={emptyWords} split={split} />
      </WhenSeen>
      <DayTable series={series} selection={selection} emptyWords={emptyWords} />
      <WhenSeen height={80}>
        <RewritesTable selection={selection} tick={tick} emptyWords={emptyWords} />
      </WhenSeen>
      <WhenSeen height={80}>
        <Budgets tick={tick} />
      </WhenSeen>
    </>
  )
}

function SplitChoice({ split, onChange }: { split: Split; onChange: (split: Split) => void }) {
  const choose = (text: string) => onChange(splits.find(({ dimension }) => dimension === text)?.dimension ?? 'instance')
  return (
    <select className="input chart-choice" aria-label="Split the cost" value={split} onChange={(event) => choose(event.target.value)}>
      {splits.map(({ dimension, label }) => (
        <option key={dimension} value={dimension}>
          {label}
        </option>
      ))}
    </select>
  )
}

/** Unknown prices are told, never drawn as zero. */
function unknownNote(series: SeriesAnswer | null): string | undefined {
  const unknown = series?.groups.reduce((sum, { columns }) => sum + columns.costUnknown.reduce((all, count) => all + count, 0), 0) ?? 0
  return unknown === 0
    ? undefined
    : `${unknown.toLocaleString('en-US')} turns use a model with an unknown price and aren’t in these totals.`
}

const tokenColumns: Column<Group>[] = (
  [
    ['Input', 'input'],
    ['Output', 'output'],
    ['Cache read', 'cacheRead'],
    ['Cache written', 'cacheWrite'],
  ] as const
).map(([title, key]) => ({ title, show: ({ totals }) => formatCount(totals.usage[key]), raw: ({ totals }) => totals.usage[key] }))

function SpentTable({ selection, tick, emptyWords, split }: PanelProps & { split: Split }) {
  const nameOf = useNames()
  const summary = useMetrics(`spent ${split}`, selection, tick, (input) =>
    client.metrics.summary({ ...input, groupBy: split, groups: 200, phases: [] }),
  ).value
  useTitles(useMemo(() => (split === 'conversation' ? (summary?.groups ?? []).map(({ key }) => key) : []), [summary, split]))
  const label = splits.find(({ dimension }) => dimension === split)?.label ?? ''
  return (
    <FiguresTable
      title={`Tokens and cost ${label}`}
      rows={summary?.groups ?? []}
      keyOf={groupKey}
      columns={[
        nameColumn('Name', split, nameOf),
        turnsColumn,
        ...tokenColumns,
        { title: 'Cache hits', show: ({ totals }) => shareOf(cacheHitShare(totals)), raw: ({ totals }) => cacheHitShare(totals) },
        costColumn,
      ]}
      emptyWords={emptyWords}
      onPick={(group) => pickGroup(selection, split, group, nameOf)}
    />
  )
}

type Day = {
  at: number
  turns: number
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
  costUsd: number
  unknown: number
}
const dayMs = 86_400_000

/** The same per local day, where the range is longer than one. */
function DayTable({ series, selection, emptyWords }: { series: SeriesAnswer | null } & Omit<PanelProps, 'tick'>) {
  const days = useMemo(() => (series ? daysOf(series) : []), [series])
  if (days.length < 2) return null
  const token = (title: string, key: 'turns' | 'input' | 'output' | 'cacheRead' | 'cacheWrite'): Column<Day> => ({
    title,
    show: (row) => formatCount(row[key]),
    raw: (row) => row[key],
  })
  const columns: Column<Day>[] = [
    { title: 'Day', show: ({ at }) => timeWords(at, dayMs), raw: ({ at }) => new Date(at).toISOString() },
    token('Turns', 'turns'),
    token('Input', 'input'),
    token('Output', 'output'),
    token('Cache read', 'cacheRead'),
    token('Cache written', 'cacheWrite'),
    {
      title: 'Cost',
      show: ({ costUsd, unknown, turns }) =>
        unknown === turns && turns > 0 ? 'unknown' : formatCost(costUsd) + (unknown > 0 ? ` + ${unknown} unknown` : ''),
      raw: ({ costUsd, unknown, turns }) => (unknown === turns && turns > 0 ? null : costUsd),
    },
  ]
  return (
    <FiguresTable
      title="Tokens and cost by day"
      rows={days}
      keyOf={({ at }) => String(at)}
      columns={columns}
      emptyWords={emptyWords}
      onPick={({ at }) =>
        () =>
          metricsView.openTurns({
            ...selection,
            span: { from: at, to: at + dayMs },
            title: `Turns of ${timeWords(at, dayMs)}`,
            sort: 'dearest',
          })
        }
    />
  )
}

/** Spans that are longer than a day stay as they are. */
export function daysOf({ at, groups }: SeriesAnswer): Day[] {
  const columns = groups[0]?.columns
  const days = new Map<number, Day>()
  for (const [index, time] of at.entries()) {
    if (!columns || columns.turns[index] === 0) continue
    const start = new Date(time).setHours(0, 0, 0, 0)
    const day = days.get(start) ?? { at: start, turns: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, costUsd: 0, unknown: 0 }
    for (const key of ['turns', 'input', 'output', 'cacheRead', 'cacheWrite', 'costUsd'] as const) day[key] += columns[key][index] ?? 0
    day.unknown += columns.costUnknown[index] ?? 0
    days.set(start, day)
  }
  return [...days.values()].toSorted((a, b) => b.at - a.at)
}

const mostRows = 100
const mostLookedAt = 1_000

/** The conversations that wrote most again, and what the table leaves out. */
function worstOf(groups: readonly Group[]): { rows: readonly Group[]; note: string | null } {
  const found = groups.filter(({ totals, rest }) => !rest && totals.rewrites > 0)
  const rows = found.toSorted((a, b) => b.totals.rewritten - a.totals.rewritten).slice(0, mostRows)
  const looked = mostLookedAt.toLocaleString('en-US')
  if (groups.some(({ rest }) => rest))
    return {
      rows,
      note: `Of the ${looked} conversations with the most turns, the ${mostRows} worst at most. Choose a shorter range for the others.`,
    }
  return { rows, note: found.length > mostRows ? `The ${mostRows} worst of ${found.length.toLocaleString('en-US')}.` : null }
}

/** Conversations whose prompt cache had to be written again, worst first; each leads to the turns that caused it. */
function RewritesTable({ selection, tick, emptyWords }: PanelProps) {
  const nameOf = useNames()
  const summary = useMetrics('rewrites', selection, tick, (input) =>
    client.metrics.summary({ ...input, groupBy: 'conversation', groups: mostLookedAt, phases: [] }),
  ).value
  const { rows, note } = useMemo(() => worstOf(summary?.groups ?? []), [summary])
  useTitles(useMemo(() => rows.map(({ key }) => key), [rows]))
  return (
    <FiguresTable
      title="Cache rewrites, by conversation"
      note={note}
      rows={rows}
      keyOf={groupKey}
      columns={[
        nameColumn('Conversation', 'conversation', nameOf),
        { title: 'Turns that rewrote it', show: ({ totals }) => String(totals.rewrites), raw: ({ totals }) => totals.rewrites },
        { title: 'of continued turns', show: ({ totals }) => shareOf(rewriteShare(totals)), raw: ({ totals }) => rewriteShare(totals) },
        { title: 'Tokens', show: ({ totals }) => formatCount(totals.rewritten), raw: ({ totals }) => totals.rewritten },
        costColumn,
      ]}
      emptyWords={(summary?.totals.turns ?? 0) === 0 ? emptyWords : 'No conversation rewrote its prompt cache in this range.'}
      onPick={(group) => {
        const filter = withGroup(selection.filter, 'conversation', group.key)
        const title = `Rewrote the cache: ${groupName(nameOf, 'conversation', group)}`
        return filter ? () => metricsView.openTurns({ span: selection.span, filter, rewrites: true, title }) : undefined
      }}
    />
  )
}
