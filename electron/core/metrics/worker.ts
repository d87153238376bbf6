import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { toAppError } from '../../../shared/app-error.ts'
import { MetricsKeeper } from './keeper.ts'
import type { ConversationFiles } from './older-turns.ts'
import type { RawTable } from './raw-table.ts'
import { SampleFiles } from './sample-files.ts'
import type { CallMessage, WorkerAnswer, WorkerCalls, WorkerMessage } from './worker-protocol.ts'

/** The thread that holds all figures: adding up a million turns must not hold up anything else. */
const { folder, samplesFolder, spentPath } = z
  .object({ folder: z.string(), samplesFolder: z.string(), spentPath: z.string() })
  .parse(workerData)
const port = parentPort
const tendMs = 30_000

if (port) {
  const keeper = new MetricsKeeper(folder, spentPath)
  const samples = new SampleFiles(samplesFolder)
  const timer = setInterval(() => {
    keeper.tend()
    samples.tend(Date.now())
  }, tendMs)
  let reading: Promise<void> = Promise.resolve()
  port.on('message', (message: WorkerMessage) => {
    if ('put' in message) {
      const { turn, place, signature } = message.put
      keeper.put(turn, place, signature)
      return
    }
    if ('look' in message) return samples.add(message.look)
    const { id } = message
    const send = (answer: WorkerAnswer<unknown>) => port.postMessage(answer)
    answer({ keeper, samples }, message, (task) => void (reading = task), reading).then(
      (value) => send({ id, value }),
      (thrown: unknown) => send({ id, error: toAppError(thrown).toInfo() }),
    )
    if (message.call === 'close') {
      clearInterval(timer)
      port.removeAllListeners('message')
      port.unref()
    }
  })
}

async function answer(
  { keeper, samples }: { keeper: MetricsKeeper; samples: SampleFiles },
  message: CallMessage,
  started: (task: Promise<void>) => void,
  reading: Promise<void>,
): Promise<WorkerCalls[CallMessage['call']]['output']> {
  const now = Date.now()
  switch (message.call) {
    case 'summary':
      return keeper.engine.summary(message.input, now)
    case 'series':
      return keeper.engine.series(message.input, now)
    case 'distribution':
      return keeper.engine.distribution(message.input, now)
    case 'older':
      return keeper.olderConversations(message.input, now)
    case 'turns':
      return keeper.engine.turnsPage(message.input.asked, now, await olderOf(keeper, message.input.files))
    case 'values':
      return keeper.engine.values(message.input, now)
    case 'incidents':
      return keeper.engine.incidents(message.input.asked, now, await olderOf(keeper, message.input.files))
    case 'samples':
      return samples.series(message.input, now)
    case 'spent':
      return keeper.engine.spent(message.input)
    case 'state':
      return keeper.state()
    case 'reconcile':
      started(keeper.reconcile(message.input))
      return null
    case 'rebuild':
      started(keeper.rebuild(message.input))
      return null
    case 'settled':
      await reading
      return null
    case 'save':
      keeper.tend()
      return null
    case 'close':
      keeper.close()
      return null
  }
}

function olderOf(keeper: MetricsKeeper, files: ConversationFiles): Promise<RawTable | null> {
  return keeper.olderTurns(Object.keys(files).toSorted(), files)
}
