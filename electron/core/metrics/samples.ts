import type { SamplesInput } from '../../../shared/contract/metrics.ts'
import type { SampleSeries } from '../../../shared/domain/metrics.ts'
import { rangeOf } from './selection.ts'

/** Nothing was measured yet. */
export function emptySamples(input: SamplesInput, now: number): SampleSeries {
  const { from, to } = rangeOf(input, now)
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    bucketMs: to - from,
    at: [],
    states: { stopped: [], starting: [], idle: [], busy: [], paused: [], failed: [] },
    queued: [],
    queuedMost: [],
    spares: [],
    memoryMb: [],
    cpuPercent: [],
    instances: [],
  }
}
