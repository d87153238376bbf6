import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { toAppError } from '../../../shared/app-error.ts'
import { MetricsKeeper } from './keeper.ts'
import type { ConversationFiles } from './older-turns.ts'
import type { RawTable } from './raw-table.ts'
import { IncidentLog } from './incident-log.ts'
import { incidentPage } from './incidents.ts'
import { rangeOf } from './selection.ts'
import { SampleFiles } from './sample-files.ts'
import { warmUp } from './warm-up.ts'
import type { CallMessage, WorkerAnswer, WorkerCalls, WorkerMessage } from './worker-protocol.ts'

/** The thread that holds all figures: adding up a million turns must not hold up anything else. */
const { folder, samplesFolder, spentPath, incidentsPath } = z
  .object({ folder: z.string(), samplesFolder: z.string(), spentPath: z.string(), incidentsPath: z.string() })
  .parse(workerData)
const port = parentPort
const tendMs = 30_000

if (port) {
  const keeper = new MetricsKeeper(folder, spentPath)
  const samples = new SampleFiles(samplesFolder)
  const log = new IncidentLog(incidentsPath)
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
    if ('incidents' in message) return log.add(message.incidents)
    const { id } = message
    const send = (answer: WorkerAnswer<unknown>) => port.postMessage(answer)
    answer({ keeper, samples, log }, message, (task) => void (reading = task), reading).then(
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

type Services = { keeper: MetricsKeeper; samples: SampleFiles; log: IncidentLog }

async function answer(
  services: Services,
  message: CallMessage,
  started: (task: Promise<void>) => void,
  reading: Promise<void>,
): Promise<WorkerCalls[CallMessage['call']]['output']> {
  const { keeper, samples } = services
  const now = Date.now()
  switch (message.call) {
    case 'summary':
      return { ...keeper.engine.summary(message.input, now), state: keeper.state() }
    case 'series':
      return { ...keeper.engine.series(message.input, now), state: keeper.state() }
    case 'distribution':
      return { ...keeper.engine.distribution(message.input, now), state: keeper.state() }
    case 'older':
      return keeper.olderConversations(message.input, now)
    case 'turns':
      return keeper.engine.turnsPage(message.input.asked, now, await olderOf(keeper, message.input.files))
    case 'values':
      return keeper.engine.values(message.input, now)
    case 'incidents':
      return incidentsOf(services, message.input, now)
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
    case 'ownRead':
      await keeper.ownRead
      return null
    case 'settled':
      await reading
      return null
    case 'warm':
      await warmUp(() => keeper.engine, now)
      return null
    case 'close':
      keeper.close()
      return null
  }
}

async function incidentsOf({ keeper, log }: Services, { asked, files }: WorkerCalls['incidents']['input'], now: number) {
  const turns = { ...asked, sort: 'newest' as const, trouble: true }
  const page = incidentPage(keeper.engine.turnsPage(turns, now, await olderOf(keeper, files)), log, asked, now)
  const { forgottenBefore } = log
  return {
    ...page,
    forgottenBefore: forgottenBefore !== null && Date.parse(forgottenBefore) > rangeOf(asked, now).from ? forgottenBefore : null,
  }
}

function olderOf(keeper: MetricsKeeper, files: ConversationFiles): Promise<RawTable | null> {
  return keeper.olderTurns(Object.keys(files).toSorted(), files)
}
