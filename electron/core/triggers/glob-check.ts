/** A pattern that stands for more is as slow as so many patterns. */
const mostPatterns = 200
/** In one part between slashes: each of them may be tried at every place of a name. */
const mostWildcards = 4
/** Parts that are “**”. */
const mostAnyDepth = 6
const longestRange = 1_000

/** Why a pattern would take too long to compare, and what to write instead; null where it would not. */
export function globFault(glob: string): string | null {
  if (/[+*]\(/.test(glob)) return 'The pattern can’t hold “+(…)” or “*(…)”. Write it with *, ? and {a,b}.'
  const count = patternsIn(glob)
  if (count > mostPatterns)
    return `The braces of the pattern stand for more than ${mostPatterns} patterns. Use * for a part of them, or make several triggers.`
  const parts = glob.split('/')
  if (parts.filter((part) => part === '**').length > mostAnyDepth)
    return `The pattern has “**” more than ${mostAnyDepth} times. Leave some out.`
  const crowded = parts.find((part) => part !== '**' && (part.match(/\*+|[@!?]\(/g) ?? []).length > mostWildcards)
  return crowded === undefined ? null : `“${crowded.slice(0, 60)}” has more than ${mostWildcards} wildcards. Leave some out.`
}

/** How many patterns without braces it stands for, at most; counting ends where there are too many. */
function patternsIn(glob: string): number {
  // Each open brace: patterns of its alternatives so far, and of the one that is being read.
  const open: { sum: number; product: number; from: number }[] = []
  let product = 1
  for (let at = 0; at < glob.length; at += 1) {
    const sign = glob[at]
    if (sign === '{') {
      open.push({ sum: 0, product, from: at })
      product = 1
    } else if (sign === ',' && open.length > 0) {
      const inner = open[open.length - 1]
      if (inner) inner.sum += product
      product = 1
    } else if (sign === '}') {
      const inner = open.pop()
      if (inner) product = inner.product * Math.max(inner.sum + product, rangeIn(glob.slice(inner.from + 1, at)))
    }
    if (product > mostPatterns) return product
  }
  // What is not closed is taken as it is written; what is within counts all the same.
  return open.reduce((all, inner) => all * inner.product, product)
}

/** `1..20` stands for twenty, `a..f` for six. */
function rangeIn(inside: string): number {
  const [, from = '', to = ''] = /^(-?\d+|[a-z])\.\.(-?\d+|[a-z])/i.exec(inside) ?? []
  const place = (end: string): number => (/[a-z]/i.test(end) ? (end.codePointAt(0) ?? 0) : Number(end))
  return Math.min(longestRange, Math.abs(place(to) - place(from)) + 1)
}
