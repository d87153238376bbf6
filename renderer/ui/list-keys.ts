const pageStep = 10

/** The row that a key goes to from `at`; undefined for a key that goes nowhere. It may lie outside of the list. */
export function rowOfKey(key: string, at: number, rows: number): number | undefined {
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + pageStep,
    PageUp: at - pageStep,
    Home: 0,
    End: rows - 1,
  }
  return targets[key]
}

/** Puts the focus on a part of a row. One that was just scrolled to may be drawn a moment later. */
export function focusInRow(frame: HTMLElement | null, index: number, selector: string): void {
  requestAnimationFrame(() => frame?.querySelector<HTMLElement>(`[data-index="${index}"] ${selector}`)?.focus())
}
