import { useCallback } from 'react'
import { spanAt, type ChartData } from './charts/chart-data.ts'
import { metricsView, type Drill } from './metrics-store.ts'
import type { Selection } from './selection.ts'

/** A click on a chart over time opens the turns of that span. `more` narrows them down; it has to stay the same object. */
export function useTurnsAt(chart: ChartData | null, selection: Selection, more?: Partial<Drill>): (index: number) => void {
  return useCallback(
    (index: number) => {
      const span = chart && spanAt(chart, index)
      if (span) metricsView.openTurns({ ...selection, title: chart.title, ...more, span })
    },
    [chart, selection, more],
  )
}
