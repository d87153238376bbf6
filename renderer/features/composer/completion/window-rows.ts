/** Which rows of a long list are drawn: those in sight and a few around. */
export function rowsInSight({ top, height, row, count }: { top: number; height: number; row: number; count: number }): [number, number] {
  const around = 4
  const first = Math.max(0, Math.floor(top / row) - around)
  return [Math.min(first, count), Math.min(count, Math.ceil((top + height) / row) + around)]
}

/** Where a list has to be scrolled to for a row to be in sight; `top` when it is already. */
export function scrolledTo(place: number, { top, height, row }: { top: number; height: number; row: number }): number {
  const from = place * row
  if (from < top) return from
  return from + row > top + height ? from + row - height : top
}
