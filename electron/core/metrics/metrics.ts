import type {
  CsvInput,
  Distribution,
  DistributionInput,
  IncidentList,
  IncidentsInput,
  SamplesInput,
  Series,
  SeriesInput,
  Summary,
  SummaryInput,
  TurnsInput,
  ValuesInput,
} from '../../../shared/contract/metrics.ts'
import type { RunFiguresInput, TopicFiguresInput } from '../../../shared/contract/run-figures.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Budget, BudgetStatus, Incident, MetricsState, SampleSeries, Totals, TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { FiringOutcome, RunFigure, RunFigures, TopicFigures } from '../../../shared/domain/run-figures.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Log } from '../log.ts'
import type { JsonStore } from '../storage/json-store.ts'
import type { Problems } from '../storage/problems.ts'
import { Budgets, type BudgetFile } from './budgets.ts'
import { csvOfSeries, csvOfTurns, type Csv } from './csv.ts'
import type { ConversationSource } from './roll-up.ts'
import { packSources, type PackedSources } from './packed-sources.ts'
import type { ConversationFiles } from './older-turns.ts'
import { PrometheusText } from './prometheus.ts'
import { Sampler } from './sampler.ts'
import type { Look } from './samples.ts'
import type { ScrapeToken } from './scrape-token.ts'
import type { OlderInput } from './turn-engine.ts'
import type { NeverBegan } from './stored-row.ts'
import type { SessionSource } from './vault-turns.ts'
import { WarmUp } from './warm-up.ts'
import { readLimitMs, startMetricsThread, type MetricsFolders, type MetricsThread } from './worker-client.ts'

export type MetricsOptions = {
  folders: MetricsFolders
  conversations: ConversationStore
  /** What the pool looks like now. */
  look: () => Omit<Look, 'at'>
  /** What the vault has; null while that is not known. */
  sessions?: () => Promise<SessionSource[] | null>
  budgets: JsonStore<BudgetFile>
  /** For the user to read; undefined for an instance that is gone. */
  instanceName: (id: string) => string | undefined
  onNotice: (notice: Notice) => void
  /** A budget that held messages back may have room again. */
  onBudgets: () => void
  version: string
  scrapeToken: ScrapeToken
  log: Log
  /** Is told when the thread has died. */
  problems?: Problems | undefined
}

/** `restarts`: it is started again by itself. */
export type Crash = { instanceId: string; conversationId: string | null; turnId: string | null; restarts: boolean }

const noRuns = { running: 0, 'needs-you': 0, paused: 0 }
const mostCsvRows = 100_000
/** Changes of the files of others come in heaps; what we do ourselves is told at once by other ways. */
const soonMs = 10_000

/** Every figure about turns: takes each turn when it has ended, and answers questions about all of them. */
export class Metrics {
  readonly #options: MetricsOptions
  readonly #thread: MetricsThread
  readonly #sampler: Sampler
  readonly #warmUp: WarmUp
  #asked: Promise<unknown> = Promise.resolve()
  readonly #ends = new Set<string>()
  readonly #since = Date.now()
  readonly #ownRead: Promise<unknown>
  #soon: NodeJS.Timeout | null = null
  readonly #prometheus: PrometheusText
  /** What may be spent. */
  readonly budgets: Budgets

  constructor(options: MetricsOptions) {
    this.#options = options
    const { folders, log, look } = options
    this.#thread = startMetricsThread({ folders, log, problems: options.problems, onRestart: () => this.#reconcile() })
    this.#prometheus = new PrometheusText({ version: options.version, look })
    this.budgets = new Budgets({
      file: options.budgets,
      spent: async (question) => {
        // What was spent before this start has to be known before it is said that there is room.
        await this.#ownRead
        return this.#thread.call('spent', question)
      },
      nameOf: (scope, id) => this.#nameOf(scope, id),
      onNotice: options.onNotice,
      onRelease: options.onBudgets,
    })
    this.#sampler = new Sampler({ look, take: (taken) => this.#thread.tell({ look: taken }) })
    this.#warmUp = new WarmUp({ look, warm: () => this.#thread.call('warm', null, { limitMs: readLimitMs }) })
    this.#reconcile()
    // What cannot be read is told on the Metrics screen; it must not keep messages back for ever.
    this.#ownRead = Promise.race([this.#thread.call('ownRead', null, { limitMs: readLimitMs }).catch(() => null), this.#asked])
    void this.settled().then(
      () => this.#warmUp.begin(),
      () => undefined,
    )
  }

  /** A turn has ended and is on the disk. Costs the caller a message to another thread. */
  turnEnded(conversation: Conversation, turn: Turn): void {
    const { id: conversationId, sessionId, cwd: folder, source, target } = conversation
    const forkedFrom = conversation.forkedFrom?.conversationId ?? null
    const place = { conversationId, sessionId, folder, source, target, forkedFrom }
    this.#thread.tell({ put: { turn: { ...turn, text: '' }, place, signature: signatureOf(conversation) } })
    this.#prometheus.turnEnded(turn)
    this.budgets.turnEnded(conversationId, turn.instanceId)
  }

  /** A side question about a conversation is over. It counts as work from `aside`, to its instance, and to the conversation. */
  asideEnded(id: string, conversation: Conversation, turn: Turn): void {
    const { cwd: folder } = conversation
    const place = { conversationId: conversation.id, sessionId: null, folder, source: asideSource, target: null, forkedFrom: null }
    this.#thread.tell({ aside: { id, turn: { ...turn, text: '' }, place } })
    this.#prometheus.turnEnded(turn)
    this.budgets.turnEnded(conversation.id, turn.instanceId)
  }

  /** A run has ended; again where it was tried again. */
  runEnded(run: RunFigure): void {
    this.#thread.tell({ run })
    this.#prometheus.runEnded(run)
  }

  /** A run has ended before this start, and the figures do not have it. */
  runFound(run: RunFigure): void {
    this.#thread.tell({ run })
  }

  /** A trigger of this recipe has fired. */
  fired(recipe: string, outcome: FiringOutcome): void {
    this.#thread.tell({ firings: { at: new Date().toISOString(), recipe, outcome, count: 1 } })
    this.#prometheus.fired(outcome)
  }

  /** The end of a run that was cut off before it was told here: `ended` are all that have ended. */
  async missingRuns<T extends { id: string; endedAt: string | null }>(ended: readonly T[]): Promise<T[]> {
    const known = await this.#thread.call('knownRuns', null)
    return ended.filter(({ id, endedAt }) => known.get(id) !== endedAt)
  }

  /** Tasks have changed: those that ended before a turn of them began are counted as such. */
  tasksChanged(tasks: readonly Task[]): void {
    // Those of an earlier run were counted then.
    const isNow = (endedAt: string | null) => endedAt !== null && Date.parse(endedAt) >= this.#since
    const ended = tasks.filter(({ attempts, endedAt, state }) => attempts === 0 && isNow(endedAt) && state !== 'done')
    const work = ended.filter((task) => this.#isNew(`${task.id} ${task.endedAt}`)).map(neverBeganOf)
    if (work.length === 0) return
    this.#thread.tell({ neverBegan: work })
    for (const { code, count } of work) this.#prometheus.neverBegan(code, count)
  }

  /** A process has ended by itself, in a turn or between turns. */
  crashed({ instanceId, conversationId, turnId, restarts }: Crash): void {
    const about = { at: new Date().toISOString(), instanceId, conversationId, turnId }
    // A turn that was lost tells of its crash itself.
    const crash: Incident[] = turnId === null ? [{ ...about, kind: 'crash', detail: 'CRASHED' }] : []
    this.#thread.tell({ incidents: restarts ? [...crash, { ...about, kind: 'restart', detail: 'RESTARTED' }] : crash })
  }

  /** A conversation was deleted, or the vault has changed: what that means for the figures is read soon. */
  sourcesChanged(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null
      this.#reconcile()
    }, soonMs)
    this.#soon.unref()
  }

  async summary(input: SummaryInput): Promise<Summary> {
    return { ...(await this.#thread.call('summary', input)), waiting: this.#options.look().queued }
  }

  series(input: SeriesInput): Promise<Series> {
    return this.#thread.call('series', input)
  }

  distribution(input: DistributionInput): Promise<Distribution> {
    return this.#thread.call('distribution', input)
  }

  async turns(input: TurnsInput): Promise<{ items: TurnRecord[]; nextCursor: string | null; cut: boolean }> {
    const { files, cut } = await this.#olderFiles(input)
    return { ...(await this.#thread.call('turns', { asked: input, files })), cut }
  }

  values(input: ValuesInput): Promise<{ items: { key: string | null; turns: number }[] }> {
    return this.#thread.call('values', input)
  }

  async incidents(input: IncidentsInput): Promise<IncidentList> {
    const { files, cut } = await this.#olderFiles({ ...input, trouble: true })
    return { ...(await this.#thread.call('incidents', { asked: input, files })), cut }
  }

  samples(input: SamplesInput): Promise<SampleSeries> {
    return this.#thread.call('samples', input)
  }

  async runs(input: RunFiguresInput): Promise<RunFigures> {
    return { ...(await this.#thread.call('runs', input)), open: this.#options.look().runs ?? noRuns }
  }

  topics(input: TopicFiguresInput): Promise<TopicFigures> {
    return this.#thread.call('topics', input)
  }

  async csv(input: CsvInput): Promise<Csv> {
    if (input.what === 'series') return csvOfSeries(await this.series(input))
    const { items, nextCursor, cut } = await this.turns({ ...input, limit: mostCsvRows })
    return csvOfTurns(items, { rows: nextCursor !== null, older: cut })
  }

  /** Whether a request for Prometheus' text may have it, by its Authorization header. */
  maySee(authorization: string | undefined): boolean {
    return this.#options.scrapeToken.accepts(authorization)
  }

  /** For Prometheus. */
  async prometheus(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#prometheus.contentType, text: await this.#prometheus.text() }
  }

  /** Begins to make all figures again; until that is done the old ones are shown. */
  async rebuild(): Promise<void> {
    await this.#thread.call('rebuild', await this.#sources())
  }

  async conversation(id: string): Promise<{ totals: Totals; budgets: BudgetStatus[] }> {
    const { instanceId } = this.#options.conversations.get(id)
    const always = { from: new Date(0).toISOString(), to: new Date(8.64e15).toISOString(), groups: 1 }
    const { totals } = await this.#thread.call('summary', { ...always, conversationId: id })
    return { totals, budgets: await this.budgets.of(id, instanceId) }
  }

  state(): Promise<MetricsState> {
    return this.#thread.call('state', null)
  }

  /** Settles when nothing is being read any more. */
  async settled(): Promise<void> {
    await this.#asked
    await this.#thread.call('settled', null, { limitMs: readLimitMs })
  }

  close(): Promise<void> {
    if (this.#soon) clearTimeout(this.#soon)
    this.#sampler.close()
    this.#warmUp.close()
    this.budgets.close()
    return this.#thread.close()
  }

  #nameOf(scope: Budget['scope'], id: string): string {
    const { conversations, instanceName } = this.#options
    if (scope === 'conversation') return conversations.has(id) ? conversations.get(id).title : 'a conversation that is gone'
    return instanceName(id) ?? 'a removed instance'
  }

  /** The files that single turns have to be read from again; none, and `cut`, when these are too many. */
  async #olderFiles(input: OlderInput): Promise<{ files: ConversationFiles; cut: boolean }> {
    const { conversations } = this.#options
    const { ids, cut } = await this.#thread.call('older', input)
    const found = ids.flatMap((id) => (conversations.has(id) ? [[id, conversations.fileOf(id)] as const] : []))
    return { files: Object.fromEntries(found), cut }
  }

  /** The same end may be told more than once. */
  #isNew(end: string): boolean {
    if (this.#ends.has(end)) return false
    this.#ends.add(end)
    const [oldest] = this.#ends
    if (oldest !== undefined && this.#ends.size > mostEnds) this.#ends.delete(oldest)
    return true
  }

  #reconcile(): void {
    const { log } = this.#options
    this.#asked = this.#sources()
      .then((sources) => this.#thread.call('reconcile', sources))
      .then(() => this.#thread.call('settled', null, { limitMs: readLimitMs }))
      .then(() => this.budgets.figuresChanged())
      .catch((thrown: unknown) => log.warn({ err: thrown }, 'metrics are not read'))
  }

  async #sources(): Promise<PackedSources> {
    const { conversations, sessions } = this.#options
    await conversations.settled()
    return packSources({ conversations: this.#conversationSources(), sessions: (await sessions?.()) ?? null })
  }

  /** Those that go while others are read are left out. */
  *#conversationSources(): Generator<ConversationSource, void, void> {
    const { conversations } = this.#options
    for (const file of conversations.files()) {
      if (conversations.has(file.id)) yield { ...file, signature: signatureOf(conversations.get(file.id)), isTrash: false }
    }
    for (const file of conversations.shelf.trashFiles()) yield { ...file, signature: 'trash', isTrash: true }
  }
}

/** What side questions are found by among all that was spent. */
const asideSource = 'aside'
const mostEnds = 20_000

function neverBeganOf({ state, error, endedAt, instanceId }: Task): NeverBegan {
  const code = state === 'cancelled' ? 'WITHDRAWN' : (error?.code ?? 'INTERNAL')
  return { at: endedAt ?? new Date().toISOString(), code, instanceId, source: null, target: null, count: 1 }
}

/** Changes whenever a turn of the conversation does. */
function signatureOf({ turnCount, lastTurn, usage, costUsd }: Conversation): string {
  const { id, outcome, endedAt } = lastTurn ?? {}
  const { input, output, cacheRead, cacheWrite } = usage
  return [turnCount, id, outcome, endedAt, input, output, cacheRead, cacheWrite, costUsd].join(' ')
}
