import type { Snapshot } from './snapshot.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Of the last days all are worth as much; before them one an hour is worth more than the others, and before a week one a day. */
const hourly = 2 * dayMs
const daily = 7 * dayMs

/**
 * The order in which snapshots of folders go when they take too much, the first to go first: what is close to one that stays longer, the oldest first;
 * then what is left; and those at last that living conversations began with. The latest of a folder never goes.
 */
export function goingFirst(timelines: readonly (readonly Snapshot[])[], now: number, isLiving: (id: string) => boolean): Snapshot[] {
  const ranked = timelines.flatMap((all) => ranksOf(all, now, isLiving))
  return ranked
    .toSorted((a, b) => a.rank - b.rank || a.snapshot.at.localeCompare(b.snapshot.at) || a.snapshot.seq - b.snapshot.seq)
    .map(({ snapshot }) => snapshot)
}

type Ranked = { snapshot: Snapshot; rank: number }

function ranksOf(all: readonly Snapshot[], now: number, isLiving: (id: string) => boolean): Ranked[] {
  const starts = startsOf(all, isLiving)
  const [days, hours] = [firstIn(all, dayMs), firstIn(all, hourMs)]
  return all.slice(0, -1).map((snapshot) => {
    const age = now - Date.parse(snapshot.at)
    if (starts.has(snapshot)) return { snapshot, rank: 3 }
    if (age > daily && !days.has(snapshot)) return { snapshot, rank: 0 }
    return { snapshot, rank: age > hourly && !hours.has(snapshot) ? 1 : 2 }
  })
}

/** What *since start* compares with: the first of each conversation. */
function startsOf(all: readonly Snapshot[], isLiving: (id: string) => boolean): Set<Snapshot> {
  const starts = new Map<string, Snapshot>()
  for (const snapshot of all) {
    const { edge, conversationId: id } = snapshot
    if (edge === 'turn-start' && id !== null && isLiving(id) && !starts.has(id)) starts.set(id, snapshot)
  }
  return new Set(starts.values())
}

/** The first of each period; one that a turn began with is worth more, as only to those one can go back. */
function firstIn(all: readonly Snapshot[], periodMs: number): Set<Snapshot> {
  const firsts = new Map<number, Snapshot>()
  for (const snapshot of all) {
    const period = Math.floor(Date.parse(snapshot.at) / periodMs)
    const known = firsts.get(period)
    if (known === undefined || (known.edge !== 'turn-start' && snapshot.edge === 'turn-start')) firsts.set(period, snapshot)
  }
  return new Set(firsts.values())
}
