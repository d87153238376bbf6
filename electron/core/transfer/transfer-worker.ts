import { Worker } from 'node:worker_threads'
import { AppError, isErrorCode, toAppError } from '../../../shared/app-error.ts'
import type { WorkerOrder, WorkerSays } from './worker-messages.ts'

/** A thread that does one export or import. */
export type Work = {
  /** Settles when it has ended: rejects with what went wrong, also after `stop`. */
  done: Promise<void>
  /** Ends it wherever it is. */
  stop: () => Promise<void>
}

/** Starts a thread; `hear` is told what it says, in order, and each answer of `hear` lets it go on. */
export function startWork(order: WorkerOrder, hear: (message: WorkerSays) => void | Promise<void>): Work {
  const worker = new Worker(workerFile(), {
    // As text: a hundred thousand conversations would hold up the app while they are cloned one by one.
    workerData: JSON.stringify(order),
    name: `transfer-${order.kind}`,
    resourceLimits: { maxOldGenerationSizeMb: 3072 },
  })
  const said = new Promise<void>((resolve, reject) => {
    let heard = Promise.resolve()
    worker.on('message', (message: unknown) => {
      if (!isSaid(message)) return
      heard = heard.then(async () => {
        if (message.type === 'done') resolve()
        else if (message.type === 'failed') reject(errorOf(message.error))
        else await hear(message)
        if (message.type === 'staged') worker.postMessage('next')
      })
      heard.catch(reject)
    })
    worker.once('error', (thrown) => reject(toAppError(thrown)))
    worker.once('exit', () => void heard.then(() => reject(new AppError('INTERNAL', 'It ended too early. Try again.')), reject))
  })
  const stop = () => worker.terminate().then(() => undefined)
  const done = async () => {
    try {
      await said
    } finally {
      await stop()
    }
  }
  return { done: done(), stop }
}

/** Where the thread's file is: beside this one in the sources, in the build one of the outputs. */
function workerFile(): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL('./worker.ts', here)
  return new URL(here.includes('/chunks/') ? '../transfer-worker.js' : './transfer-worker.js', here)
}

function errorOf({ code, message, data }: { code: string; message: string; data?: Record<string, unknown> | undefined }): AppError {
  return new AppError(isErrorCode(code) ? code : 'INTERNAL', message, data ? { data } : {})
}

function isSaid(value: unknown): value is WorkerSays {
  return typeof value === 'object' && value !== null && 'type' in value
}
