import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'
import { measureNames, measureOf, type Figures } from '../../../shared/domain/measures.ts'
import type { FiringOutcome, RunFigure } from '../../../shared/domain/run-figures.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Look } from './samples.ts'
import { rowsOfTurn } from './stored-row.ts'
import type { TopicLook } from './topic-samples.ts'
import { recordOf } from './turn-row.ts'

const nowhere = { sessionId: null, folder: null, source: null, target: null, forkedFrom: null }

export type PrometheusOptions = { version: string; look: () => Omit<Look, 'at'> }

/** More values than this of one label become `other`: a time series for every value costs the scraper memory for ever. */
const mostValues = 50
const other = 'other'
const waits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
const lengths = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800]
const runLengths = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400]
const mostCounted = 10_000
const choices = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1]
const stepOutcomes = ['done', 'failed', 'skipped', 'cancelled'] as const
const openStates = ['running', 'needs-you', 'paused'] as const
const phaseNames = [
  ['waited', 'waited'],
  ['allocated', 'allocated'],
  ['started', 'started'],
  ['model', 'model'],
  ['answered', 'answered'],
  ['tools', 'tools'],
  ['approvalWait', 'approval_wait'],
] as const

/** The figures of this run of the app as Prometheus text. Counters begin at nothing with each start, as Prometheus expects. */
export class PrometheusText {
  readonly #registry = new Registry()
  readonly #look: PrometheusOptions['look']
  readonly #labels = new Map<string, Set<string>>()
  readonly #turns = this.#counter('bullpen_turns_total', 'Turns that have ended.', ['outcome', 'origin', 'instance'])
  readonly #errors = this.#counter('bullpen_turn_errors_total', 'Turns that failed, by the code of their error.', ['code'])
  /** By name: several measures may share one. */
  readonly #sums = new Map<string, Counter<string>>()
  readonly #unstarted = this.#counter('bullpen_never_began_total', 'Work that ended before a turn of it began, by the reason.', ['code'])
  readonly #allocations = this.#counter('bullpen_allocations_total', 'Turns for which the pool chose the instance.', [
    'strategy',
    'affinity',
  ])
  readonly #firstToken = this.#histogram('bullpen_turn_first_token_seconds', 'From the prompt until the first token.', ['origin'], waits)
  readonly #duration = this.#histogram('bullpen_turn_duration_seconds', 'From the prompt until the end of the turn.', ['outcome'], lengths)
  readonly #phases = this.#histogram('bullpen_turn_phase_seconds', 'The parts of a turn.', ['phase'], waits)
  readonly #choosing = this.#histogram('bullpen_allocation_seconds', 'Time to choose an instance.', ['strategy'], choices)
  readonly #instances = this.#gauge('bullpen_instances', 'Instances in each state.', ['state'])
  readonly #queue = this.#gauge('bullpen_queue_depth', 'Messages that wait for an instance.', [])
  readonly #spares = this.#gauge('bullpen_spares_ready', 'Started processes that serve nobody yet.', [])
  readonly #memory = this.#gauge('bullpen_instance_memory_bytes', "Memory of an instance's process tree.", ['instance'])
  readonly #runs = this.#counter('bullpen_runs_total', 'Runs that have ended, again where one was tried again.', ['recipe', 'state'])
  readonly #runCost = this.#counter('bullpen_run_cost_usd_total', 'What turns of runs have cost, with those of runs within them.', [
    'recipe',
  ])
  readonly #runLength = this.#histogram('bullpen_run_duration_seconds', 'From the beginning of a run until its end.', ['state'], runLengths)
  readonly #steps = this.#counter('bullpen_run_steps_total', 'Steps of runs that have ended.', ['outcome'])
  readonly #firings = this.#counter('bullpen_trigger_firings_total', 'Times that triggers fired.', ['outcome'])
  readonly #openRuns = this.#gauge('bullpen_runs', 'Runs that have not ended.', ['state'])
  readonly #topicLength = this.#gauge('bullpen_topic_messages', 'Messages of a topic in each state.', ['topic', 'state'])
  readonly #topicRate = this.#gauge('bullpen_topic_messages_per_minute', 'Messages over the last five minutes.', ['topic', 'flow'])
  /** What was counted of a run that may be tried again. */
  readonly #counted = new Map<string, RunFigure>()
  readonly #cpu = this.#gauge('bullpen_instance_cpu_ratio', "Processors that an instance's process tree uses.", ['instance'])

  constructor({ version, look }: PrometheusOptions) {
    this.#look = look
    for (const name of measureNames) {
      const { prometheus: counter } = measureOf(name)
      if (!counter || this.#sums.has(counter.name)) continue
      const labels = [...Object.keys(counter.fixed ?? {}), ...counter.labels]
      this.#sums.set(counter.name, this.#counter<string>(counter.name, counter.help, labels))
    }
    this.#gauge('bullpen_info', 'What runs.', ['version']).set({ version }, 1)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** A turn has ended. */
  turnEnded(turn: Turn): void {
    const { outcome, timing, choice } = turn
    const record = recordOf(turn, { ...nowhere, conversationId: turn.conversationId }, null)
    const { phases } = record
    const origin = timing.origin ?? 'none'
    const instance = this.#bounded('instance', this.#nameOf(turn.instanceId))
    this.#turns.inc({ outcome: outcome ?? 'lost', origin, instance })
    if (turn.error) this.#errors.inc({ code: this.#bounded('code', turn.error.code) })
    for (const { words, figures } of rowsOfTurn(record, true))
      this.#count(figures, { model: this.#bounded('model', words.model ?? 'none'), instance })
    if (phases.firstToken !== null) this.#firstToken.observe({ origin }, phases.firstToken / 1_000)
    if (phases.total !== null) this.#duration.observe({ outcome: outcome ?? 'lost' }, phases.total / 1_000)
    for (const [name, phase] of phaseNames) {
      const ms = phases[name]
      if (ms !== null) this.#phases.observe({ phase }, ms / 1_000)
    }
    if (!choice) return
    this.#allocations.inc({ strategy: choice.strategy, affinity: choice.hit === null ? 'none' : choice.hit ? 'hit' : 'miss' })
    this.#choosing.observe({ strategy: choice.strategy }, choice.ms / 1_000)
  }

  /** Work has ended before a turn of it began. */
  neverBegan(code: string, count: number): void {
    this.#unstarted.inc({ code: this.#bounded('code', code) }, count)
  }

  /** A run has ended. Of one that was tried again, what is new is counted. */
  runEnded(run: RunFigure): void {
    const recipe = this.#bounded('recipe', run.recipe)
    const before = this.#counted.get(run.id)
    if (before?.endedAt === run.endedAt) return
    this.#runs.inc({ recipe, state: run.state })
    this.#runLength.observe({ state: run.state }, run.ms / 1_000)
    // A nested run's cost is in that of the run around it.
    if (!run.isNested) this.#runCost.inc({ recipe }, Math.max(0, run.costUsd - (before?.costUsd ?? 0)))
    for (const outcome of stepOutcomes) this.#steps.inc({ outcome }, Math.max(0, run.steps[outcome] - (before?.steps[outcome] ?? 0)))
    this.#counted.set(run.id, run)
    const [oldest] = this.#counted.keys()
    if (oldest !== undefined && this.#counted.size > mostCounted) this.#counted.delete(oldest)
  }

  /** A trigger has fired. */
  fired(outcome: FiringOutcome): void {
    this.#firings.inc({ outcome })
  }

  /** All of it, as it is now. */
  text(): Promise<string> {
    const { instances, queued, spares, runs, topics = [] } = this.#look()
    for (const state of openStates) this.#openRuns.set({ state }, runs?.[state] ?? 0)
    this.#setTopics(topics)
    this.#queue.set(queued)
    this.#spares.set(spares)
    for (const gauge of [this.#instances, this.#memory, this.#cpu]) gauge.reset()
    for (const state of ['stopped', 'starting', 'idle', 'busy', 'paused', 'failed'])
      this.#instances.set({ state }, instances.filter((one) => one.state === state).length)
    for (const [index, { name, memoryMb, cpuPercent }] of instances.entries()) {
      // Those beyond are added up, so that the sum over all is right.
      const instance = index < mostValues ? name : other
      if (memoryMb !== null) this.#memory.inc({ instance }, memoryMb * 1_048_576)
      if (cpuPercent !== null) this.#cpu.inc({ instance }, cpuPercent / 100)
    }
    return this.#registry.metrics()
  }

  #setTopics(topics: readonly TopicLook[]): void {
    for (const gauge of [this.#topicLength, this.#topicRate]) gauge.reset()
    for (const [index, { name, waiting, taken, dead, inPerMinute, donePerMinute }] of topics.entries()) {
      const topic = index < mostValues ? name : other
      for (const [state, messages] of Object.entries({ waiting, taken, dead })) this.#topicLength.inc({ topic, state }, messages)
      for (const [flow, rate] of Object.entries({ in: inPerMinute, done: donePerMinute })) this.#topicRate.inc({ topic, flow }, rate)
    }
  }

  #count(figures: Figures, labels: Record<'model' | 'instance', string>): void {
    for (const name of measureNames) {
      const { prometheus: counter, read, per = 1 } = measureOf(name)
      const sum = read(figures) / per
      // A turn whose price is not known is no turn that cost nothing.
      if (!counter || (name === 'costUsd' && figures.costUsd === null) || (name === 'costUnknown' && sum === 0)) continue
      const own = Object.fromEntries(counter.labels.map((label) => [label, labels[label]]))
      this.#sums.get(counter.name)?.inc({ ...counter.fixed, ...own }, sum)
    }
  }

  #nameOf(instanceId: string | null): string {
    if (instanceId === null) return 'none'
    return this.#look().instances.find(({ id }) => id === instanceId)?.name ?? 'removed'
  }

  #bounded(label: string, value: string): string {
    const known = this.#labels.get(label) ?? new Set<string>()
    this.#labels.set(label, known)
    if (known.has(value)) return value
    if (known.size >= mostValues) return other
    known.add(value)
    return value
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] })
  }

  #gauge<L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] })
  }

  #histogram<L extends string>(name: string, help: string, labelNames: L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] })
  }
}
