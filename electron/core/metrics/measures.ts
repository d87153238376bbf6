import { DDSketch } from '@datadog/sketches-js'
import { dimensionSchema } from '../../../shared/domain/metrics.ts'

/** Dimensions that every row holds, in the order they are stored in. `affinity` is `hit`, `miss` or none. */
export const dims = [...dimensionSchema.options, 'affinity', 'session'] as const
export type Dim = (typeof dims)[number]

/** Times are kept in tenths of a millisecond. */
export const unitsPerMs = 10

/**
 * Half of what is promised, so that a figure from roll-ups and an exact one differ by less than 1% whichever way a rank falls.
 * The mapping of values to bins is DDSketch's own; the bins of any rows can be added up.
 */
export const relativeAccuracy = 0.005
const { mapping } = new DDSketch({ relativeAccuracy })

/** Bin 0 is for zero. The last one is for everything above a month. */
export const binCount = 2_600

export function binOf(units: number): number {
  if (units < 1) return 0
  const bin = mapping.key(units) + 1
  return bin < binCount ? bin : binCount - 1
}

/** The value that stands for a bin, in milliseconds. */
export function msOfBin(bin: number): number {
  return bin === 0 ? 0 : Math.round(mapping.value(bin - 1) * 10) / 100
}
