import type { ErrorInfo } from '../../../shared/app-error.ts'
import { Pace } from '../recipes/in-slices.ts'
import type { Happening } from './journal-entry.ts'
import { judgeUnit } from './judge-unit.ts'
import { reachedLimit, type ReachedLimit } from './limits.ts'
import { next, type Action, type Now } from './plan.ts'
import { Preparer } from './prepare.ts'
import type { RunJournal } from './run-journal.ts'
import type { RunRecord, StepRecord } from './run-record.ts'
import { addLive, type Live, type UnitHost } from './unit-host.ts'
import { UnitsAtWork, type UnitAtWork } from './units-at-work.ts'

export type RunDriverDeps = {
  turns: UnitHost
  runs: UnitHost
  /** A limit of the runs that this one is nested in. */
  above: (run: RunRecord) => ReachedLimit | null
  /** A run that this one is nested in is paused. */
  isHeld: (run: RunRecord) => boolean
  /** Something of it has changed, and is on disk. */
  onChange: (run: RunRecord) => void
  /** It stands still because of a fault of ours. */
  onFault: (thrown: unknown) => void
  retryMs?: number | undefined
}

/** Timers stand still while the machine sleeps, and a time of day may come sooner than they think. */
const longestTimerMs = 30_000
/** What happens at once is written at once; somebody may have something to say in between. */
const mostEntered = 200

/** Carries one run on: looks at what has happened, does what comes next, and enters what came of it before anything goes by it. */
export class RunDriver {
  readonly #journal: RunJournal
  readonly #deps: RunDriverDeps
  readonly #works: UnitsAtWork
  readonly #preparer: Preparer
  /** One thing at a time. */
  #last: Promise<void> = Promise.resolve()
  #isScheduled = false
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(journal: RunJournal, deps: RunDriverDeps) {
    this.#journal = journal
    this.#deps = deps
    const { turns, runs, retryMs } = deps
    const { id: runId, recipe } = journal.record.header
    this.#works = new UnitsAtWork({ runId, recipe: recipe.recipe, turns, runs, onEnd: () => this.look(), retryMs })
    this.#preparer = new Preparer(journal.record, journal)
  }

  get run(): RunRecord {
    return this.#journal.record
  }

  /** Goes on where the journal ends: what was being done is looked up, and handed in where it never was. */
  async resume(): Promise<void> {
    // Nothing new begins before: it would be taken for something that is in the journal already.
    await this.inTurn(() => this.#takeUp())
    this.look()
  }

  async #takeUp(): Promise<void> {
    for (const { step, name } of runningIn(this.run)) {
      const unit = step.units.get(name)
      if (!unit || unit.taskId === null) continue
      const ask = await this.#preparer.asked(unit)
      this.#works.take(
        { step: step.step.id, unit: name, ids: { taskId: unit.taskId, turnId: unit.turnId }, ask },
        { mayBeThere: true, after: Promise.resolve() },
      )
    }
  }

  /** Looks soon what is to be done. */
  look(): void {
    if (this.#isScheduled || this.#closed) return
    this.#isScheduled = true
    this.inTurn(async () => {
      this.#isScheduled = false
      if (!this.#closed) await this.#round()
    }).catch((thrown: unknown) => {
      if (!this.#closed) this.#deps.onFault(thrown)
    })
  }

  /** Enters what somebody says; `check` throws where that is not possible now. False where this has been closed meanwhile. Throws what a full disk throws. */
  async say(happening: Happening, check: (run: RunRecord) => void): Promise<boolean> {
    const isSaid = await this.inTurn(async () => {
      if (this.#closed) return false
      check(this.run)
      await this.#journal.append(happening)
      this.#deps.onChange(this.run)
      return true
    })
    this.look()
    return isSaid
  }

  /** Does something while nothing else happens to the run. */
  async inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act)
    this.#last = done.then(
      () => {},
      () => {},
    )
    return done
  }

  /** What it has taken, with what runs. */
  limit(): ReachedLimit | null {
    const { run } = this
    const minutes = this.#journal.clock.now().awakeMs / 60_000
    return reachedLimit(run.header.recipe.limits, { spent: run.spent, live: this.#liveOfAll(), minutes }, 'run') ?? this.#deps.above(run)
  }

  /** All that it has taken, with what runs. */
  taken(): Live {
    const sum = this.#liveOfAll()
    addLive(sum, this.run.spent)
    return sum
  }

  /** What is under way stays so; the next start goes on from there. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#works.close()
    await this.#journal.close()
  }

  #liveOfAll(): Live {
    const sum = { costUsd: 0, turns: 0 }
    for (const step of this.run.steps.values()) if (step.running.size > 0) addLive(sum, this.#works.live(step.step.id))
    return sum
  }

  async #round(): Promise<void> {
    const written = Promise.withResolvers<void>()
    let entered = 0
    for (;;) {
      entered += this.#enterEnds()
      // At once, so that limits know what has been taken.
      const happenings = await this.#next()
      if (this.#closed) return
      for (const happening of happenings) {
        this.#journal.enter(happening)
        if (happening.type === 'asked') this.#take(happening, written.promise)
      }
      entered += happenings.length
      if (happenings.length === 0 || entered >= mostEntered) break
    }
    if (entered === 0) return
    await this.#journal.written()
    written.resolve()
    this.#deps.onChange(this.run)
    if (entered >= mostEntered) this.look()
  }

  /** Answers how many. */
  #enterEnds(): number {
    const ends = this.#works.takeEnds()
    const { atMs } = this.#journal.clock.now()
    for (const { work, end } of ends) {
      const step = this.run.steps.get(work.step)
      const unit = step?.units.get(work.unit)
      if (step && unit?.taskId === work.ids.taskId) {
        const judging = { run: this.run, step, name: work.unit, unit, ask: work.ask, stoppedBy: work.stoppedBy, atMs }
        this.#journal.enter(judgeUnit(end, judging))
      }
      this.#works.forget(work.ids.taskId)
    }
    return ends.length
  }

  /** Does what the plan says, and answers what happens by it. */
  async #next(): Promise<Happening[]> {
    const now = this.#now()
    const actions = next(this.run, now)
    clearTimeout(this.#timer)
    for (const action of actions) {
      if (action.do === 'wake') this.#wakeAt(action.atMs - now.atMs)
      else if (action.do === 'stop') this.#stop(action)
    }
    const happenings: Happening[] = []
    const pace = new Pace()
    for (const action of actions) {
      const happening = await this.#prepare(action)
      if (happening) happenings.push(happening)
      await pace.rest()
    }
    return happenings
  }

  async #prepare(action: Action): Promise<Happening | null> {
    if (action.do === 'wake' || action.do === 'stop') return null
    if (action.do === 'finish') {
      const outputs = action.state === 'done' ? await this.#preparer.outputs() : {}
      return { type: 'finished', state: action.state, outputs, error: action.error }
    }
    const step = this.run.steps.get(action.step)
    if (!step) return null
    if (action.do === 'begin') return this.#preparer.begin(step, this.#journal.clock.now().atMs)
    if (action.do === 'ask') return this.#preparer.ask(step, action.unit)
    return action.do === 'consult' ? this.#preparer.consult(step) : this.#preparer.end(step, action)
  }

  #take({ step, unit, taskId, turnId, ask }: Extract<Happening, { type: 'asked' }>, after: Promise<void>): void {
    const work: Omit<UnitAtWork, 'stoppedBy'> = { step, unit, ids: { taskId, turnId }, ask }
    this.#works.take(work, { mayBeThere: false, after })
  }

  #stop({ step, unit, error }: { step: string; unit: string; error: ErrorInfo | null }): void {
    const taskId = this.run.steps.get(step)?.units.get(unit)?.taskId
    if (taskId !== null && taskId !== undefined) this.#works.stop(taskId, error)
  }

  #wakeAt(afterMs: number): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => this.look(), Math.min(Math.max(0, afterMs) + 1, longestTimerMs))
  }

  #now(): Now {
    return {
      ...this.#journal.clock.now(),
      live: (step) => this.#works.live(step),
      above: this.#deps.above(this.run),
      isHeld: this.#deps.isHeld(this.run),
    }
  }
}

function* runningIn(run: RunRecord): Generator<{ step: StepRecord; name: string }, void, void> {
  for (const step of run.steps.values()) for (const name of step.running) yield { step, name }
}
