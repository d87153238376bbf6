/** How rows and the heads of their groups follow each other; `starts` are the places of the heads. */
export type Layout = { groups: readonly { key: string; count: number }[]; starts: readonly number[]; rows: number }

export type RowPlace = { kind: 'group'; key: string; count: number; next: number } | { kind: 'item'; item: number }

/** Each group's head stands before its rows. */
export function layOut(groups: readonly { key: string; count: number }[], total: number): Layout {
  const starts: number[] = []
  let rows = 0
  for (const { count } of groups) {
    starts.push(rows)
    rows += count + 1
  }
  return { groups, starts, rows: groups.length === 0 ? total : rows }
}

/** What stands at a place: a group's head, or the item of a number. Null beyond the end. */
export function rowAt({ groups, starts, rows }: Layout, index: number): RowPlace | null {
  if (index < 0 || index >= rows) return null
  if (groups.length === 0) return { kind: 'item', item: index }
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= index) low = middle
    else high = middle - 1
  }
  const start = starts[low] ?? 0
  const group = groups[low]
  if (group && index === start) return { kind: 'group', ...group, next: index - low }
  return { kind: 'item', item: index - low - 1 }
}
