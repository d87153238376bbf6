import type { ErrorInfo } from '../../../shared/app-error.ts'
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
    for (const { step, name } of runningIn(this.run)) {
      const unit = step.units.get(name)
      if (!unit || unit.taskId === null) continue
      const ask = await this.#preparer.asked(unit)
      this.#works.take({ step: step.step.id, unit: name, ids: { taskId: unit.taskId, turnId: unit.turnId }, ask }, { mayBeThere: true })
    }
    this.look()
  }

  /** Looks soon what is to be done. */
  look(): void {
    if (this.#isScheduled || this.#closed) return
    this.#isScheduled = true
    this.#inTurn(async () => {
      this.#isScheduled = false
      if (!this.#closed) await this.#round()
    }).catch((thrown: unknown) => {
      if (!this.#closed) this.#deps.onFault(thrown)
    })
  }

  /** Enters what somebody says; `check` throws where that is not possible now. Throws what a full disk throws. */
  async say(happening: Happening, check: (run: RunRecord) => void): Promise<void> {
    await this.#inTurn(async () => {
      check(this.run)
      await this.#journal.append(happening)
      this.#deps.onChange(this.run)
    })
    this.look()
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

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act)
    this.#last = done.then(
      () => {},
      () => {},
    )
    return done
  }

  async #round(): Promise<void> {
    await this.#enterEnds()
    const now = this.#now()
    const actions = next(this.run, now)
    clearTimeout(this.#timer)
    for (const action of actions) {
      if (action.do === 'wake') this.#wakeAt(action.atMs - now.atMs)
      else if (action.do === 'stop') this.#stop(action)
    }
    if (await this.#act(actions)) this.look()
  }

  async #enterEnds(): Promise<void> {
    const ends = this.#works.takeEnds()
    if (ends.length === 0) return
    const { atMs } = this.#journal.clock.now()
    await Promise.all(
      ends.map(async ({ work, end }) => {
        const step = this.run.steps.get(work.step)
        const unit = step?.units.get(work.unit)
        if (step && unit?.taskId === work.ids.taskId) {
          const judging = { run: this.run, step, name: work.unit, unit, ask: work.ask, stoppedBy: work.stoppedBy, atMs }
          await this.#journal.persist(judgeUnit(end, judging))
        }
        this.#works.forget(work.ids.taskId)
      }),
    )
    this.#deps.onChange(this.run)
    // What has ended meanwhile runs no more and is not entered yet: limits would not know what it has taken.
    await this.#enterEnds()
  }

  /** True when something has happened by it. */
  async #act(actions: readonly Action[]): Promise<boolean> {
    const happenings: Happening[] = []
    for (const action of actions) {
      const happening = await this.#prepare(action)
      if (happening) happenings.push(happening)
    }
    if (happenings.length === 0 || this.#closed) return false
    await Promise.all(happenings.map((happening) => this.#journal.persist(happening)))
    for (const happening of happenings) if (happening.type === 'asked') this.#handIn(happening)
    this.#deps.onChange(this.run)
    return true
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

  #handIn({ step, unit, taskId, turnId, ask }: Extract<Happening, { type: 'asked' }>): void {
    const work: Omit<UnitAtWork, 'stoppedBy'> = { step, unit, ids: { taskId, turnId }, ask }
    this.#works.take(work, { mayBeThere: false })
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
