import { z } from 'zod'
import type { TopicFiguresInput } from '../../../shared/contract/run-figures.ts'
import type { TopicFigures } from '../../../shared/domain/run-figures.ts'
import { lastBefore } from './kernels.ts'
import { bucketsOf, rangeOf, timesOf } from './selection.ts'

/** A topic at one moment. */
export type TopicLook = { name: string; waiting: number; taken: number; dead: number; inPerMinute: number; donePerMinute: number }

/** The seconds that a topic was looked at, then its figures, each weighted by them. */
const weighed = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])
type Weighed = z.infer<typeof weighed>

/** By topic; absent where there is none. */
export const topicSamplesSchema = z.record(z.string(), weighed).optional()
export type TopicSamples = z.infer<typeof topicSamplesSchema>

/** More topics than this in one look: the longest are kept. */
const mostTopics = 50

/** One look at all topics. */
export function topicSamplesOf(topics: readonly TopicLook[] | undefined, seconds: number): TopicSamples {
  if (!topics || topics.length === 0) return undefined
  const longest = topics.toSorted((a, b) => b.waiting + b.taken - a.waiting - a.taken).slice(0, mostTopics)
  return Object.fromEntries(
    longest.map(({ name, waiting, taken, dead, inPerMinute, donePerMinute }) => {
      const figures: Weighed = [1, waiting, taken, dead, inPerMinute, donePerMinute]
      return [name, times(figures, seconds)]
    }),
  )
}

/** Looks added up. */
export function addTopicSamples(sum: TopicSamples, more: TopicSamples): TopicSamples {
  if (!more) return sum
  const joined = { ...sum }
  for (const [name, figures] of Object.entries(more)) joined[name] = plus(joined[name], figures)
  return joined
}

type Sampled = { at: number; topics?: TopicSamples }

/** The looks of a range as columns for each topic; `leastMs` is how coarse the coarsest of them is. */
export function seriesOfTopics(input: TopicFiguresInput, samples: readonly Sampled[], leastMs: number, now: number): TopicFigures {
  const range = rangeOf(input, now)
  const buckets = bucketsOf(range, input.points, leastMs, { zone: input.zone, offsetMinutes: 0 })
  const at = timesOf(buckets)
  const wanted = input.topic === undefined ? null : new Set([input.topic].flat())
  const slots: TopicSamples[] = at.map(() => undefined)
  for (const sample of samples) {
    if (sample.at < range.from || sample.at >= range.to) continue
    const slot = lastBefore(at, sample.at)
    slots[slot] = addTopicSamples(slots[slot], sample.topics)
  }
  const names = new Set(slots.flatMap((slot) => Object.keys(slot ?? {})).filter((name) => wanted?.has(name) ?? true))
  return {
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    bucketMs: buckets.bucketMs,
    at,
    topics: [...names].toSorted().map((topic) => {
      const mean = (place: 1 | 2 | 3 | 4 | 5) => slots.map((slot) => meanOf(slot?.[topic], place))
      return { topic, waiting: mean(1), taken: mean(2), dead: mean(3), inPerMinute: mean(4), donePerMinute: mean(5) }
    }),
  }
}

function meanOf(figures: Weighed | undefined, place: 1 | 2 | 3 | 4 | 5): number | null {
  if (!figures || figures[0] === 0) return null
  return Math.round((figures[place] / figures[0]) * 100) / 100
}

function times([a, b, c, d, e, f]: Weighed, by: number): Weighed {
  return [a * by, b * by, c * by, d * by, e * by, f * by]
}

function plus([a, b, c, d, e, f]: Weighed = [0, 0, 0, 0, 0, 0], [g, h, i, j, k, l]: Weighed): Weighed {
  return [a + g, b + h, c + i, d + j, e + k, f + l]
}
