import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Fired, TriggerConfig } from '../../../shared/domain/trigger.ts'
import { newId } from '../storage/id.ts'
import type { FiringRecord, JournalEntry, Known, Mark } from './journal-entry.ts'
import { filledInputs, kept, merged, type Payload } from './payload.ts'
import type { RunOutcome, RunStarter } from './run-starter.ts'
import type { TriggerJournal } from './trigger-journal.ts'

/** Something that a trigger waits for has happened. */
export type Occasion = {
  payload: Payload
  /** When it was due, in milliseconds. */
  dueAt?: number
  /** The same again starts nothing. */
  key?: string
  /** What the source has seen with it. */
  mark?: Mark
  /** When it began, where that was before now. */
  since?: number
  /** How many firings led to it. */
  depth?: number
  /** A person pressed the button: it fires although the trigger is off or paused. */
  byPerson?: boolean
  /** Why it starts nothing. */
  skip?: string | null
}

export type FiringsOptions = {
  id: string
  config: () => TriggerConfig
  journal: TriggerJournal
  starter: RunStarter
  now: () => number
  /** What lists show of it has changed. */
  onChange: () => void
  /** It has fired, and this came of it at once. */
  onFired: (outcome: Fired['outcome']) => void
  /** Something that its caller cannot be told. */
  onFault: (error: AppError) => void
}

/** The disk may have room again, or the queue may be there again: what is on disk is started then. */
const passing: ReadonlySet<string> = new Set(['DISK_FULL', 'DATA_FOLDER_READONLY', 'DATA_FOLDER_MISSING', 'UNAVAILABLE'])

/**
 * One trigger's firings, one after the other. Each is on disk before its run is started, and its id is the run's key: whatever is cut
 * off in between is finished by `recover`, once.
 */
export class Firings {
  readonly #options: FiringsOptions
  #last: Promise<unknown> = Promise.resolve()
  #lastEndedAt = 0
  #closed = false

  constructor(options: FiringsOptions) {
    this.#options = options
  }

  /** Resolves once it is on disk and, where it starts a run, that is started. Throws what keeps it from being written. */
  fire(occasion: Occasion): Promise<Fired> {
    return this.#next(() => this.#fire(occasion))
  }

  /** Remembers what the source has seen, where nothing comes of it. */
  seen(mark: Mark): Promise<void> {
    return this.#next(() => this.#options.journal.append({ type: 'mark', mark }))
  }

  /** A run that one of these firings has started is over. */
  ended(id: string, outcome: RunOutcome, reason: string | null): Promise<void> {
    // What comes from now on is not of the run's own making, however long it takes to write its end down.
    this.#lastEndedAt = this.#options.now()
    return this.#next(() => this.#ended(id, outcome, reason))
  }

  /** Goes on where it was cut off: starts what was to be started, and looks which runs are over. */
  recover(): Promise<void> {
    return this.#next(async () => {
      const queued: FiringRecord[] = []
      for (const firing of this.#open()) {
        if (firing.outcome === 'queued') queued.push(firing)
        else if (firing.runId === null) await this.#begin(firing)
        else await this.#lookAfter(firing.id, firing.runId)
      }
      await this.#journal.append(...queued.slice(0, -1).map((firing) => dropped(firing.id, 'skipped', replaced)))
      await this.#takeQueued()
    })
  }

  /** It fires again, and its failures are forgotten. */
  resume(): Promise<void> {
    return this.#next(async () => {
      await this.#journal.append({ type: 'resumed' })
      this.#options.onChange()
    })
  }

  /** Waits for what is under way; later occasions are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#last.catch(() => {})
  }

  get #journal(): TriggerJournal {
    return this.#options.journal
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closing())
    const done = this.#last.then(work, work)
    this.#last = done.catch(() => {})
    return done
  }

  async #fire(occasion: Occasion): Promise<Fired> {
    const before = occasion.key === undefined ? undefined : this.#journal.state.keys.get(occasion.key)
    if (before) return { ...before, isRepeated: true }
    const queued = this.#open().filter(({ outcome }) => outcome === 'queued')
    const firing = this.#firing(occasion, queued.at(-1))
    const fired: JournalEntry = { type: 'fired', firing, ...(occasion.mark ? { mark: occasion.mark } : {}) }
    // Those that wait are in this one from now on.
    const older = firing.isOver ? [] : queued.map(({ id }) => dropped(id, 'skipped', replaced))
    await this.#journal.append(fired, ...older)
    const known = firing.outcome === 'started' ? await this.#begin(firing) : knownOf(firing)
    if (firing.outcome === 'failed') await this.#afterFailure(firing.reason ?? '')
    this.#options.onChange()
    this.#options.onFired(known.outcome)
    return { ...known, isRepeated: false }
  }

  #firing(occasion: Occasion, queued: FiringRecord | undefined): FiringRecord {
    const { overlap, inputs } = this.#options.config()
    const reason = this.#reasonToSkip(occasion)
    const isBusy = overlap !== 'replace' && this.#active().length > 0
    const base = {
      id: newId('fire'),
      at: new Date(this.#options.now()).toISOString(),
      dueAt: occasion.dueAt === undefined ? null : new Date(occasion.dueAt).toISOString(),
      key: occasion.key ?? null,
      depth: occasion.depth ?? 0,
      runId: null,
      runOutcome: null,
      inputs: null,
      payload: kept(occasion.payload),
    }
    if (reason !== null) return { ...base, outcome: 'skipped', reason, isOver: true }
    // What waits and what comes now become one run.
    const payload = isBusy && overlap === 'queue' && queued ? merged(queued.payload, occasion.payload) : occasion.payload
    try {
      const given = { inputs: filledInputs(inputs, payload), payload: kept(payload) }
      return { ...base, ...given, outcome: isBusy ? 'queued' : 'started', reason: null, isOver: false }
    } catch (thrown) {
      return { ...base, outcome: 'failed', reason: `The inputs could not be filled in: ${toAppError(thrown).message}`, isOver: true }
    }
  }

  #reasonToSkip({ skip, byPerson, since, key }: Occasion): string | null {
    if (skip) return skip
    const { enabled, overlap } = this.#options.config()
    const { pausedBecause } = this.#journal.state
    if (byPerson !== true && !enabled) return 'The trigger is switched off.'
    if (byPerson !== true && pausedBecause !== null) return pausedBecause
    const [active] = this.#active()
    if (overlap === 'skip' && active) return 'The run that it started before is not over yet.'
    // What a run itself has written would start it again and again.
    const isOwn = overlap === 'skip' && key === undefined && since !== undefined && since < this.#lastEndedAt
    return isOwn ? 'It began while the run that it started before was not over: the run itself may have done it.' : null
  }

  /** Starts its run. What keeps it from being started for a while only leaves it on disk as it is. */
  async #begin(firing: FiringRecord): Promise<Known> {
    const { starter, config, id: triggerId } = this.#options
    try {
      if (config().overlap === 'replace') await this.#cancelOthers(firing.id)
      const cause = { kind: 'trigger' as const, triggerId, firingId: firing.id }
      const { inputs, payload: trigger, id: key } = firing
      const run = await starter.start({ recipe: config().recipe, inputs: inputs ?? {}, trigger, key, cause })
      await this.#journal.append({ type: 'begun', id: firing.id, runId: run.id })
      await this.#lookAfter(firing.id, run.id)
      return { ...knownOf(firing), outcome: 'started', runId: run.id }
    } catch (thrown) {
      const error = toAppError(thrown)
      if (passing.has(error.code)) {
        this.#options.onFault(error)
        return { ...knownOf(firing), outcome: 'started' }
      }
      const reason = `The run could not be started: ${error.message}`
      await this.#journal.append(dropped(firing.id, 'failed', reason))
      await this.#afterFailure(reason)
      return { ...knownOf(firing), outcome: 'failed', reason }
    }
  }

  async #cancelOthers(id: string): Promise<void> {
    for (const { id: other, runId } of this.#active()) {
      if (other === id || runId === null) continue
      await this.#options.starter.cancel(runId)
      await this.#over(other, runId)
    }
  }

  /** It may have ended before anybody listened. */
  async #lookAfter(id: string, runId: string): Promise<void> {
    if (this.#options.starter.endOf(runId) !== null) await this.#over(id, runId)
  }

  async #over(id: string, runId: string): Promise<void> {
    const end = this.#options.starter.endOf(runId)
    const outcome = end === 'unknown' || end === null ? null : end
    await this.#journal.append({ type: 'ended', id, runOutcome: outcome })
    if (outcome === 'failed') await this.#afterFailure('The last run failed.')
  }

  async #ended(id: string, outcome: RunOutcome, reason: string | null): Promise<void> {
    const firing = this.#journal.state.firings.get(id)
    if (!firing || firing.outcome !== 'started') return
    await this.#journal.append({ type: 'ended', id, runOutcome: outcome })
    if (outcome === 'failed') await this.#afterFailure(reason ?? 'The last run failed.')
    await this.#takeQueued()
    this.#options.onChange()
  }

  async #takeQueued(): Promise<void> {
    const queued = this.#open().find(({ outcome }) => outcome === 'queued')
    if (!queued || this.#active().length > 0) return
    const { pausedBecause } = this.#journal.state
    if (pausedBecause !== null) return this.#journal.append(dropped(queued.id, 'skipped', pausedBecause))
    await this.#journal.append({ type: 'taken', id: queued.id })
    await this.#begin(queued)
  }

  async #afterFailure(reason: string): Promise<void> {
    const { pauseAfterFailures } = this.#options.config()
    const { failures, pausedBecause } = this.#journal.state
    if (pauseAfterFailures === null || pausedBecause !== null || failures < pauseAfterFailures) return
    const many = failures === 1 ? 'A run failed' : `${failures} runs in a row failed`
    await this.#journal.append({ type: 'paused', because: `${many}, so it paused itself. Mend the cause, then resume it. ${reason}` })
  }

  #open(): FiringRecord[] {
    return [...this.#journal.state.firings.values()]
  }

  #active(): FiringRecord[] {
    return this.#open().filter(({ outcome }) => outcome === 'started')
  }
}

function knownOf({ id, outcome, runId, reason }: FiringRecord): Known {
  return { id, outcome, runId, reason }
}

function closing(): AppError {
  return new AppError('UNAVAILABLE', 'Bullpen is closing, or this trigger is being deleted. Nothing was started. Try again later.')
}

const replaced = 'A newer one took its place.'

function dropped(id: string, outcome: 'skipped' | 'failed', reason: string): JournalEntry {
  return { type: 'dropped', id, outcome, reason }
}
