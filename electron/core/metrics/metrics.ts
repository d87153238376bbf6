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
import { emptySamples } from './samples.ts'
import { TurnEngine } from './turn-engine.ts'
import { cachedAfter, recordOf, type CacheBefore } from './turn-row.ts'

export type MetricsOptions = {
  conversations: ConversationStore
  /** Messages that wait now. */
  waiting: () => number
  log: Log
}

const mostCsvRows = 100_000

/** Every figure about turns: takes each turn when it has ended, and answers questions about all of them. */
export class Metrics {
  readonly #options: MetricsOptions
  readonly #engine = new TurnEngine()
  readonly #cache = new Map<string, CacheBefore>()
  #building = true
  #closed = false

  constructor(options: MetricsOptions) {
    this.#options = options
    void this.#readAll()
  }

  /** A turn has ended and is on the disk. */
  turnEnded(conversation: Conversation, turn: Turn): void {
    const { id: conversationId, sessionId, cwd: folder, source, target } = conversation
    const before = this.#cache.get(conversationId) ?? null
    this.#engine.put(recordOf(turn, { conversationId, sessionId, folder, source, target }, before))
    this.#cache.set(conversationId, cachedAfter(turn.lastCall ?? null) ?? before)
  }

  async summary(input: SummaryInput): Promise<Summary> {
    return { ...this.#engine.summary(input, Date.now()), waiting: this.#options.waiting(), state: this.state() }
  }

  async series(input: SeriesInput): Promise<Series> {
    return { ...this.#engine.series(input, Date.now()), state: this.state() }
  }

  async distribution(input: DistributionInput): Promise<Distribution> {
    return { ...this.#engine.distribution(input, Date.now()), state: this.state() }
  }

  async turns(input: TurnsInput): Promise<{ items: TurnRecord[]; nextCursor: string | null }> {
    return this.#engine.turnsPage(input, Date.now())
  }

  async values(input: ValuesInput): Promise<{ items: { key: string | null; turns: number }[] }> {
    return this.#engine.values(input, Date.now())
  }

  async incidents(input: IncidentsInput): Promise<{ items: Incident[]; nextCursor: string | null }> {
    return this.#engine.incidents(input, Date.now())
  }

  async samples(input: SamplesInput): Promise<SampleSeries> {
    return emptySamples(input, Date.now())
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

  async rebuild(): Promise<void> {
    await this.#readAll()
  }

  async conversation(id: string): Promise<{ totals: Totals; budgets: BudgetStatus[] }> {
    const always = { from: new Date(0).toISOString(), to: new Date(8.64e15).toISOString(), groups: 1 }
    return { totals: this.#engine.summary({ ...always, conversationId: id }, Date.now()).totals, budgets: [] }
  }

  state(): MetricsState {
    return { building: this.#building, progress: this.#building ? 0 : 1, turns: this.#engine.turns, firstAt: null, problem: null }
  }

  close(): void {
    this.#closed = true
  }

  async #readAll(): Promise<void> {
    const { conversations, log } = this.#options
    this.#building = true
    try {
      const { items } = await conversations.list({ state: 'all', limit: 100_000 })
      for (const conversation of items) {
        if (this.#closed) return
        for (const turn of await conversations.turns(conversation.id, 100_000)) this.turnEnded(conversation, turn)
      }
    } catch (thrown) {
      log.warn({ err: thrown }, 'metrics could not be read')
    } finally {
      this.#building = false
    }
  }
}
