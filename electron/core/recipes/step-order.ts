import type { RecipeStep } from '../../../shared/domain/recipe.ts'

/** What each step waits for, worked out once. */
export type StepOrder = {
  /** By id: the steps that it waits for. Only such as there are. */
  needs: ReadonlyMap<string, readonly string[]>
  /** All ids, each behind everything that it needs. Without those in a circle. */
  order: readonly string[]
  /** By id: how many steps have to end before it, one after the other. */
  levels: ReadonlyMap<string, number>
  /** The ids of one circle, in its order; empty where there is none. */
  circle: readonly string[]
  /** Whether one has always ended before another begins. */
  isBefore: (first: string, then: string) => boolean
}

/** A step waits for what it says that it needs, and for the step above it where it says nothing. */
export function needsOf(steps: readonly Pick<RecipeStep, 'id' | 'needs'>[], index: number): readonly string[] {
  const above = steps[index - 1]
  return steps[index]?.needs ?? (above ? [above.id] : [])
}

/** Orders steps; of those with the same id the first counts. */
export function orderOf(steps: readonly Pick<RecipeStep, 'id' | 'needs'>[]): StepOrder {
  const ids = new Set(steps.map(({ id }) => id))
  const needs = new Map<string, readonly string[]>()
  for (const [index, { id }] of steps.entries()) {
    if (!needs.has(id))
      needs.set(
        id,
        [...new Set(needsOf(steps, index))].filter((need) => ids.has(need)),
      )
  }
  const { order, levels } = sorted(needs)
  return { needs, order, levels, circle: circleIn(needs, new Set(order)), isBefore: ancestry(needs, order) }
}

function sorted(needs: StepOrder['needs']): Pick<StepOrder, 'order' | 'levels'> {
  const left = new Map([...needs].map(([id, of]) => [id, of.length]))
  const followers = new Map<string, string[]>()
  for (const [id, of] of needs) for (const need of of) followers.set(need, [...(followers.get(need) ?? []), id])
  const order = [...left].flatMap(([id, count]) => (count === 0 ? [id] : []))
  const levels = new Map(order.map((id) => [id, 0]))
  // It grows while it is walked through.
  for (const id of order) {
    for (const follower of followers.get(id) ?? []) {
      levels.set(follower, Math.max(levels.get(follower) ?? 0, (levels.get(id) ?? 0) + 1))
      const count = (left.get(follower) ?? 0) - 1
      left.set(follower, count)
      if (count === 0) order.push(follower)
    }
  }
  return { order, levels }
}

/** Those that could not be ordered lead to a circle: following what each needs ends in it. */
function circleIn(needs: StepOrder['needs'], ordered: ReadonlySet<string>): string[] {
  const first = [...needs.keys()].find((id) => !ordered.has(id))
  const path: string[] = []
  for (let id = first; id !== undefined; id = needs.get(id)?.find((need) => !ordered.has(need))) {
    const seen = path.indexOf(id)
    if (seen >= 0) return path.slice(seen).toReversed()
    path.push(id)
  }
  return []
}

/** A bit for each step that comes before: thousands of steps in a row would need millions of entries otherwise. */
function ancestry(needs: StepOrder['needs'], order: readonly string[]): StepOrder['isBefore'] {
  const places = new Map(order.map((id, place) => [id, place]))
  const words = Math.ceil(order.length / 32)
  const before = order.map(() => new Uint32Array(words))
  for (const [place, id] of order.entries()) {
    const mine = before[place]
    for (const need of needs.get(id) ?? []) {
      const needed = places.get(need)
      const theirs = needed === undefined ? undefined : before[needed]
      if (mine === undefined || theirs === undefined || needed === undefined) continue
      for (let word = 0; word < words; word += 1) mine[word] = (mine[word] ?? 0) | (theirs[word] ?? 0)
      mine[needed >>> 5] = (mine[needed >>> 5] ?? 0) | (1 << (needed & 31))
    }
  }
  return (first, then) => {
    const bit = places.get(first)
    const mine = before[places.get(then) ?? -1]
    return bit !== undefined && mine !== undefined && ((mine[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
  }
}
