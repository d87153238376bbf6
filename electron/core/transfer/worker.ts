import { parseJson } from '../storage/parse-json.ts'
import { toStorageError } from '../storage/storage-error.ts'
import { reporter, serve, startedWith } from '../threads/serve.ts'
import { runExport } from './export-run.ts'
import { runImport, type ImportListener } from './import-run.ts'
import { ReadWatch } from './read-watch.ts'
import { orderSchema, transferProtocol } from './worker-protocol.ts'

/** Conversations that wait to be published; above it the reading waits. */
const mostStaged = 64
const progressMs = 100

/** The thread that reads and writes: what it does never holds up the app, and ending it ends the work at once. */
const say = reporter(transferProtocol)
let waiting = 0
/** Several conversations are finished at once, so several wait. */
let wakes: (() => void)[] = []

const watch = new ReadWatch(startedWith(transferProtocol.data))

let last = 0
function isTime(): boolean {
  const now = performance.now()
  if (now - last < progressMs) return false
  last = now
  return true
}

const listener: ImportListener = {
  staged: async (file, about) => {
    say({ type: 'staged', file, about })
    waiting += 1
    while (waiting >= mostStaged) await new Promise<void>((resolve) => wakes.push(resolve))
  },
  item: (item) => say({ type: 'item', item }),
  progress: (progress) => isTime() && say({ type: 'import-progress', progress }),
}

serve(transferProtocol, {
  calls: {
    run: async (text) => {
      const order = orderSchema.parse(parseJson(text))
      try {
        if (order.kind === 'import') await runImport(order, listener, watch)
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
