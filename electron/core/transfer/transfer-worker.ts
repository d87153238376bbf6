import { AppError } from '../../../shared/app-error.ts'
import { stuckThreads } from '../threads/stuck.ts'
import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import { importLimits } from './limits.ts'
import { ReadWatch } from './read-watch.ts'
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
/** So long without a sign of work, something in it goes round for ever. */
const silentMs = 5 * 60_000
const stallLooks = 20
/** Threads that wait for drives which do not answer: each holds memory until it does. */
const mostStuck = 4

/** Starts a thread; `hear` is told what it says, in order. A conversation that was staged counts as published once `hear` is done with it. */
export function startWork(
  order: WorkerOrder,
  hear: (report: WorkReport) => void | Promise<void>,
  stallMs: number = importLimits.stallMs,
): Work {
  if (stuckThreads() >= mostStuck) throw allStuck()
  const watch = new ReadWatch()
  let heard = Promise.resolve()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const thread = new Thread({
    protocol: transferProtocol,
    file: workerFile(import.meta.url, 'worker.ts', 'transfer-worker'),
    name: `transfer-${order.kind}`,
    title: order.kind === 'export' ? 'The export' : 'The import',
    data: () => watch.shared,
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
  const stalls = setInterval(() => {
    if (watch.waitingMs() > stallMs) failed.reject(stalled(stallMs))
  }, stallMs / stallLooks)
  const done = async (): Promise<void> => {
    try {
      await Promise.race([thread.call('run', JSON.stringify(order), { silentMs }), failed.promise])
      await heard
    } finally {
      clearInterval(stalls)
      await thread.kill()
    }
  }
  return { done: done(), stop: () => thread.kill() }
}

function stalled(stallMs: number): AppError {
  const words = `The file has not answered for ${Math.round(stallMs / 1_000)} s. Check the drive or network share it is on, or copy it to this computer, then import it again.`
  return new AppError('UNAVAILABLE', words)
}

function allStuck(): AppError {
  return new AppError(
    'LIMIT_REACHED',
    'Several imports are still waiting for a drive that does not respond. Reconnect the drive, or restart Bullpen.',
  )
}
