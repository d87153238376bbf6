/** From the first character on, up to the second, in UTF-16 units. */
export type Range = readonly [from: number, to: number]
export type WordMarks = { before: readonly Range[]; after: readonly Range[] }

/** Longer lines are marked as a whole: comparing them would take too long. */
const longest = 2_000
/** Beyond so many words each, what differs is one stretch. */
const mostCompared = 250
/** Lines that have less than this share in common are two lines, not one that was changed. */
const leastCommon = 0.3

type Token = { text: string; at: number }

/** The words that differ between a line and the one that took its place; null where they have too little in common for that to help. */
export function wordMarks(before: string, after: string): WordMarks | null {
  if (before === after || before.length > longest || after.length > longest) return null
  const [old, now] = [tokensOf(before), tokensOf(after)]
  let start = 0
  while (start < old.length && start < now.length && old[start]?.text === now[start]?.text) start += 1
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end)?.text === now.at(-1 - end)?.text) end += 1
  const [oldMiddle, nowMiddle] = [old.slice(start, old.length - end), now.slice(start, now.length - end)]
  const kept = oldMiddle.length > mostCompared || nowMiddle.length > mostCompared ? noneKept : keptOf(oldMiddle, nowMiddle)
  const gone = rangesOf(oldMiddle, kept.old)
  const come = rangesOf(nowMiddle, kept.now)
  const most = Math.max(wordCharacters(before), wordCharacters(after))
  const changed = Math.max(covered(before, gone), covered(after, come))
  return most > 0 && (most - changed) / most < leastCommon ? null : { before: gone, after: come }
}

type Kept = { old: ReadonlySet<number>; now: ReadonlySet<number> }
const noneKept: Kept = { old: new Set(), now: new Set() }

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu)].map((match) => ({ text: match[0], at: match.index }))
}

/** The places of what both have, in order: a longest common subsequence. */
function keptOf(old: readonly Token[], now: readonly Token[]): Kept {
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[row]?.text === now[column]?.text ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  const kept = { old: new Set<number>(), now: new Set<number>() }
  for (let row = 0, column = 0; row < old.length && column < now.length;) {
    if (old[row]?.text === now[column]?.text) {
      kept.old.add(row)
      kept.now.add(column)
      row += 1
      column += 1
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1
    else column += 1
  }
  return kept
}

/** What is not kept, as stretches; white space between two of them belongs to one. */
function rangesOf(tokens: readonly Token[], kept: ReadonlySet<number>): Range[] {
  const ranges: [number, number][] = []
  tokens.forEach(({ text, at }, place) => {
    if (kept.has(place)) return
    const last = ranges.at(-1)
    const before = tokens[place - 1]
    const joins = last !== undefined && (last[1] === at || (before !== undefined && last[1] === before.at && before.text.trim() === ''))
    if (joins) last[1] = at + text.length
    else ranges.push([at, at + text.length])
  })
  return ranges
}

function covered(text: string, ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + wordCharacters(text.slice(from, to)), 0)
}

/** White space makes no two lines alike. */
function wordCharacters(text: string): number {
  return text.replaceAll(/\s/g, '').length
}
