/** What is looked through, in lower case and made once. */
export type Searchable = { name: string; aliases: readonly string[]; words: string }

const breaks = /[^\p{L}\p{N}]+/u

/**
 * How well something fits what was typed, 0 not at all: its name and aliases first (equal, begins with it, a part of it begins with it, holds
 * it), then words of its description, then a name that has the letters one after the other.
 */
export function fitness(query: string, { name, aliases, words }: Searchable): number {
  if (query === '') return 1
  const byName = nameFitness(query, name)
  const byAlias = Math.max(0, ...aliases.map((alias) => nameFitness(query, alias) - 5))
  const best = Math.max(byName, byAlias)
  if (best >= 50) return best
  const at = words.indexOf(query)
  if (at === 0 || (at > 0 && breaks.test(words[at - 1] ?? ''))) return Math.max(best, 40)
  return best
}

function nameFitness(query: string, name: string): number {
  if (name === query) return 100
  if (name.startsWith(query)) return 90 - Math.min(9, (name.length - query.length) / 10)
  const at = name.indexOf(query)
  if (at > 0) return breaks.test(name[at - 1] ?? '') ? 70 : 50
  return scattered(query, name)
}

/** Letters one after the other: those that begin a part of the name, or follow each other, count more. */
function scattered(query: string, name: string): number {
  let next = 0
  let points = 0
  let before = -2
  for (let at = 0; at < name.length && next < query.length; at += 1) {
    if (name[at] !== query[next]) continue
    points += at === before + 1 ? 2 : at === 0 || breaks.test(name[at - 1] ?? '') ? 3 : 1
    before = at
    next += 1
  }
  return next < query.length ? 0 : 10 + Math.min(20, points)
}

/** Those that fit, the best first; those that fit alike keep their order. */
export function fitting<T>(query: string, items: readonly T[], searchableOf: (item: T) => Searchable): T[] {
  const wanted = query.toLowerCase()
  if (wanted === '') return [...items]
  const found: { item: T; points: number }[] = []
  for (const item of items) {
    const points = fitness(wanted, searchableOf(item))
    if (points > 0) found.push({ item, points })
  }
  return found.toSorted((a, b) => b.points - a.points).map(({ item }) => item)
}
