import { mkdir } from 'node:fs/promises'
import { AppError, isErrorCode } from '../../../shared/app-error.ts'
import type { Run, RunAsk, RunSummary, StepDecision, WholeStep } from '../../../shared/domain/run.ts'
import { newId } from '../storage/id.ts'
import { ChildRuns } from './child-runs.ts'
import { checkControl, checkDecision, stepIn } from './decision-check.ts'
import { EndedRuns, type EndedRun } from './ended-runs.ts'
import { asksOf, isSameAsks } from './run-asks.ts'
import { bodyDigest } from './run-ids.ts'
import type { Happening } from './journal-entry.ts'
import { inputsFor, type StartRun } from './run-inputs.ts'
import { RunKeys } from './run-keys.ts'
import { pageOfRuns, type FoundItems, type ItemPage, type RunPage } from './run-list.ts'
import { leavingRuns } from './retention.ts'
import { RunDriver } from './run-driver.ts'
import { around, isHeld } from './run-family.ts'
import { RunJournal } from './run-journal.ts'
import type { RunRecord } from './run-record.ts'
import { itemsOf, runOf, summaryOf, wholeStepOf } from './run-view.ts'
import type { RunStoreDeps } from './run-store-deps.ts'

/** What leaves the list leaves it by so many at once. */
const leavingAtOnce = 50
const usualMostEnded = 5_000

/** All runs: begins them, carries them on, and knows what became of each. */
export class RunStore {
  readonly #deps: RunStoreDeps
  readonly #live = new Map<string, RunDriver>()
  readonly #journals = new Map<string, RunJournal>()
  readonly #summaries = new Map<string, RunSummary>()
  readonly #keys = new RunKeys()
  readonly #children: ChildRuns
  readonly #ended: EndedRuns
  #endedSince = 0
  #closed = false

  constructor(deps: RunStoreDeps) {
    this.#deps = deps
    this.#ended = new EndedRuns(deps.folder, deps)
    this.#children = new ChildRuns({
      start: (request) => this.#begin(request),
      recipe: deps.recipe,
      record: (id) => this.record(id).catch(() => null),
      summary: (id) => this.#summaries.get(id),
      taken: (id) => this.#live.get(id)?.taken() ?? { costUsd: 0, turns: 0 },
      cancel: async (id) => void (await this.control(id, 'cancel')),
    })
  }

  /** Reads all runs; those that have not ended go on. To be called when the queue knows what became of its work. */
  async open(): Promise<void> {
    await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 })
    for await (const run of this.#ended.all()) {
      if (run instanceof RunJournal) await this.#know(run)
      else this.#list(run)
    }
    await this.#putOldAway()
    await Promise.all([...this.#live.values()].map((driver) => driver.resume()))
    this.lookAtAsks()
  }

  /** Begins a run; resolves once it is on disk. Throws BAD_REQUEST for its inputs, STATE_CONFLICT where its key stands for another. */
  async start({ recipe, inputs = {}, key, cause, trigger = {}, folder = null }: StartRun): Promise<string> {
    const filled = inputsFor(recipe, inputs)
    const digest = await bodyDigest({ recipe, inputs, ...(folder === null ? {} : { folder }) })
    return this.#keys.once(key, digest, () =>
      this.#begin({ id: newId('run'), recipe, inputs: filled, key: key ?? null, digest, cause, depth: 0, trigger, folder }),
    )
  }

  /** The newest first. */
  list(page: RunPage): { items: RunSummary[]; nextCursor: string | null } {
    return pageOfRuns(this.#summaries.values(), page)
  }

  /** Those in which something waits for a person. */
  asking(): RunSummary[] {
    return [...this.#live.keys()].flatMap((id) => this.#summaries.get(id) ?? []).filter(({ asks }) => asks.length > 0)
  }

  /** How many have not ended, and how they stand. */
  countOpen(): Record<'running' | 'needs-you' | 'paused', number> {
    const counts = { running: 0, 'needs-you': 0, paused: 0 }
    for (const id of this.#live.keys()) {
      const state = this.#summaries.get(id)?.state
      if (state === 'running' || state === 'needs-you' || state === 'paused') counts[state] += 1
    }
    return counts
  }

  /** The run that this key has begun; null where it has begun none. */
  startedWith(key: string): Promise<string> | null {
    return this.#keys.get(key)
  }

  /** As lists show it; undefined where there is no such run. */
  find(id: string): RunSummary | undefined {
    return this.#summaries.get(id)
  }

  /** As lists show it. Throws NOT_FOUND. */
  summary(id: string): RunSummary {
    const summary = this.#summaries.get(id)
    if (summary) return summary
    throw new AppError('NOT_FOUND', 'There is no such run. Reload the list.')
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<Run> {
    return this.#with(id, (journal) => runOf(journal.record, this.#asksOf(journal.record), journal, this.#heldBy))
  }

  /** Parts of a step's fan-out. Throws NOT_FOUND. */
  async items(id: string, stepId: string, { cursor, limit, states, q }: ItemPage): Promise<FoundItems> {
    const from = Math.max(0, Number.parseInt(cursor ?? '0', 10) || 0)
    return this.#with(id, async (journal) => {
      const page = { from, limit, states: states ? new Set<string>(states) : null, words: q ?? '' }
      const { items, next } = await itemsOf(stepIn(journal.record, stepId), journal, page)
      return { items, nextCursor: next === null ? null : String(next) }
    })
  }

  /** A step with its whole text, and what it asks. Throws NOT_FOUND. */
  async step(id: string, stepId: string): Promise<WholeStep> {
    return this.#with(id, (journal) => wholeStepOf(stepIn(journal.record, stepId), journal))
  }

  /** All that has happened to a run, as far as it is kept in memory. Throws NOT_FOUND. */
  async record(id: string): Promise<RunRecord> {
    return this.#with(id, async ({ record }) => record)
  }

  /** `cancel`: all that it started ends. `retry`: what failed, or that step of it. Throws NOT_FOUND, STATE_CONFLICT. */
  async control(id: string, control: 'pause' | 'resume' | 'cancel' | 'retry', step?: string): Promise<RunSummary> {
    await this.#say(id, { type: 'control', control, step }, (run) => checkControl(run, control, step))
    // What is nested in it is held by it.
    if (control === 'resume') this.look()
    return this.summary(id)
  }

  /** What a person says about a step; `since`: as it has waited since then. Throws NOT_FOUND, STATE_CONFLICT. */
  async decide(id: string, stepId: string, decision: StepDecision, since?: string): Promise<RunSummary> {
    const check = (run: RunRecord) => checkDecision(run, stepIn(run, stepId), decision, since)
    await this.#say(id, { type: 'decided', step: stepId, decision }, check)
    return this.summary(id)
  }

  /** What running turns have cost has changed, or something else that runs go by. */
  look(): void {
    for (const driver of this.#live.values()) driver.look()
  }

  /** What turns wait for has changed: runs in which something else waits for a person now are told. */
  lookAtAsks(): void {
    for (const id of this.#live.keys()) this.#askAgain(id)
  }

  /** Something holds all runs, or does not any more: the disk takes nothing, or takes something again. */
  heldChanged(): void {
    for (const { run } of this.#live.values()) if (!run.finished) this.#changed(run)
  }

  /** What is under way stays on disk, and goes on at the next start. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#live.values()].map((driver) => driver.close()))
    this.#live.clear()
    this.#journals.clear()
    await this.#ended.close()
  }

  async #say(id: string, happening: Happening, check: (run: RunRecord) => void): Promise<void> {
    const { error } = this.#deps.disk
    // Nothing is entered before it can be written, and nobody waits for that.
    if (error) throw new AppError(isErrorCode(error.code) ? error.code : 'UNAVAILABLE', error.message)
    for (;;) {
      const driver = await this.#driver(id)
      try {
        if (await driver.say(happening, check)) return
      } finally {
        // It was opened for this alone.
        await driver.inTurn(async () => {
          if (driver.run.finished && this.#live.get(id) === driver) await this.#forget(id, driver)
        })
      }
    }
  }

  async #forget(id: string, driver: RunDriver): Promise<void> {
    const journal = this.#journals.get(id)
    const summary = summaryOf(driver.run, this.#asksOf(driver.run))
    this.#live.delete(id)
    this.#journals.delete(id)
    this.#ended.forget(id)
    await driver.close()
    if (journal) await this.#ended.note(journal, summary)
    this.#endedSince += 1
    if (this.#endedSince % leavingAtOnce === 0) await this.#putOldAway()
  }

  async #begin(header: Parameters<typeof RunJournal.create>[1]): Promise<string> {
    const { id } = header
    if (this.#summaries.has(id)) return id
    const journal = await RunJournal.create(this.#ended.journalOf(id), header, this.#deps)
    await this.#know(journal)
    this.#live.get(id)?.look()
    return id
  }

  async #know(journal: RunJournal): Promise<void> {
    const { record } = journal
    const summary = summaryOf(record, this.#asksOf(record))
    this.#list({ summary, digest: record.header.digest })
    if (!record.finished) return void this.#drive(journal)
    await journal.close()
    await this.#ended.note(journal, summary)
  }

  #list({ summary, digest }: Pick<EndedRun, 'summary' | 'digest'>): void {
    const { id, key } = summary
    this.#summaries.set(id, summary)
    this.#keys.note(key, digest, id)
  }

  /** What ended long ago leaves the list; its journal is kept, compressed. */
  async #putOldAway(): Promise<void> {
    const leaving = leavingRuns(this.#summaries, this.#deps.mostEnded ?? usualMostEnded).filter(({ id }) => !this.#live.has(id))
    for (const { id, key } of leaving) {
      this.#summaries.delete(id)
      this.#ended.forget(id)
      this.#keys.forget(key)
      this.#deps.onRemoved?.(id)
    }
    // Where there is no room now, the next start does it.
    for (const { id } of leaving) await this.#ended.putAway(id).catch(() => {})
  }

  #drive(journal: RunJournal): RunDriver {
    const { id } = journal.record.header
    const { turns, retryMs } = this.#deps
    const driver = new RunDriver(journal, {
      turns,
      runs: this.#children,
      above: (run) => around(run, this.#live)?.limit() ?? null,
      isHeld: (run) => isHeld(run, this.#live),
      onChange: (run) => this.#changed(run),
      onFault: (thrown) => this.#failed(id, thrown),
      retryMs,
    })
    this.#live.set(id, driver)
    this.#journals.set(id, journal)
    return driver
  }

  #failed(id: string, thrown: unknown): void {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    const message = `A run has stopped because of an error in Bullpen: ${why}. Restart Bullpen to continue it.`
    this.#deps.problems.raise(`run:${id}`, { message, dismissible: true })
    this.#deps.onFault?.(id, thrown)
  }

  /** Why no run goes on now. */
  get #heldBy(): string | null {
    return this.#deps.disk.error?.message ?? null
  }

  #changed(run: RunRecord): void {
    const summary = summaryOf(run, this.#asksOf(run), this.#heldBy)
    const { id, cause, asks } = summary
    const before = this.#summaries.get(id)?.asks ?? []
    this.#summaries.set(id, summary)
    this.#deps.onRun?.(summary, run)
    if (cause.kind === 'run' && !isSameAsks(before, asks)) this.#askAgain(cause.runId)
    if (!run.finished) return
    this.#children.ended(run)
    const driver = this.#live.get(id)
    if (driver) void this.#forget(id, driver)
  }

  /** Tells a run again where something else in it waits for a person than was told. */
  #askAgain(id: string): void {
    const run = this.#live.get(id)?.run
    if (run && !isSameAsks(this.#summaries.get(id)?.asks ?? [], this.#asksOf(run))) this.#changed(run)
  }

  #asksOf(run: RunRecord): RunAsk[] {
    return asksOf(run, { turns: this.#deps.turns, runs: this.#children })
  }

  async #with<T>(id: string, read: (journal: RunJournal) => Promise<T>): Promise<T> {
    const live = this.#journals.get(id)
    if (live) return read(live)
    this.summary(id)
    return read(await this.#ended.look(id))
  }

  async #driver(id: string): Promise<RunDriver> {
    if (this.#closed) throw new AppError('UNAVAILABLE', 'Bullpen is closing. Try again when it has started again.')
    const live = this.#live.get(id)
    if (live) return live
    this.summary(id)
    const journal = await this.#ended.open(id)
    this.#ended.forget(id)
    const meanwhile = this.#live.get(id)
    if (!meanwhile) {
      // It may have left the list while it was read.
      this.summary(id)
      return this.#drive(journal)
    }
    await journal.close()
    return meanwhile
  }
}
