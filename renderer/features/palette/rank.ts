/** What can be found: its title counts most, other words less. */
export type Findable = { title: string; also?: readonly string[] }

/**
 * How well something fits what was typed; 0 does not fit. Every word of the query has to begin a word, be a word's middle, or be
 * the first letters of following words; a title that is or begins with the query comes first.
 */
export function rank(query: string, { title, also = [] }: Findable): number {
  const wanted = plain(query)
  const text = plain(title)
  if (wanted === '') return 1
  const words = text.split(breaks).filter(Boolean)
  const rest = also.map(plain)
  const initials = words.map(([first = '']) => first).join('')
  let score = text === wanted ? 20 : text.startsWith(wanted) ? 10 : text.includes(wanted) ? 4 : 0
  for (const token of wanted.split(' ').filter(Boolean)) {
    const points = pointsOf(token, { words, text, initials, rest })
    if (points === 0) return 0
    score += points
  }
  return score
}

/** The best of them, best first; those that fit alike keep their order. */
export function ranked<T extends Findable>(query: string, items: readonly T[], most: number): T[] {
  return items
    .map((item) => ({ item, score: rank(query, item) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item)
}

const breaks = /[^\p{L}\p{N}]+/u

type Place = { words: readonly string[]; text: string; initials: string; rest: readonly string[] }

function pointsOf(token: string, { words, text, initials, rest }: Place): number {
  if (words.includes(token)) return 4
  if (words.some((word) => word.startsWith(token))) return 3
  if (token.length > 1 && initials.includes(token)) return 2
  if (text.includes(token)) return 1.5
  if (rest.some((one) => one.split(breaks).some((word) => word.startsWith(token)))) return 1
  return rest.some((one) => one.includes(token)) ? 0.5 : 0
}

/** Lower case, without accents, with single blanks. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()
}
