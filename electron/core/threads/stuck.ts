import type { Worker } from 'node:worker_threads'

const stuck = new Set<Worker>()

/** A thread was told to end and has not: the system holds it, as a drive does that never answers. It counts until it has ended. */
export function noteStuck(worker: Worker): void {
  stuck.add(worker)
  worker.once('exit', () => stuck.delete(worker))
}

/** So many threads of this process cannot be ended now. */
export function stuckThreads(): number {
  return stuck.size
}
