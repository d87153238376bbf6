import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import { transferProtocol, type WorkerOrder, type WorkReport } from './worker-protocol.ts'

/** A thread that does one export or import. */
export type Work = {
  /** Settles when it has ended: rejects with what went wrong, also after `stop`. */
  done: Promise<void>
  /** Ends it wherever it is. */
  stop: () => Promise<void>
}

/** A ceiling for what is broken: the largest conversation that is taken needs about half of it. */
const memoryMb = 3_072
/** So long without a sign of work, it waits for something that never answers, such as a share that is gone. */
const silentMs = 5 * 60_000

/** Starts a thread; `hear` is told what it says, in order. A conversation that was staged counts as published once `hear` is done with it. */
export function startWork(order: WorkerOrder, hear: (report: WorkReport) => void | Promise<void>): Work {
  let heard = Promise.resolve()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const thread = new Thread({
    protocol: transferProtocol,
    file: workerFile(import.meta.url, 'worker.ts', 'transfer-worker'),
    name: `transfer-${order.kind}`,
    title: order.kind === 'export' ? 'The export' : 'The import',
    data: () => null,
    restart: 'once',
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    onReport: (report) => {
      heard = heard.then(async () => {
        await hear(report)
        if (report.type === 'staged') thread.tell('published')
      })
      heard.catch(failed.reject)
    },
  })
  const done = async (): Promise<void> => {
    try {
      await Promise.race([thread.call('run', JSON.stringify(order), { silentMs }), failed.promise])
      await heard
    } finally {
      await thread.kill()
    }
  }
  return { done: done(), stop: () => thread.kill() }
}
