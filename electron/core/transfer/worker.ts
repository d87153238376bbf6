import { parentPort, workerData } from 'node:worker_threads'
import { toStorageError } from '../storage/storage-error.ts'
import { runExport } from './export-run.ts'
import { runImport } from './import-run.ts'
import type { WorkerOrder, WorkerSays } from './worker-messages.ts'

/** Conversations that wait to be published; above it the reading waits. */
const mostStaged = 64
const progressMs = 100

/** The thread that reads and writes: what it does never holds up the app, and ending it ends the work at once. */
async function main(order: WorkerOrder): Promise<void> {
  const say = (message: WorkerSays): void => parentPort?.postMessage(message)
  let waiting = 0
  /** Several conversations are finished at once, so several wait. */
  let wakes: (() => void)[] = []
  parentPort?.on('message', () => {
    waiting -= 1
    const woken = wakes
    wakes = []
    for (const wake of woken) wake()
  })
  let last = 0
  const isTime = (): boolean => {
    const now = performance.now()
    if (now - last < progressMs) return false
    last = now
    return true
  }
  try {
    if (order.kind === 'export') {
      await runExport(order, (done, bytes) => isTime() && say({ type: 'export-progress', done, bytes }))
    } else {
      await runImport(order, {
        staged: async (file, about) => {
          say({ type: 'staged', file, about })
          waiting += 1
          while (waiting >= mostStaged) await new Promise<void>((resolve) => wakes.push(resolve))
        },
        item: (item) => say({ type: 'item', item }),
        progress: (progress) => isTime() && say({ type: 'import-progress', progress }),
      })
    }
    say({ type: 'done' })
  } catch (thrown) {
    const error = toStorageError(thrown, order.kind === 'export' ? order.target : order.staging)
    say({ type: 'failed', error: error.toInfo() })
  }
  parentPort?.removeAllListeners('message')
}

/** The thread is started by our own code alone. */
function isOrder(value: unknown): value is WorkerOrder {
  return typeof value === 'object' && value !== null && 'kind' in value
}

const order: unknown = JSON.parse(String(workerData))
if (isOrder(order)) void main(order)
