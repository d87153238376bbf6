import { z } from 'zod'
import { neverBeganSchema } from './never-began-log.ts'
import type {
  DistributionInput,
  IncidentsInput,
  SamplesInput,
  SeriesInput,
  SummaryInput,
  TurnsInput,
  ValuesInput,
} from '../../../shared/contract/metrics.ts'
import { incidentSchema, type Incident, type MetricsState, type SampleSeries, type TurnRecord } from '../../../shared/domain/metrics.ts'
import type { RunFiguresInput, TopicFiguresInput } from '../../../shared/contract/run-figures.ts'
import { firingFigureSchema, runFigureSchema, type RunFigures, type TopicFigures } from '../../../shared/domain/run-figures.ts'
import { turnSchema } from '../../../shared/domain/turn.ts'
import { trusted } from '../threads/protocol.ts'
import type { SpentAnswer, SpentQuestion } from './budgets.ts'
import type { PackedSources } from './packed-sources.ts'
import type { Look } from './samples.ts'
import type { EngineDistribution, EngineSeries, EngineSummary, OlderInput } from './turn-engine.ts'
import type { ConversationFiles } from './older-turns.ts'
import type { TurnPlace } from './turn-row.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
/** With how far the figures are: asked for apart, that would wait behind the next question. */
type WithState<T> = T & { state: MetricsState }

/** Figures of a million turns are typed on both sides; a schema would read every one of them again. */
const call = <I, O>() => ({ input: trusted<I>(), output: trusted<O>() })

/** What is said between the metrics and their thread. Calls are answered in order. */
export const metricsProtocol = {
  data: z.object({ folder: z.string(), samplesFolder: z.string(), spentPath: z.string(), incidentsPath: z.string(), runsPath: z.string() }),
  calls: {
    summary: call<SummaryInput, WithState<EngineSummary>>(),
    series: call<SeriesInput, WithState<EngineSeries>>(),
    distribution: call<DistributionInput, WithState<EngineDistribution>>(),
    /** Which conversations have to be read to show single turns: their files are given with the question itself. */
    older: call<OlderInput, { ids: string[]; cut: boolean }>(),
    turns: call<{ asked: TurnsInput; files: ConversationFiles }, Page<TurnRecord>>(),
    values: call<ValuesInput, { items: { key: string | null; turns: number }[] }>(),
    incidents: call<{ asked: IncidentsInput; files: ConversationFiles }, Page<Incident> & { forgottenBefore: string | null }>(),
    samples: call<SamplesInput, SampleSeries>(),
    runs: call<RunFiguresInput, Omit<RunFigures, 'open'>>(),
    topics: call<TopicFiguresInput, TopicFigures>(),
    /** The runs whose end is kept, with when that was. */
    knownRuns: call<null, Map<string, string>>(),
    spent: call<SpentQuestion, SpentAnswer>(),
    state: call<null, MetricsState>(),
    /** Reads what has changed. Answers at once; `state` tells how far it is. */
    reconcile: call<PackedSources, null>(),
    rebuild: call<PackedSources, null>(),
    /** Settles when every turn of ours is counted; those of the vault may follow. */
    ownRead: call<null, null>(),
    /** Settles when nothing is being read any more. */
    settled: call<null, null>(),
    /** Does once what a first look at very many turns needs, so that the person who looks does not wait for it. */
    warm: call<null, null>(),
  },
  /** A turn that has ended, a look at the pool, or crashes. */
  tells: z.union([
    z.object({ put: z.object({ turn: turnSchema, place: trusted<TurnPlace>(), signature: z.string() }) }),
    z.object({ look: trusted<Look>() }),
    z.object({ incidents: z.array(incidentSchema) }),
    z.object({ run: runFigureSchema }),
    z.object({ firings: firingFigureSchema }),
    z.object({ neverBegan: z.array(neverBeganSchema) }),
    /** A side question was answered; `id` is its own, as no conversation tells of it. */
    z.object({ aside: z.object({ id: z.string(), turn: turnSchema, place: trusted<TurnPlace>() }) }),
  ]),
  reports: z.never(),
} as const
