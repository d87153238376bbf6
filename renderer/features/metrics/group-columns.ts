import type { Dimension, Totals } from '../../../shared/domain/metrics.ts'
import { formatFigure } from './charts/chart-words.ts'
import type { Column } from './figures-table.tsx'
import { metricsView } from './metrics-store.ts'
import { groupName, type NameOf } from './names.ts'
import { withGroup, type Selection } from './selection.ts'
import { costWords } from './totals-figures.ts'

/** What the turns of one value of a dimension add up to. */
export type Group = { key: string | null; rest: boolean; totals: Totals }

export function groupKey({ key, rest }: Group): string {
  return rest ? 'rest' : `key ${key ?? ''}`
}

export function nameColumn(title: string, dimension: Dimension, nameOf: NameOf): Column<Group> {
  const words = (group: Group) => groupName(nameOf, dimension, group)
  return { title, show: words, raw: words }
}

export const turnsColumn: Column<Group> = {
  title: 'Turns',
  show: ({ totals }) => totals.turns.toLocaleString('en-US'),
  raw: ({ totals }) => totals.turns,
}

export const costColumn: Column<Group> = {
  title: 'Cost',
  show: ({ totals }) => costWords(totals),
  raw: ({ totals }) => (totals.costUnknown === totals.turns && totals.turns > 0 ? null : totals.costUsd),
}

/** A share in words; empty where there is none. */
export function shareOf(share: number | null): string {
  return share === null ? '' : formatFigure(share, 'share')
}

/** Opens the turns of one group; undefined for the one that holds all others. */
export function pickGroup({ span, filter }: Selection, dimension: Dimension, group: Group, nameOf: NameOf): (() => void) | undefined {
  const narrowed = group.rest ? null : withGroup(filter, dimension, group.key)
  if (!narrowed) return undefined
  return () => metricsView.openTurns({ span, filter: narrowed, title: `Turns: ${groupName(nameOf, dimension, group)}` })
}
