import { createHash } from 'node:crypto'
import type {
  CsvInput,
  Distribution,
  DistributionInput,
  IncidentsInput,
  SamplesInput,
  Series,
  SeriesInput,
  Summary,
  SummaryInput,
  TurnsInput,
  ValuesInput,
} from '../../../shared/contract/metrics.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Budget, BudgetStatus, Incident, MetricsState, SampleSeries, Totals, TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Log } from '../log.ts'
import { csvOfSeries, csvOfTurns } from './csv.ts'
import type { ConversationSource } from './keeper.ts'
import { Sampler } from './sampler.ts'
import type { Look } from './samples.ts'
import { MetricsClient } from './worker-client.ts'

export type MetricsOptions = {
  /** Where the figures are kept; everything in it can be made again. */
  folder: string
  conversations: ConversationStore
  /** Where the looks at the pool are kept, which are known from nowhere else. */
  samplesFolder: string
  /** What the pool looks like now. */
  look: () => Omit<Look, 'at'>
  log: Log
}

const mostCsvRows = 100_000

/** Every figure about turns: takes each turn when it has ended, and answers questions about all of them. */
export class Metrics {
  readonly #options: MetricsOptions
  readonly #client: MetricsClient
  readonly #sampler: Sampler

  constructor(options: MetricsOptions) {
    this.#options = options
    const { folder, samplesFolder, log, look } = options
    this.#client = new MetricsClient({ folder, samplesFolder, log, onRestart: () => this.#reconcile() })
    this.#sampler = new Sampler({ look, take: (taken) => this.#client.look(taken) })
    this.#reconcile()
  }

  /** A turn has ended and is on the disk. Costs the caller a message to another thread. */
  turnEnded(conversation: Conversation, turn: Turn): void {
    const { id: conversationId, sessionId, cwd: folder, source, target } = conversation
    const place = { conversationId, sessionId, folder, source, target }
    this.#client.put({ turn: { ...turn, text: '' }, place, signature: signatureOf(conversation) })
  }

  async summary(input: SummaryInput): Promise<Summary> {
    const summary = await this.#client.ask('summary', input)
    return { ...summary, waiting: this.#options.look().queued, state: await this.state() }
  }

  async series(input: SeriesInput): Promise<Series> {
    return { ...(await this.#client.ask('series', input)), state: await this.state() }
  }

  async distribution(input: DistributionInput): Promise<Distribution> {
    return { ...(await this.#client.ask('distribution', input)), state: await this.state() }
  }

  turns(input: TurnsInput): Promise<{ items: TurnRecord[]; nextCursor: string | null }> {
    return this.#client.ask('turns', input)
  }

  values(input: ValuesInput): Promise<{ items: { key: string | null; turns: number }[] }> {
    return this.#client.ask('values', input)
  }

  incidents(input: IncidentsInput): Promise<{ items: Incident[]; nextCursor: string | null }> {
    return this.#client.ask('incidents', input)
  }

  samples(input: SamplesInput): Promise<SampleSeries> {
    return this.#client.ask('samples', input)
  }

  async csv(input: CsvInput): Promise<{ filename: string; csv: string; cut: boolean }> {
    if (input.what === 'series') return csvOfSeries(await this.series(input))
    const { items, nextCursor } = await this.turns({ ...input, phase: undefined, sort: 'newest', limit: mostCsvRows })
    return csvOfTurns(items, nextCursor !== null)
  }

  async budgets(): Promise<{ items: BudgetStatus[] }> {
    return { items: [] }
  }

  async setBudgets(_budgets: Budget[]): Promise<{ items: BudgetStatus[] }> {
    return { items: [] }
  }

  /** Begins to make all figures again; until that is done the old ones are shown. */
  async rebuild(): Promise<void> {
    await this.#client.ask('rebuild', this.#sources())
  }

  async conversation(id: string): Promise<{ totals: Totals; budgets: BudgetStatus[] }> {
    this.#options.conversations.get(id)
    const always = { from: new Date(0).toISOString(), to: new Date(8.64e15).toISOString(), groups: 1 }
    const { totals } = await this.#client.ask('summary', { ...always, conversationId: id })
    return { totals, budgets: [] }
  }

  state(): Promise<MetricsState> {
    return this.#client.ask('state', null)
  }

  /** Settles when nothing is being read any more. */
  async settled(): Promise<void> {
    await this.#client.ask('settled', null)
  }

  close(): Promise<void> {
    this.#sampler.close()
    return this.#client.close()
  }

  #reconcile(): void {
    this.#client
      .ask('reconcile', this.#sources())
      .catch((thrown: unknown) => this.#options.log.warn({ err: thrown }, 'metrics are not read'))
  }

  #sources(): ConversationSource[] {
    const { conversations } = this.#options
    return conversations.files().map((file) => ({ ...file, signature: signatureOf(conversations.get(file.id)) }))
  }
}

/** Changes whenever a turn of the conversation does. */
function signatureOf({ turnCount, lastTurn, usage, costUsd }: Conversation): string {
  const { id, outcome, endedAt } = lastTurn ?? {}
  return createHash('sha1')
    .update(JSON.stringify([turnCount, id, outcome, endedAt, usage, costUsd]))
    .digest('base64')
}
