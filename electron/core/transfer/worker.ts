import { parseJson } from '../storage/parse-json.ts'
import { toStorageError } from '../storage/storage-error.ts'
import { reporter, serve } from '../threads/serve.ts'
import { runExport } from './export-run.ts'
import { runImport } from './import-run.ts'
import { orderSchema, transferProtocol, type ImportOrder } from './worker-protocol.ts'

/** Conversations that wait to be published; above it the reading waits. */
const mostStaged = 64
const progressMs = 100

/** The thread that reads and writes: what it does never holds up the app, and ending it ends the work at once. */
const say = reporter(transferProtocol)
let waiting = 0
/** Several conversations are finished at once, so several wait. */
let wakes: (() => void)[] = []

let last = 0
function isTime(): boolean {
  const now = performance.now()
  if (now - last < progressMs) return false
  last = now
  return true
}

function importNow(order: ImportOrder): Promise<void> {
  return runImport(order, {
    staged: async (file, about) => {
      say({ type: 'staged', file, about })
      waiting += 1
      while (waiting >= mostStaged) await new Promise<void>((resolve) => wakes.push(resolve))
    },
    item: (item) => say({ type: 'item', item }),
    progress: (progress) => isTime() && say({ type: 'import-progress', progress }),
  })
}

serve(transferProtocol, {
  calls: {
    run: async (text) => {
      const order = orderSchema.parse(parseJson(text))
      try {
        if (order.kind === 'import') await importNow(order)
        else await runExport(order, (done, bytes) => isTime() && say({ type: 'export-progress', done, bytes }))
        return null
      } catch (thrown) {
        throw toStorageError(thrown, order.kind === 'export' ? order.target : order.staging)
      }
    },
  },
  tell: () => {
    waiting -= 1
    const woken = wakes
    wakes = []
    for (const wake of woken) wake()
  },
})
