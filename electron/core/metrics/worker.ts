import type { CallInput } from '../threads/protocol.ts'
import { serve, startedWith } from '../threads/serve.ts'
import { MetricsKeeper } from './keeper.ts'
import type { ConversationFiles } from './older-turns.ts'
import type { RawTable } from './raw-table.ts'
import { IncidentLog } from './incident-log.ts'
import { incidentPage } from './incidents.ts'
import { rangeOf } from './selection.ts'
import { SampleFiles } from './sample-files.ts'
import { metricsProtocol } from './worker-protocol.ts'
import { warmUp } from './warm-up.ts'

/** The thread that holds all figures: adding up a million turns must not hold up anything else. */
const { folder, samplesFolder, spentPath, incidentsPath } = startedWith(metricsProtocol.data)
const tendMs = 30_000

const keeper = new MetricsKeeper(folder, spentPath)
const samples = new SampleFiles(samplesFolder)
const log = new IncidentLog(incidentsPath)
const timer = setInterval(() => {
  keeper.tend()
  samples.tend(Date.now())
}, tendMs)
let reading: Promise<void> = Promise.resolve()

serve(metricsProtocol, {
  calls: {
    summary: (input) => ({ ...keeper.engine.summary(input, Date.now()), state: keeper.state() }),
    series: (input) => ({ ...keeper.engine.series(input, Date.now()), state: keeper.state() }),
    distribution: (input) => ({ ...keeper.engine.distribution(input, Date.now()), state: keeper.state() }),
    older: (input) => keeper.olderConversations(input, Date.now()),
    turns: async ({ asked, files }) => keeper.engine.turnsPage(asked, Date.now(), await olderOf(files)),
    values: (input) => keeper.engine.values(input, Date.now()),
    incidents: (input) => incidentsOf(input, Date.now()),
    samples: (input) => samples.series(input, Date.now()),
    spent: (input) => keeper.engine.spent(input),
    state: () => keeper.state(),
    reconcile: (sources) => started(keeper.reconcile(sources)),
    rebuild: (sources) => started(keeper.rebuild(sources)),
    ownRead: async () => {
      await keeper.ownRead
      return null
    },
    settled: async () => {
      await reading
      return null
    },
    warm: async () => {
      await warmUp(() => keeper.engine, Date.now())
      return null
    },
  },
  tell: (told) => {
    if ('put' in told) keeper.put(told.put.turn, told.put.place, told.put.signature)
    else if ('look' in told) samples.add(told.look)
    else if ('neverBegan' in told) keeper.putNeverBegan(told.neverBegan)
    else log.add(told.incidents)
  },
  close: () => {
    clearInterval(timer)
    keeper.close()
  },
})

function started(task: Promise<void>): null {
  reading = task
  return null
}

async function incidentsOf({ asked, files }: CallInput<typeof metricsProtocol.calls, 'incidents'>, now: number) {
  const turns = { ...asked, sort: 'newest' as const, trouble: true }
  const page = incidentPage(keeper.engine.turnsPage(turns, now, await olderOf(files)), log, asked, now)
  const { forgottenBefore } = log
  return {
    ...page,
    forgottenBefore: forgottenBefore !== null && Date.parse(forgottenBefore) > rangeOf(asked, now).from ? forgottenBefore : null,
  }
}

function olderOf(files: ConversationFiles): Promise<RawTable | null> {
  return keeper.olderTurns(Object.keys(files).toSorted(), files)
}
