import type {
  DistributionInput,
  IncidentsInput,
  SamplesInput,
  SeriesInput,
  SummaryInput,
  TurnsInput,
  ValuesInput,
} from '../../../shared/contract/metrics.ts'
import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Incident, MetricsState, SampleSeries, TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { SpentAnswer, SpentQuestion } from './budgets.ts'
import type { Sources } from './keeper.ts'
import type { Look } from './samples.ts'
import type { EngineDistribution, EngineSeries, EngineSummary, OlderInput } from './turn-engine.ts'
import type { ConversationFiles } from './older-turns.ts'
import type { TurnPlace } from './turn-row.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
type Call<I, O> = { input: I; output: O }
/** With how far the figures are: asked for apart, that would wait behind the next question. */
type WithState<T> = T & { state: MetricsState }

/** What the worker can be asked, and what it answers. Calls are answered in order. */
export type WorkerCalls = {
  summary: Call<SummaryInput, WithState<EngineSummary>>
  series: Call<SeriesInput, WithState<EngineSeries>>
  distribution: Call<DistributionInput, WithState<EngineDistribution>>
  /** Which conversations have to be read to show single turns: their files are given with the question itself. */
  older: Call<OlderInput, { ids: string[]; cut: boolean }>
  turns: Call<{ asked: TurnsInput; files: ConversationFiles }, Page<TurnRecord>>
  values: Call<ValuesInput, { items: { key: string | null; turns: number }[] }>
  incidents: Call<{ asked: IncidentsInput; files: ConversationFiles }, Page<Incident> & { forgottenBefore: string | null }>
  samples: Call<SamplesInput, SampleSeries>
  spent: Call<SpentQuestion, SpentAnswer>
  state: Call<null, MetricsState>
  /** Reads what has changed. Answers at once; `state` tells how far it is. */
  reconcile: Call<Sources, null>
  rebuild: Call<Sources, null>
  /** Settles when every turn of ours is counted; those of the vault may follow. */
  ownRead: Call<null, null>
  /** Settles when nothing is being read any more. */
  settled: Call<null, null>
  /** Does once what a first look at very many turns needs, so that the person who looks does not wait for it. */
  warm: Call<null, null>
  close: Call<null, null>
}

/** A turn that has ended, or a look at the pool; not answered. */
export type PutMessage = { put: { turn: Turn; place: TurnPlace; signature: string } }
export type LookMessage = { look: Look }
export type CallMessage = { [N in keyof WorkerCalls]: { id: number; call: N; input: WorkerCalls[N]['input'] } }[keyof WorkerCalls]
export type IncidentsMessage = { incidents: Incident[] }
export type WorkerMessage = PutMessage | LookMessage | IncidentsMessage | CallMessage
export type WorkerAnswer<T> = { id: number; value: T } | { id: number; error: ErrorInfo }
