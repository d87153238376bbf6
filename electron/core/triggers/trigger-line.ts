import { AppError } from '../../../shared/app-error.ts'
import type { Fired, Trigger, TriggerConfig } from '../../../shared/domain/trigger.ts'
import type { Git } from '../git/git.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import { CronTime } from './cron-time.ts'
import { FilesSource, type Source } from './files-source.ts'
import { Firings, type Occasion } from './firings.ts'
import type { FolderWatches } from './folder-watches.ts'
import { GitSource } from './git-source.ts'
import { runKeyStart } from './journal-fold.ts'
import type { Payload } from './payload.ts'
import type { RunEnd, RunStarter } from './run-starter.ts'
import { nextTimes } from './time-reading.ts'
import type { Due, Timetable } from './timetable.ts'
import { summaryOf } from './trigger-check.ts'
import { TriggerJournal } from './trigger-journal.ts'

/** A trigger as it is kept. */
export type KeptTrigger = TriggerConfig & {
  id: string
  createdAt: string
  /** What was due before is none of its business: since then it is on, and as it is. */
  since: string
  /** What callers of a hook sign with. */
  secret?: string | undefined
}

export type LineDeps = {
  git: Git
  watches: FolderWatches
  disk: DiskWatch
  starter: RunStarter
  timetable: Timetable
  now: () => number
  onChange: (id: string) => void
  onFired: (recipe: string, outcome: Fired['outcome']) => void
  onFault: (id: string, error: unknown) => void
}

const retryMs = 5_000
/** A run that starts a run that starts a run: more of them one after the other are a circle. */
const mostDepth = 10

/** One trigger at work: its firings, and what it waits for while it is on. */
export class TriggerLine {
  readonly journal: TriggerJournal
  readonly firings: Firings
  readonly #deps: LineDeps
  #kept: KeptTrigger
  #source: Source | null = null
  /** What is waited for, as text; null: nothing. */
  #waitsFor: string | null = null
  #changing: Promise<void> = Promise.resolve()
  #last: Promise<unknown> = Promise.resolve()
  #retry: NodeJS.Timeout | null = null
  readonly #untold = new Set<() => void>()
  #closed = false

  private constructor(kept: KeptTrigger, journal: TriggerJournal, deps: LineDeps) {
    this.#kept = kept
    this.#deps = deps
    this.journal = journal
    this.firings = new Firings({
      id: kept.id,
      config: () => this.#kept,
      journal,
      starter: deps.starter,
      now: deps.now,
      onChange: () => this.#changed(),
      onFired: (outcome) => deps.onFired(this.#kept.recipe, outcome),
      onFault: (error) => {
        deps.onFault(kept.id, error)
        this.#retrySoon()
      },
    })
  }

  static async open(kept: KeptTrigger, path: string, deps: LineDeps): Promise<TriggerLine> {
    return new TriggerLine(kept, await TriggerJournal.open(path, { disk: deps.disk }), deps)
  }

  get kept(): KeptTrigger {
    return this.#kept
  }

  get isOn(): boolean {
    return this.#kept.enabled && this.journal.state.pausedBecause === null
  }

  /** As callers see it. */
  view(): Trigger {
    const { since: _since, secret: _secret, ...shown } = this.#kept
    const { failures, lastFiredAt, pausedBecause } = this.journal.state
    return {
      ...shown,
      summary: summaryOf(shown.on),
      next: this.isOn && shown.on.kind === 'time' ? nextTimes(CronTime.of(shown.on), this.#deps.now()) : [],
      pausedBecause: pausedBecause ?? this.#source?.trouble ?? null,
      hasPausedItself: pausedBecause !== null,
      failuresInARow: failures,
      lastFiredAt,
      ...(shown.on.kind === 'hook' ? { hookPath: `/hooks/${shown.id}` } : {}),
    }
  }

  /** Begins to wait. `goesOn`: after a restart, when what it has missed counts. */
  async start({ goesOn }: { goesOn: boolean }): Promise<void> {
    if (goesOn) await this.firings.recover().catch((thrown: unknown) => this.#faulted(thrown))
    await this.#wait(goesOn)
  }

  /** Does what changes it, one after the other. */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#last.then(change, change)
    this.#last = done.catch(() => {})
    return done
  }

  /** Goes on as `kept` says. */
  async change(kept: KeptTrigger): Promise<void> {
    this.#kept = kept
    await this.#wait(false)
    this.#deps.onChange(kept.id)
  }

  /** A run is over that this trigger may wait for. `depth`: of the firing that has started it. */
  runEnded({ id, recipe, outcome }: RunEnd, depth: number): void {
    const { on } = this.#kept
    if (on.kind !== 'run' || on.recipe !== recipe || !this.isOn) return
    if (on.outcome !== undefined && on.outcome !== outcome) return
    const skip = depth > mostDepth ? `It would be run ${depth} of a circle of runs that start each other, so the circle ends here.` : null
    this.#fire({ payload: { kind: 'run', run: { id, recipe, outcome } }, key: `${runKeyStart}${id}`, depth, skip })
  }

  /** A run that this trigger has started is over. */
  ownRunEnded(firingId: string, { outcome, reason }: RunEnd): void {
    this.firings.ended(firingId, outcome, reason).catch((thrown: unknown) => this.#faulted(thrown))
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry) clearTimeout(this.#retry)
    for (const forget of this.#untold) forget()
    this.#deps.timetable.delete(this.#kept.id)
    await this.#changing
    await this.#source?.close()
    await this.firings.close()
    await this.journal.close()
  }

  async remove(): Promise<void> {
    await this.close()
    await this.journal.remove()
  }

  #changed(): void {
    // It may have paused itself, or been resumed.
    if ((this.#waitsFor !== null) !== this.isOn) void this.#wait(false)
    this.#deps.onChange(this.#kept.id)
  }

  /** One change after the other. */
  #wait(goesOn: boolean): Promise<void> {
    const wanted = this.isOn ? JSON.stringify([this.#kept.on, this.#kept.missed]) : null
    if (wanted === this.#waitsFor) return this.#changing
    this.#waitsFor = wanted
    this.#changing = this.#changing.then(async () => {
      this.#deps.timetable.delete(this.#kept.id)
      await this.#source?.close()
      this.#source = null
      if (wanted !== null && wanted === this.#waitsFor && !this.#closed) this.#open(goesOn)
    })
    return this.#changing
  }

  #open(goesOn: boolean): void {
    const { on } = this.#kept
    const { git, now, watches } = this.#deps
    const onTrouble = () => this.#deps.onChange(this.#kept.id)
    if (on.kind === 'time') this.#openTime(CronTime.of(on), goesOn)
    if (on.kind === 'files') {
      const onFiles = (payload: Payload, since: number) => this.#fire({ payload: { kind: 'files', ...payload }, since })
      this.#source = new FilesSource({ on, watches, now, onFiles, onTrouble })
    }
    if (on.kind === 'git') {
      const { firings, journal } = this
      this.#source = new GitSource({
        on,
        git,
        watches,
        mark: goesOn ? journal.state.mark : null,
        onCommits: async (payload, { mark, isMissed }) => {
          const skip = isMissed && this.#kept.missed === 'none' ? 'These commits came while Bullpen did not run.' : null
          await firings.fire({ payload: { kind: 'git', ...payload }, mark, skip })
        },
        onSeen: (mark) => firings.seen(mark),
        onTrouble,
      })
    }
  }

  #openTime(cron: CronTime, goesOn: boolean): void {
    const { id, since, missed } = this.#kept
    const { lastDueAt } = this.journal.state
    const from = goesOn ? Math.max(Date.parse(since), lastDueAt === null ? 0 : Date.parse(lastDueAt)) : this.#deps.now()
    this.#deps.timetable.set(id, { cron, missed, since: from, onDue: (due) => this.#due(due) })
  }

  #due({ at, isLate, missed }: Due): void {
    const dueAt = new Date(at).toISOString()
    const skip = isLate && this.#kept.missed === 'none' ? wentBy(missed) : null
    this.#fire({ payload: { kind: 'time', dueAt, missed }, dueAt: at, key: `time:${dueAt}`, skip })
  }

  /** Nobody waits for the answer: what could not be written is tried again once it can be. */
  #fire(occasion: Occasion): void {
    if (this.#closed) return
    const tried: Promise<Fired> = this.firings.fire(occasion)
    tried.catch((thrown: unknown) => {
      if (this.#closed) return
      this.#faulted(thrown)
      const again = () => {
        this.#untold.delete(forget)
        this.#fire(occasion)
      }
      const forget = this.#deps.disk.onceWritable(again)
      this.#untold.add(forget)
    })
  }

  #faulted(thrown: unknown): void {
    this.#deps.onFault(this.#kept.id, thrown)
    this.#retrySoon()
  }

  #retrySoon(): void {
    if (this.#closed) return
    this.#retry ??= setTimeout(() => {
      this.#retry = null
      this.firings.recover().catch((thrown: unknown) => this.#faulted(thrown))
    }, retryMs).unref()
  }
}

function wentBy(count: number): string {
  const times = count === 1 ? 'It was due once' : `It was due ${count >= 100 ? 'at least ' : ''}${count} times`
  return `${times} while the computer slept or Bullpen did not run.`
}

/** There is no such trigger. */
export function noTrigger(id: string): AppError {
  return new AppError('NOT_FOUND', `There is no trigger ${id}. Reload the list.`)
}
