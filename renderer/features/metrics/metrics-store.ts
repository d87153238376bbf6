import { create } from 'zustand'
import { z } from 'zod'
import { phaseSchema, type Phase } from '../../../shared/domain/metrics.ts'
import { recall, remember } from '../../state/page-memory.ts'
import type { Span } from './charts/chart-data.ts'
import type { PresetName, Range } from './range.ts'
import { withField, type Filter, type FilterField, type Selection } from './selection.ts'

export const tabs = [
  { name: 'speed', label: 'Speed' },
  { name: 'load', label: 'Load' },
  { name: 'money', label: 'Tokens and money' },
  { name: 'reliability', label: 'Reliability' },
  { name: 'runs', label: 'Runs' },
] as const
export type TabName = (typeof tabs)[number]['name']

/** The turns behind a figure: which, and what the figure was called. */
export type Drill = Selection & {
  title: string
  rewrites?: boolean
  trouble?: boolean
  /** Takes the place of the filter's outcome. */
  outcomes?: string[]
  phase?: Phase
  minMs?: number
  maxMs?: number
  sort?: 'newest' | 'oldest' | 'slowest' | 'dearest' | 'first-token'
}

/** What the second column of a comparison shows. */
export type CompareWith = { type: 'before' } | { type: 'span'; span: Span } | { type: 'instances'; left: string; right: string }

export type MetricsView = {
  range: Range
  filter: Filter
  tab: TabName
  phase: Phase
  compare: CompareWith | null
  drill: Drill | null
  /** When the first turn ended that is known of; null while that is not known. */
  oldest: number | null
}

const rememberedSchema = z.object({
  preset: z.enum(['1h', 'today', '7d', '30d', 'year', 'all']),
  tab: z.enum(['speed', 'load', 'money', 'reliability', 'runs']),
  phase: phaseSchema,
})
const remembered = recall('metrics', rememberedSchema)

/** What the Metrics screen shows of all there is. Kept while the page lives; preset and tab for longer. */
export const useMetricsView = create<MetricsView>(() => ({
  range: { type: 'preset', name: remembered?.preset ?? 'today' },
  filter: {},
  tab: remembered?.tab ?? 'speed',
  phase: remembered?.phase ?? 'firstToken',
  compare: null,
  drill: null,
  oldest: null,
}))

export const metricsView = {
  showPreset: (name: PresetName): void => set({ range: { type: 'preset', name } }),
  /** Called at each step of a drag, so nothing is remembered of it. */
  showSpan: (span: Span): void => useMetricsView.setState({ range: { type: 'custom', ...span } }),
  showTab: (tab: TabName): void => set({ tab }),
  showPhase: (phase: Phase): void => set({ phase }),
  filterBy: (field: FilterField, value: string | null): void =>
    useMetricsView.setState((state) => ({ filter: withField(state.filter, field, value) })),
  setFilter: (filter: Filter): void => useMetricsView.setState({ filter }),
  compareWith: (compare: CompareWith | null): void => useMetricsView.setState({ compare }),
  /** Everything that is known of one conversation. */
  showConversation: (conversationId: string): void =>
    set({ range: { type: 'preset', name: 'all' }, filter: { conversationId }, tab: 'money', compare: null, drill: null }),
  beginAt: (oldest: number): void => useMetricsView.setState({ oldest }),
  openTurns: (drill: Drill): void => useMetricsView.setState({ drill }),
  closeTurns: (): void => useMetricsView.setState({ drill: null }),
}

function set(change: Partial<MetricsView>): void {
  useMetricsView.setState(change)
  const { range, tab, phase } = useMetricsView.getState()
  const last = range.type === 'preset' ? range.name : (remembered?.preset ?? 'today')
  remember('metrics', { preset: last, tab, phase })
}
