import { client } from '../../connection/connection.ts'
import { formatCount, formatDuration } from '../../words/figures.ts'
import { FiguresTable, type Column } from './figures-table.tsx'
import { costColumn, groupKey, nameColumn, pickGroup, shareOf, turnsColumn, type Group } from './group-columns.ts'
import { useNames } from './names.ts'
import type { PanelProps } from './panel.ts'
import { rewriteShare } from './totals-figures.ts'
import { useMetrics } from './use-metrics.ts'

/** Each instance in one line. */
export function InstancesTable({ selection, tick, emptyWords }: PanelProps) {
  const nameOf = useNames()
  const summary = useMetrics('by instance', selection, tick, (input) =>
    client.metrics.summary({ ...input, groupBy: 'instance', groups: 50, phases: ['firstToken'] }),
  ).value
  const columns: Column<Group>[] = [
    nameColumn('Instance', 'instance', nameOf),
    turnsColumn,
    {
      title: 'First token p50 / p95',
      show: ({ totals: { phases } }) => {
        const { p50 = null, p95 = null } = phases.firstToken ?? {}
        return p50 === null || p95 === null ? '' : `${formatDuration(p50)} / ${formatDuration(p95)}`
      },
      raw: ({ totals }) => totals.phases.firstToken?.p50 ?? null,
    },
    { title: 'Cache rewrites', show: ({ totals }) => shareOf(rewriteShare(totals)), raw: ({ totals }) => rewriteShare(totals) },
    { title: 'Tokens out', show: ({ totals }) => formatCount(totals.usage.output), raw: ({ totals }) => totals.usage.output },
    costColumn,
  ]
  return (
    <FiguresTable
      title="Instances"
      rows={summary?.groups ?? []}
      keyOf={groupKey}
      columns={columns}
      emptyWords={emptyWords}
      onPick={(group) => pickGroup(selection, 'instance', group, nameOf)}
    />
  )
}
