import { mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { triggerConfigSchema, type TriggerConfig, type TriggerOn } from '../../../shared/domain/trigger.ts'
import { Git } from '../git/git.ts'
import { DiskWatch } from '../storage/disk-watch.ts'
import { newId } from '../storage/id.ts'
import { Problems } from '../storage/problems.ts'
import type { RunEnd, RunOrder, RunOutcome, RunStarter } from './run-starter.ts'
import type { WallClock } from './timetable.ts'
import { Triggers, type TriggersOptions } from './triggers.ts'

type Started = RunOrder & { id: string }

/** Runs that begin at once and end when they are told to. They outlive what starts them, as runs on disk do. */
export class RunsByHand implements RunStarter {
  readonly started: Started[] = []
  readonly cancelled: string[] = []
  /** Thrown by the next start. */
  refuse: Error | null = null
  readonly #ends = new Map<string, RunEnd & { endedAt: string }>()
  readonly #listeners = new Set<(end: RunEnd) => void>()
  readonly #waiting = new Map<number, () => void>()

  start(input: RunOrder): Promise<{ id: string }> {
    if (this.refuse) return Promise.reject(this.refuse)
    const known = this.started.find(({ key }) => key === input.key)
    if (known) return Promise.resolve({ id: known.id })
    const run = { ...input, id: newId('task') }
    this.started.push(run)
    this.#waiting.get(this.started.length)?.()
    return Promise.resolve({ id: run.id })
  }

  endOf(id: string): RunOutcome | 'unknown' | null {
    if (!this.started.some((run) => run.id === id)) return 'unknown'
    return this.#ends.get(id)?.outcome ?? null
  }

  cancel(id: string): Promise<void> {
    this.cancelled.push(id)
    this.end(id, 'cancelled')
    return Promise.resolve()
  }

  onEnded(listener: (end: RunEnd) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  recentEnds(): Iterable<RunEnd & { endedAt: string }> {
    return this.#ends.values()
  }

  end(id: string | undefined, outcome: RunOutcome = 'done'): void {
    const run = this.started.find((one) => one.id === id)
    if (!run || this.#ends.has(run.id)) return
    const { recipe, cause } = run
    const end = { id: run.id, recipe, cause, origin: cause, outcome, reason: null, endedAt: new Date().toISOString() }
    this.#ends.set(run.id, end)
    for (const listener of this.#listeners) listener(end)
  }

  /** Resolves once so many have started. */
  count(wanted: number): Promise<void> {
    if (this.started.length >= wanted) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.set(wanted, resolve))
  }
}

/** A clock that is set by hand; what is due comes when it passes. */
export class HandClock implements WallClock {
  #now: number
  #timers: { at: number; call: () => void }[] = []
  readonly now = (): number => this.#now

  constructor(time: string) {
    this.#now = Date.parse(time)
  }

  readonly after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.#now + ms, call }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((one) => one !== timer))
  }

  /** Time passes, with every timer in it. */
  pass(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = this.#timers.toSorted((a, b) => a.at - b.at)
      if (!next || next.at > end) break
      this.#now = Math.max(this.#now, next.at)
      this.#timers = this.#timers.filter((one) => one !== next)
      next.call()
    }
    this.#now = end
  }

  /** The clock is set, or the computer has slept: timers know nothing of it, and come when they are looked for next. */
  jump(ms: number): void {
    this.#now += ms
    for (const timer of this.#timers) timer.at += ms
  }
}

/** Triggers on a data folder of their own; `home`: on one that is there, as after a kill. */
export async function openTriggers(options: Partial<TriggersOptions> = {}) {
  const home = options.home ?? (await realpath(await mkdtemp(join(tmpdir(), 'bullpen-triggers-'))))
  const runs = new RunsByHand()
  const disk = new DiskWatch({ folder: home, probeMs: 20 })
  const git = new Git(() => Promise.resolve(process.env))
  const triggers = await Triggers.open({ home, watch: { problems: new Problems(), disk }, git, starter: runs, ...options })
  const close = async (): Promise<void> => {
    await triggers.close()
    disk.close()
  }
  return { home, runs, triggers, close }
}

/** What a user would set. */
export function config(on: TriggerOn, others: Partial<TriggerConfig> = {}): TriggerConfig {
  return { ...triggerConfigSchema.parse({ name: 'Test', recipe: 'work', on }), ...others }
}
