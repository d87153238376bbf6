import { z } from 'zod'
import type { SamplesInput } from '../../../shared/contract/metrics.ts'
import type { SampleSeries } from '../../../shared/domain/metrics.ts'
import { instanceStateSchema, type InstanceState } from '../../../shared/domain/instance.ts'
import { lastBefore } from './kernels.ts'
import { bucketsOf, rangeOf, timesOf } from './selection.ts'
import { addTopicSamples, topicSamplesOf, topicSamplesSchema, type TopicLook } from './topic-samples.ts'

/** What the pool looks like at one moment. */
export type Look = {
  at: number
  queued: number
  spares: number
  instances: { id: string; name: string; state: InstanceState; memoryMb: number | null; cpuPercent: number | null }[]
  /** Runs that have not ended. */
  runs?: { running: number; 'needs-you': number; paused: number }
  topics?: TopicLook[]
}

const states = instanceStateSchema.options

/**
 * One look, or several added up. All figures are sums weighted by the seconds each look stands for, so that looks of any age can be
 * added and the averages stay right.
 */
export const sampleSchema = z.object({
  /** When it begins, in milliseconds since 1970, and the seconds it stands for. */
  at: z.number(),
  seconds: z.number(),
  /** In the order of the states. */
  states: z.array(z.number()),
  queued: z.number(),
  queuedMost: z.number(),
  spares: z.number(),
  /** By instance: its name, then seconds and sum of memory, seconds and sum of processor time. */
  instances: z.record(z.string(), z.tuple([z.string(), z.number(), z.number(), z.number(), z.number()])),
  topics: topicSamplesSchema,
})
export type Sample = z.infer<typeof sampleSchema>

export function sampleOf(look: Look, seconds: number): Sample {
  const instances: Sample['instances'] = {}
  for (const { id, name, memoryMb, cpuPercent } of look.instances) {
    if (memoryMb === null && cpuPercent === null) continue
    instances[id] = [name, ...measured(memoryMb, seconds), ...measured(cpuPercent, seconds)]
  }
  return {
    at: look.at,
    seconds,
    states: states.map((state) => look.instances.filter((instance) => instance.state === state).length * seconds),
    queued: look.queued * seconds,
    queuedMost: look.queued,
    spares: look.spares * seconds,
    instances,
    topics: topicSamplesOf(look.topics, seconds),
  }
}

/** Adds up samples of the same bucket of `widthMs`. */
export function joinSamples(samples: readonly Sample[], widthMs: number): Sample[] {
  const joined = new Map<number, Sample>()
  for (const sample of samples) {
    const at = Math.floor(sample.at / widthMs) * widthMs
    const known = joined.get(at)
    if (known) addSample(known, sample)
    else joined.set(at, { ...structuredClone(sample), at })
  }
  return [...joined.values()].toSorted((a, b) => a.at - b.at)
}

function addSample(sum: Sample, more: Sample): void {
  sum.seconds += more.seconds
  sum.states = states.map((_, index) => (sum.states[index] ?? 0) + (more.states[index] ?? 0))
  sum.queued += more.queued
  sum.queuedMost = Math.max(sum.queuedMost, more.queuedMost)
  sum.spares += more.spares
  sum.topics = addTopicSamples(sum.topics, more.topics)
  for (const [id, [name, ...figures]] of Object.entries(more.instances)) {
    const [, a, b, c, d] = sum.instances[id] ?? [name, 0, 0, 0, 0]
    sum.instances[id] = [name, a + figures[0], b + figures[1], c + figures[2], d + figures[3]]
  }
}

/** The samples of a range as columns; `leastMs` is how coarse the coarsest of them is. */
export function seriesOfSamples(input: SamplesInput, samples: readonly Sample[], leastMs: number, now: number): SampleSeries {
  const range = rangeOf(input, now)
  const buckets = bucketsOf(range, input.points, leastMs, { zone: input.zone, offsetMinutes: 0 })
  const times = timesOf(buckets)
  const wanted = input.instanceId === undefined ? null : new Set([input.instanceId].flat())
  const slots: (Sample | null)[] = Array.from({ length: buckets.count }, () => null)
  for (const sample of samples) {
    if (sample.at < range.from || sample.at >= range.to) continue
    const slot = lastBefore(times, sample.at)
    const known = slots[slot]
    if (known) addSample(known, sample)
    else slots[slot] = structuredClone(sample)
  }
  const ids = new Map<string, string>()
  for (const slot of slots) for (const [id, [name]] of Object.entries(slot?.instances ?? {})) if (wanted?.has(id) ?? true) ids.set(id, name)
  const average = (of: (sample: Sample) => number) => slots.map((slot) => (slot === null ? null : round(of(slot) / slot.seconds)))
  return {
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    bucketMs: buckets.bucketMs,
    at: times,
    states: statesOf(average),
    queued: average(({ queued }) => queued),
    queuedMost: slots.map((slot) => slot?.queuedMost ?? null),
    spares: average(({ spares }) => spares),
    memoryMb: slots.map((slot) => (slot === null ? null : wholeOf(slot, wanted, 1))),
    cpuPercent: slots.map((slot) => (slot === null ? null : wholeOf(slot, wanted, 3))),
    instances: [...ids].map(([instanceId, name]) => ({
      instanceId,
      name,
      memoryMb: slots.map((slot) => meanOf(slot?.instances[instanceId], 1)),
      cpuPercent: slots.map((slot) => meanOf(slot?.instances[instanceId], 3)),
    })),
  }
}

function statesOf(average: (of: (sample: Sample) => number) => (number | null)[]): SampleSeries['states'] {
  const of = (state: InstanceState) => average((sample) => sample.states[states.indexOf(state)] ?? 0)
  return {
    stopped: of('stopped'),
    starting: of('starting'),
    idle: of('idle'),
    busy: of('busy'),
    paused: of('paused'),
    failed: of('failed'),
  }
}

/** All instances together, over the whole time of the slot: one that was there for half of it counts by half. */
function wholeOf(slot: Sample, wanted: ReadonlySet<string> | null, place: 1 | 3): number | null {
  const own = Object.entries(slot.instances).filter(([id, figures]) => (wanted?.has(id) ?? true) && figures[place] > 0)
  if (own.length === 0) return null
  return round(own.reduce((sum, [, figures]) => sum + figures[place === 1 ? 2 : 4], 0) / slot.seconds)
}

function meanOf(figures: Sample['instances'][string] | undefined, place: 1 | 3): number | null {
  if (!figures || figures[place] === 0) return null
  return round(figures[place === 1 ? 2 : 4] / figures[place])
}

function measured(value: number | null, seconds: number): [seconds: number, sum: number] {
  return value === null ? [0, 0] : [seconds, value * seconds]
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
