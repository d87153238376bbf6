import type { Selection } from './selection.ts'

/** What every panel of figures gets. */
export type PanelProps = {
  selection: Selection
  /** Changes when figures may have changed. */
  tick: number
  /** Why there is nothing, where there is nothing. */
  emptyWords: string
}
