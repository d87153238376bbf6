import { thinned, type Snapshot } from './snapshot.ts'

/** A timeline without some of its snapshots; the latest stays. What is left still says who worked when, and what came into view. */
export function without(all: readonly Snapshot[], seqs: ReadonlySet<number>): Snapshot[] {
  const kept: Snapshot[] = []
  /** Those that went since the last that is kept. */
  let gone: Snapshot[] = []
  for (const [at, snapshot] of all.entries()) {
    if (seqs.has(snapshot.seq) && at < all.length - 1) {
      gone.push(snapshot)
      continue
    }
    const before = kept.at(-1)
    // Before the first there is nothing to tell.
    if (before === undefined || gone.length === 0) kept.push(snapshot)
    else {
      kept[kept.length - 1] = { ...before, working: workersOver([before, ...gone, snapshot]) }
      kept.push({ ...snapshot, ...noted('surfaced', [...gone, snapshot]), ...noted('sunk', [...gone, snapshot]) })
    }
    gone = []
  }
  return kept
}

/** Who worked over several snapshots that become one: where it was not the same all the time, nobody can say who of them changed what. */
function workersOver(all: readonly Snapshot[]): string[] {
  const changing = all.slice(0, -1).filter(({ tree }, at) => tree !== all[at + 1]?.tree)
  const lists = changing.length === 0 ? [all.at(-2)?.working ?? []] : changing.map(({ working }) => working)
  const workers = [...new Set(lists.flat())]
  const isSame = lists.every((list) => list.length === workers.length)
  return isSame ? workers : [...new Set([...workers, thinned])]
}

function noted(what: 'surfaced' | 'sunk', all: readonly Snapshot[]): Pick<Snapshot, 'surfaced' | 'sunk'> {
  const found = new Map(all.flatMap((snapshot) => snapshot[what] ?? []).map((one) => [one.path, one]))
  return found.size === 0 ? {} : { [what]: [...found.values()] }
}
