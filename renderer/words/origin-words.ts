import type { OriginFilter, WorkOrigin } from '../../shared/domain/work-origin.ts'

/** What work belongs to, in one word for a column. */
export function originName(origin: WorkOrigin): string {
  return 'topic' in origin ? origin.topic : (origin.recipe ?? 'run')
}

/** The same where nothing beside it says of what kind it is. */
export function originPhrase(origin: WorkOrigin): string {
  if ('topic' in origin) return `For topic ${origin.topic}`
  return origin.recipe === undefined ? 'Part of a run' : `Part of run ${origin.recipe}`
}

type Counted = readonly { value: string; count: number }[]

/** What a list can be narrowed to, as values and words of a menu. One run stands there when it is what is shown. */
export function originOptions({ recipes, topics }: { recipes: Counted; topics: Counted }, shown: OriginFilter): [string, string][] {
  const words = ({ value, count }: { value: string; count: number }) => `${value} (${count.toLocaleString('en-US')})`
  return [
    ['', 'Any origin'],
    ['none', 'Neither run nor topic'],
    ['run', 'Part of a run'],
    ...recipes.map((one): [string, string] => [`recipe ${one.value}`, `Run: ${words(one)}`]),
    ...(shown.runId === undefined ? [] : [[`id ${shown.runId}`, 'One run'] satisfies [string, string]]),
    ['topic', 'For a topic'],
    ...topics.map((one): [string, string] => [`topic ${one.value}`, `Topic: ${words(one)}`]),
  ]
}

/** The option that stands for a filter. */
export function originOption({ origin, runId, recipe, topic }: OriginFilter): string {
  if (runId !== undefined) return `id ${runId}`
  if (recipe !== undefined) return `recipe ${recipe}`
  return topic === undefined ? (origin ?? '') : `topic ${topic}`
}

/** The filter that an option stands for; it takes the place of all others of its kind. */
export function originFilter(option: string): OriginFilter {
  const [kind, value] = option.split(' ')
  const origin = option === 'none' || option === 'run' || option === 'topic' ? option : undefined
  const named = (wanted: string) => (kind === wanted ? value : undefined)
  return { origin, runId: named('id'), recipe: named('recipe'), topic: named('topic') }
}
