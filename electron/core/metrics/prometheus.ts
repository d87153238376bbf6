import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Look } from './samples.ts'
import { recordOf } from './turn-row.ts'

const nowhere = { sessionId: null, folder: null, source: null, target: null, forkedFrom: null }

export type PrometheusOptions = { version: string; look: () => Omit<Look, 'at'> }

/** More values than this of one label become `other`: a time series for every value costs the scraper memory for ever. */
const mostValues = 50
const other = 'other'
const waits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
const lengths = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800]
const choices = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1]
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
  readonly #retries = this.#counter('bullpen_turn_retries_total', 'Requests to the model that were repeated.', [])
  readonly #stalls = this.#counter('bullpen_turn_stalls_total', 'Times that nothing came from Claude for so long that it was said.', [])
  readonly #tokens = this.#counter('bullpen_tokens_total', 'Tokens, counted once.', ['kind', 'model'])
  readonly #cost = this.#counter('bullpen_cost_usd_total', 'US dollars of turns whose price is known.', ['model', 'instance'])
  readonly #unknown = this.#counter('bullpen_turns_without_price_total', 'Turns whose price is not known.', ['model'])
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
  readonly #cpu = this.#gauge('bullpen_instance_cpu_ratio', "Processors that an instance's process tree uses.", ['instance'])

  constructor({ version, look }: PrometheusOptions) {
    this.#look = look
    this.#gauge('bullpen_info', 'What runs.', ['version']).set({ version }, 1)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** A turn has ended. */
  turnEnded(turn: Turn): void {
    const { outcome, timing, usage, choice } = turn
    const { phases, costUsd } = recordOf(turn, { ...nowhere, conversationId: turn.conversationId }, null)
    const origin = timing.origin ?? 'none'
    const instance = this.#bounded('instance', this.#nameOf(turn.instanceId))
    const model = this.#bounded('model', turn.model ?? 'none')
    this.#turns.inc({ outcome: outcome ?? 'lost', origin, instance })
    if (turn.error) this.#errors.inc({ code: this.#bounded('code', turn.error.code) })
    this.#retries.inc(turn.retries)
    this.#stalls.inc(turn.stalls ?? 0)
    this.#tokens.inc({ kind: 'input', model }, usage.input)
    this.#tokens.inc({ kind: 'output', model }, usage.output)
    this.#tokens.inc({ kind: 'cache_read', model }, usage.cacheRead)
    this.#tokens.inc({ kind: 'cache_write', model }, usage.cacheWrite)
    if (costUsd === null) this.#unknown.inc({ model })
    else this.#cost.inc({ model, instance }, costUsd)
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

  /** All of it, as it is now. */
  text(): Promise<string> {
    const { instances, queued, spares } = this.#look()
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
