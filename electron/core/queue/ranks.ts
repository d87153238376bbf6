import type { QueueTask } from './queue-task.ts'

/** One level of priority outweighs so long a wait: higher goes first, and yet nobody waits for ever. */
const levelMs = 600_000

/** Where new work stands: the lower goes first. */
export function rankOf(createdAtMs: number, priority: number): number {
  return createdAtMs - priority * levelMs
}

/** A place directly before `next` in the waiting line, or null when there is no room between it and the one before. */
export function rankBefore(line: readonly QueueTask[], next: QueueTask): number | null {
  const at = line.indexOf(next)
  const upper = next.record.rank
  const lower = line[at - 1]?.record.rank ?? upper - 1_000
  // Close to the one behind it, so that what comes later finds the rest of the line where it was.
  const rank = Math.max((lower + upper) / 2, upper - 1)
  return rank > lower && rank < upper ? rank : null
}

/** Where work stands in the line; -1: nowhere. */
export function indexOf(line: readonly QueueTask[], work: QueueTask): number {
  // Those of the same rank stand together, before `end`.
  for (let at = endOf(line, work.record.rank) - 1; at >= 0 && line[at]?.record.rank === work.record.rank; at -= 1)
    if (line[at] === work) return at
  return -1
}

/** Keeps the line in order; ties are worked off as they came. */
export function insertByRank(line: QueueTask[], work: QueueTask): void {
  line.splice(endOf(line, work.record.rank), 0, work)
}

/** The first place whose rank is higher. */
function endOf(line: readonly QueueTask[], rank: number): number {
  let low = 0
  let high = line.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((line[middle]?.record.rank ?? 0) <= rank) low = middle + 1
    else high = middle
  }
  return low
}
