import type { ChartData } from './chart-data.ts'
import { Chart, type ChartProps } from './chart.tsx'

/** Pixels of title and note above a chart. */
const headHeight = 36

/** A chart, or its room while its first figures are on their way: what is below stays where it is. */
export function ChartPlace({ data, ...rest }: Omit<ChartProps, 'data'> & { data: ChartData | null; height: number }) {
  return data ? <Chart data={data} {...rest} /> : <div style={{ minHeight: rest.height + headHeight }} />
}
