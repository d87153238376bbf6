import type { CallInput } from '../threads/protocol.ts'
import { serve, startedWith } from '../threads/serve.ts'
import { unpackSources } from './packed-sources.ts'
import { RollUp } from './roll-up.ts'
import type { ConversationFiles } from './older-turns.ts'
import type { RawTable } from './raw-table.ts'
import { IncidentLog } from './incident-log.ts'
import { incidentPage } from './incidents.ts'
import { runFigures } from './run-figures.ts'
import { RunLog } from './run-log.ts'
import { rangeOf } from './selection.ts'
import { SampleFiles } from './sample-files.ts'
import { metricsProtocol } from './worker-protocol.ts'
import { warmUp } from './warm-up.ts'

/** The thread that holds all figures: adding up a million turns must not hold up anything else. */
const { folder, samplesFolder, spentPath, incidentsPath, runsPath } = startedWith(metricsProtocol.data)
const tendMs = 30_000

const rollUp = new RollUp(folder, spentPath)
const samples = new SampleFiles(samplesFolder)
const log = new IncidentLog(incidentsPath)
const runs = new RunLog(runsPath)
const timer = setInterval(() => {
  rollUp.tend()
  samples.tend(Date.now())
}, tendMs)
let reading: Promise<void> = Promise.resolve()

serve(metricsProtocol, {
  calls: {
    summary: (input) => ({ ...rollUp.engine.summary(input, Date.now()), state: rollUp.state() }),
    series: (input) => ({ ...rollUp.engine.series(input, Date.now()), state: rollUp.state() }),
    distribution: (input) => ({ ...rollUp.engine.distribution(input, Date.now()), state: rollUp.state() }),
    older: (input) => rollUp.olderConversations(input, Date.now()),
    turns: async ({ asked, files }) => rollUp.engine.turnsPage(asked, Date.now(), await olderOf(files)),
    values: (input) => rollUp.engine.values(input, Date.now()),
    incidents: (input) => incidentsOf(input, Date.now()),
    samples: (input) => samples.series(input, Date.now()),
    runs: (input) => runFigures(input, runs, Date.now()),
    topics: (input) => samples.topics(input, Date.now()),
    knownRuns: () => new Map([...runs.runs].map(({ id, endedAt }) => [id, endedAt])),
    spent: (input) => rollUp.engine.spent(input),
    state: () => rollUp.state(),
    reconcile: (sources) => started(rollUp.reconcile(unpackSources(sources))),
    rebuild: (sources) => started(rollUp.rebuild(unpackSources(sources))),
    ownRead: async () => {
      await rollUp.ownRead
      return null
    },
    settled: async () => {
      await reading
      return null
    },
    warm: async () => {
      await warmUp(() => rollUp.engine, Date.now())
      return null
    },
  },
  tell: (told) => {
    if ('put' in told) rollUp.put(told.put.turn, told.put.place, told.put.signature)
    else if ('look' in told) samples.add(told.look)
    else if ('aside' in told) rollUp.putAside(told.aside.id, told.aside.turn, told.aside.place)
    else if ('run' in told || 'firings' in told) runs.add([told])
    else if ('neverBegan' in told) rollUp.putNeverBegan(told.neverBegan)
    else log.add(told.incidents)
  },
  close: () => {
    clearInterval(timer)
    rollUp.close()
  },
})

function started(task: Promise<void>): null {
  reading = task
  return null
}

async function incidentsOf({ asked, files }: CallInput<typeof metricsProtocol.calls, 'incidents'>, now: number) {
  const turns = { ...asked, sort: 'newest' as const, trouble: true }
  const page = incidentPage(rollUp.engine.turnsPage(turns, now, await olderOf(files)), log, asked, now)
  const { forgottenBefore } = log
  return {
    ...page,
    forgottenBefore: forgottenBefore !== null && Date.parse(forgottenBefore) > rangeOf(asked, now).from ? forgottenBefore : null,
  }
}

function olderOf(files: ConversationFiles): Promise<RawTable | null> {
  return rollUp.olderTurns(Object.keys(files).toSorted(), files)
}
