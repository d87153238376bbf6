import type { TurnFilter } from '../../../shared/contract/metrics.ts'
import type { Dimension } from '../../../shared/domain/metrics.ts'
import type { Span } from './charts/chart-data.ts'

/** What turns can be narrowed down by on the screen. */
export const filterFields = [
  { field: 'instanceId', dimension: 'instance', label: 'Instance' },
  { field: 'conversationId', dimension: 'conversation', label: 'Conversation' },
  { field: 'folder', dimension: 'folder', label: 'Folder' },
  { field: 'model', dimension: 'model', label: 'Model' },
  { field: 'source', dimension: 'source', label: 'Source' },
  { field: 'target', dimension: 'target', label: 'Target' },
  { field: 'strategy', dimension: 'strategy', label: 'Strategy' },
  { field: 'origin', dimension: 'origin', label: 'Origin' },
  { field: 'outcome', dimension: 'outcome', label: 'Outcome' },
  { field: 'error', dimension: 'error', label: 'Error' },
] as const satisfies readonly { field: keyof TurnFilter; dimension: Dimension; label: string }[]

export type FilterField = (typeof filterFields)[number]['field']
/** The chosen value of each field; an empty one stands for turns that have none. */
export type Filter = Partial<Record<FilterField, string>> & { ownOnly?: boolean }

/** Which turns a figure is about. */
export type Selection = { span: Span; filter: Filter }

/** A selection as the calls take it. */
export function inputOf({ span, filter: { ownOnly, ...fields } }: Selection) {
  return {
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    ...fields,
    ...(ownOnly === true ? ({ history: 'bullpen' } as const) : {}),
  }
}

/** The filter with one field set, or without it when the value is null. */
export function withField(filter: Filter, field: FilterField, value: string | null): Filter {
  const { [field]: _, ...rest } = filter
  return value === null ? rest : { ...rest, [field]: value }
}

/** The filter that one group of a dimension stands for, or null where none does (all the rest, or a pair). */
export function withGroup(filter: Filter, dimension: Dimension, key: string | null): Filter | null {
  const found = filterFields.find((one) => one.dimension === dimension)
  return found ? withField(filter, found.field, key ?? '') : null
}

/** The filter with or without what only Claude Code's own history tells of. */
export function withOwnOnly(filter: Filter, ownOnly: boolean): Filter {
  const next: Filter = { ...filter, ownOnly }
  if (!ownOnly) delete next.ownOnly
  return next
}

/** How many fields narrow it down. */
export function fieldCount(filter: Filter): number {
  return Object.keys(filter).length
}
