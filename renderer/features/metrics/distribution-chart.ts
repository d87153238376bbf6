import type { Phase } from '../../../shared/domain/metrics.ts'
import { formatDuration } from '../../words/figures.ts'
import type { ChartColor, ChartData } from './charts/chart-data.ts'
import { groupName, type NameOf } from './names.ts'
import { phaseName } from './phase-words.ts'

export type DistributionAnswer = {
  phase: Phase
  edges: readonly number[]
  groups: readonly { key: string | null; rest: boolean; counts: readonly number[] }[]
}

const colors: Readonly<Record<string, ChartColor>> = { warm: 'green', spare: 'blue', resumed: 'yellow', cold: 'accent' }

/** Distribution of a phase’s duration, by where the process came from. */
export function distributionChart({ phase, edges, groups }: DistributionAnswer, nameOf: NameOf): ChartData {
  const bins = edges.slice(0, -1)
  return {
    title: `Distribution: ${phaseName(phase).toLowerCase()}`,
    kind: 'stacked',
    unit: 'count',
    axis: { type: 'bins', labels: bins.map(formatDuration), name: 'from' },
    x: bins.map((_, index) => index),
    series: groups.map((group) => ({
      key: group.rest ? 'rest' : (group.key ?? 'none'),
      label: groupName(nameOf, 'origin', group),
      color: colors[group.key ?? ''] ?? 'grey',
      values: bins.map((_, index) => group.counts[index] ?? null),
    })),
  }
}

/** What one bin holds. */
export function binAt({ edges }: Pick<DistributionAnswer, 'edges'>, index: number): { minMs: number; maxMs: number; words: string } | null {
  const minMs = edges[index]
  const maxMs = edges[index + 1]
  if (minMs === undefined || maxMs === undefined) return null
  return { minMs, maxMs, words: `from ${formatDuration(minMs)} to ${formatDuration(maxMs)}` }
}
