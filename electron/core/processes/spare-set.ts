import { toAppError } from '../../../shared/app-error.ts'
import type { Spare, SpareKind } from '../../../shared/domain/spare.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { ClaudeListener } from '../claude/claude-event.ts'
import type { ClaudeProcess } from '../claude/claude-process.ts'
import { exitWords } from '../claude/launch.ts'
import { UsageTrack } from '../claude/usage-track.ts'
import { newId } from '../storage/id.ts'
import type { Metered } from './meter.ts'
import { Relay } from './relay.ts'

/** A process that is ready; whoever takes it calls `relay.adopt`. */
export type ReadySpare<P extends ClaudeProcess = ClaudeProcess> = {
  id: string
  process: P
  relay: Relay
  usage: UsageTrack
  /** On the pool's clock. */
  since: number
}

export type SpareSetDeps<P extends ClaudeProcess> = {
  kind: SpareKind
  folder: string | null
  summary: string
  clock: Clock
  /** Starts one. Throws when it cannot. */
  start: (listener: ClaudeListener) => Promise<P>
  onChange: () => void
  /** One died or could not be started; `why` is for the user to read. */
  onLost: (why: string) => void
}

const shortestPauseMs = 1_000
const longestPauseMs = 60_000
/** One that lived so long did not die of how it was started. */
const wellMs = 60_000

/** The spares of one way of launching. */
export class SpareSet<P extends ClaudeProcess = ClaudeProcess> {
  readonly #deps: SpareSetDeps<P>
  #ready: ReadySpare<P>[] = []
  #starting: { id: string; startedAt: string } | null = null
  #failures = 0
  #notBefore = 0
  #problem: string | null = null
  /** Of the row of one that is waited for. */
  readonly #id = newId('spare')
  #closed = false

  constructor(deps: SpareSetDeps<P>) {
    this.#deps = deps
  }

  get ready(): number {
    return this.#ready.length
  }

  get starting(): boolean {
    return this.#starting !== null
  }

  /** True after a failure, until one was of use. */
  get failing(): boolean {
    return this.#failures > 0
  }

  /** Milliseconds until one may be tried again after a failure; 0: now. */
  get pauseMs(): number {
    return Math.max(0, this.#notBefore - this.#deps.clock.now())
  }

  /** Hands one out, for good; `outdated` when there was one that knew no longer how things are. */
  async take(): Promise<ReadySpare<P> | 'outdated' | undefined> {
    let spare = this.#ready.shift()
    if (!spare) return undefined
    this.#failures = 0
    for (; spare; spare = this.#ready.shift()) {
      if ((await spare.process.isCurrent()) && !spare.relay.ended) return spare
      void spare.process.stop()
    }
    return 'outdated'
  }

  /** Ends those that know no longer how things are; answers how many these were. */
  async refresh(): Promise<number> {
    const looked = await Promise.all(this.#ready.map(async (spare) => ((await spare.process.isCurrent()) ? [] : [spare])))
    const outdated = looked.flat().filter((spare) => this.#ready.includes(spare))
    this.#ready = this.#ready.filter((spare) => !outdated.includes(spare))
    for (const { process } of outdated) void process.stop()
    return outdated.length
  }

  /** Starts one more. Never rejects; a failure makes the next one wait. */
  async fill(): Promise<void> {
    const id = newId('spare')
    this.#starting = { id, startedAt: new Date().toISOString() }
    this.#problem = null
    this.#deps.onChange()
    const relay = new Relay((exit) => this.#died(relay, `it ended${exitWords(exit)}`))
    try {
      const process = await this.#deps.start(relay)
      const spare = { id, process, relay, usage: new UsageTrack(process), since: this.#deps.clock.now() }
      if (this.#closed) void process.stop()
      else if (relay.ended) this.#failed('it ended at once')
      else this.#ready.push(spare)
    } catch (thrown) {
      this.#failed(toAppError(thrown).message)
    } finally {
      this.#starting = null
      this.#deps.onChange()
    }
  }

  /** Ends what is more than `count`, and what is older than `maxAgeMs`; answers how many these were. */
  trim(count: number, maxAgeMs: number): number {
    const oldest = this.#deps.clock.now() - maxAgeMs
    const kept = this.#ready.filter((spare) => spare.since >= oldest).slice(0, count)
    const ended = this.#ready.filter((spare) => !kept.includes(spare))
    this.#ready = kept
    for (const { process } of ended) void process.stop()
    return ended.length
  }

  /** Ends one; answers what it held in MB, or null when there is none. Resolves when it is gone. */
  async giveUp(): Promise<number | null> {
    const spare = this.#ready.pop()
    if (!spare) return null
    this.#deps.onChange()
    await spare.process.stop()
    return spare.usage.memoryMb ?? 0
  }

  /** Ends all of them. No other comes. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#ready.splice(0).map(({ process }) => process.stop()))
  }

  /** What is to be measured. */
  metered(): Metered[] {
    return this.#ready.map(({ id, process, usage }) => ({ id, pid: process.pid, working: false, measure: () => usage.measure() }))
  }

  /** Memory of each one that is there, in MB; null where it was not measured. */
  memory(): (number | null)[] {
    return this.#ready.map(({ usage }) => usage.memoryMb)
  }

  /** For the user to see. */
  rows(): Spare[] {
    const { kind, folder, summary } = this.#deps
    const none = { kind, folder, summary, pid: null, memoryMb: null, cpuPercent: null, startedAt: null, retryAt: null, problem: null }
    const ready = this.#ready.map(({ id, process, usage }) => ({
      ...none,
      id,
      state: 'ready' as const,
      pid: process.pid,
      memoryMb: usage.memoryMb,
      cpuPercent: usage.cpuPercent,
      startedAt: process.startedAt.toISOString(),
    }))
    if (this.#starting) return [...ready, { ...none, ...this.#starting, state: 'starting' }]
    const { pauseMs } = this
    if (pauseMs === 0) return ready
    const retryAt = new Date(Date.now() + pauseMs).toISOString()
    return [...ready, { ...none, id: this.#id, state: 'waiting', retryAt, problem: this.#problem }]
  }

  #died(relay: Relay, why: string): void {
    const spare = this.#ready.find((one) => one.relay === relay)
    this.#ready = this.#ready.filter((one) => one !== spare)
    if (spare && this.#deps.clock.now() - spare.since > wellMs) this.#failures = 0
    if (spare) this.#failed(why)
    this.#deps.onChange()
  }

  #failed(why: string): void {
    this.#failures += 1
    this.#notBefore = this.#deps.clock.now() + Math.min(longestPauseMs, shortestPauseMs * 2 ** (this.#failures - 1))
    this.#problem = why
    this.#deps.onLost(why)
  }
}
