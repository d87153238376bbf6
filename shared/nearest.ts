/**
 * The known word that was probably meant; null when none is like it. Case, `_` and `-` do not count, and neither does a part that
 * was left out.
 */
export function nearestOf(word: string, known: readonly string[]): string | null {
  const wanted = plain(word)
  if (wanted === '') return null
  const ranked = known
    .map((name) => ({ name, distance: distanceOf(wanted, plain(name)) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(Math.max(wanted.length, plain(name).length) / 2.5)))
    .toSorted((a, b) => a.distance - b.distance)
  return ranked[0]?.name ?? null
}

/** Longer words are no slips of the hand, and comparing them would take long. */
const longest = 64

function plain(word: string): string {
  return word
    .slice(0, longest)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

function distanceOf(a: string, b: string): number {
  if (a === b) return 0
  const isPart = a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))
  return isPart ? 1 : editsBetween(a, b)
}

/** How many letters have to be put in, taken out, changed or exchanged with their neighbour. */
function editsBetween(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      row.push(edits)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length] ?? 0
}
