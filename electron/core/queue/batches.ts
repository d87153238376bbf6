import type { Batch } from '../../../shared/domain/task.ts'
import type { StoredBatch } from './stored-tasks.ts'
import type { QueueTask } from './queue-task.ts'

/** Progress of each batch, newest first. */
export function batchesOf(batches: ReadonlyMap<string, StoredBatch>, open: Iterable<QueueTask>, limit: number): Batch[] {
  const counts = new Map<string, { waiting: number; running: number }>()
  for (const { record } of open) {
    if (record.batchId === null) continue
    const count = counts.get(record.batchId) ?? { waiting: 0, running: 0 }
    if (record.state === 'waiting') count.waiting += 1
    if (record.state === 'running') count.running += 1
    counts.set(record.batchId, count)
  }
  const newest = [...batches.values()].toReversed().slice(0, limit)
  return newest.map((batch) => ({ ...batch, ...(counts.get(batch.id) ?? { waiting: 0, running: 0 }) }))
}

/** A line of a prompt to know a batch by. */
export function batchTitle(texts: readonly string[]): string {
  const line = (texts[0] ?? '').replaceAll(/\s+/g, ' ').trim()
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
