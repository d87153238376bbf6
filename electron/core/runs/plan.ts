import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { StepState } from '../../../shared/domain/run.ts'
import { reachedLimit, type ReachedLimit } from './limits.ts'
import { endOf } from './step-end.ts'
import { addLive, type Live } from './unit-host.ts'
import { hasEnded, unitAt, waitingIn, type RunRecord, type StepRecord } from './run-record.ts'

/** What the plan goes by besides what has happened. */
export type Now = {
  /** A clock that runs on evenly, with the times of the journal. */
  atMs: number
  /** The system's. */
  wallMs: number
  /** How long the run has been going while the machine was awake. */
  awakeMs: number
  /** What the running parts of a step have taken so far. */
  live: (step: string) => Live
  /** A limit of a run that this one is nested in. */
  above: ReachedLimit | null
  /** A run that this one is nested in is paused. */
  isHeld: boolean
}

export type EndState = Exclude<StepState, 'waiting' | 'running' | 'needs-you'>

/** What is to be done next. */
export type Action =
  | { do: 'begin'; step: string }
  | { do: 'ask'; step: string; unit: string }
  /** All parts of a consensus that were asked have ended. */
  | { do: 'consult'; step: string }
  | { do: 'end'; step: string; state: EndState; error?: ErrorInfo | undefined }
  | { do: 'stop'; step: string; unit: string; error: ErrorInfo | null }
  | { do: 'finish'; state: 'done' | 'failed' | 'cancelled'; error?: ErrorInfo | undefined }
  /** Nothing before this time, unless something happens. */
  | { do: 'wake'; atMs: number }

/** So many turns of a run at the same time, where it does not say. */
const mostAtOnce = 100

type Plan = {
  run: RunRecord
  now: Now
  actions: Action[]
  /** Turns that may still begin. */
  room: number
  /** Why the run fails once what runs has ended; undefined: it does not. */
  failure: ErrorInfo | undefined
  limit: ReachedLimit | null
  /** A part runs in the run's own conversation. */
  isTalking: boolean
  wakeMs: number
}

/** What is to be done next, going by what has happened. Looks at nothing else and changes nothing. */
export function next(run: RunRecord, now: Now): Action[] {
  if (run.finished) return []
  const plan = planOf(run, now)
  for (const step of run.steps.values()) if (!hasEnded(step)) planStep(plan, step)
  planFinish(plan)
  if (Number.isFinite(plan.wakeMs)) plan.actions.push({ do: 'wake', atMs: plan.wakeMs })
  return plan.actions
}

function planOf(run: RunRecord, now: Now): Plan {
  const { limits } = run.header.recipe
  let running = 0
  const live = { costUsd: 0, turns: 0 }
  let failure: ErrorInfo | undefined
  let cutShort: ErrorInfo | undefined
  let isTalking = false
  for (const step of run.steps.values()) {
    running += step.running.size
    if (step.running.size > 0) addLive(live, now.live(step.step.id))
    if (step.running.size > 0 && step.step.context === 'run') isTalking = true
    if (isFatal(step)) failure ??= failureOf(step)
    // Nothing that needs it can begin any more.
    else if (step.state === 'cancelled') cutShort ??= failureOf(step)
  }
  const limit = now.above ?? reachedLimit(limits, { spent: run.spent, live, minutes: now.awakeMs / 60_000 }, 'run')
  const wakeMs = limits.minutes === undefined ? Number.POSITIVE_INFINITY : now.atMs + Math.max(0, limits.minutes * 60_000 - now.awakeMs)
  const byTurns = limits.turns === undefined ? mostAtOnce : Math.max(0, limits.turns - run.spent.turns - live.turns)
  const room = Math.min((limits.concurrency ?? mostAtOnce) - running, byTurns)
  return { run, now, actions: [], room, failure: failure ?? cutShort, limit, isTalking, wakeMs: limit ? Number.POSITIVE_INFINITY : wakeMs }
}

function isFatal({ state, step, error }: StepRecord): boolean {
  return state === 'failed' && (step.onFailure !== 'continue' || error?.data?.['scope'] === 'run')
}

function failureOf({ step: { id }, error }: StepRecord): ErrorInfo {
  return error ?? { code: 'STEP_FAILED', message: `“${id}” failed. Retry it.` }
}

function planStep(plan: Plan, step: StepRecord): void {
  const { run, actions } = plan
  const { id } = step.step
  const limit = step.state === 'waiting' ? null : limitOf(plan, step)
  stopParts(plan, step, limit)
  if (step.running.size > 0 && (run.isCancelled || step.verdict)) return
  if (run.isCancelled) return
  if (step.verdict) return void actions.push({ do: 'end', step: id, state: step.verdict.state, error: step.verdict.error })
  if (step.state === 'waiting') {
    const isHeld = plan.limit !== null && (plan.limit.interrupts || asks(step))
    const mayBegin = !isPaused(plan) && !plan.failure && !isHeld && step.needs.every((need) => isPassed(run.steps.get(need)))
    if (mayBegin) actions.push({ do: 'begin', step: id })
    return
  }
  const late = step.kind === 'gate' || step.kind === 'wait' ? timesUp(plan, step, step.startedMs) : null
  if (late) return void actions.push({ do: 'end', step: id, state: 'failed', error: late })
  if (step.kind === 'gate' || step.kind === 'wait' || step.kind === 'state') return planWaiting(plan, step, limit)
  planParts(plan, step, limit)
}

function isPaused({ run, now }: Plan): boolean {
  return run.isPaused || now.isHeld
}

function asks({ kind }: StepRecord): boolean {
  return kind === 'ask' || kind === 'each' || kind === 'consensus' || kind === 'run'
}

/** What needs it may begin. */
function isPassed(step: StepRecord | undefined): boolean {
  if (!step) return true
  return step.state === 'done' || step.state === 'skipped' || (step.state === 'failed' && step.step.onFailure === 'continue')
}

function limitOf({ run, now, limit }: Plan, step: StepRecord): ReachedLimit | null {
  if (limit || step.step.limits === undefined) return limit
  const minutes = Math.max(0, now.awakeMs - step.begunAwakeMs) / 60_000
  const used = { spent: step.spent, live: now.live(step.step.id), minutes }
  return run.isCancelled ? null : reachedLimit(step.step.limits, used, 'step')
}

function stopParts(plan: Plan, step: StepRecord, limit: ReachedLimit | null): void {
  const { run, actions } = plan
  const isOver = run.isCancelled || step.verdict !== null
  for (const unit of step.running) {
    // The queue looks after the time of turns.
    const late = step.step.run === undefined ? null : timesUp(plan, step, step.units.get(unit)?.startedMs ?? null)
    if (isOver) actions.push({ do: 'stop', step: step.step.id, unit, error: null })
    else if (limit?.interrupts) actions.push({ do: 'stop', step: step.step.id, unit, error: limit.error })
    else if (late) actions.push({ do: 'stop', step: step.step.id, unit, error: late })
  }
}

/** Why what began then has taken too long; null where it has not. */
function timesUp(plan: Plan, { step: { timeoutSeconds } }: StepRecord, fromMs: number | null): ErrorInfo | null {
  if (timeoutSeconds === undefined || fromMs === null) return null
  const endMs = fromMs + timeoutSeconds * 1_000
  if (plan.now.atMs >= endMs)
    return { code: 'TIMED_OUT', message: `It took longer than ${timeoutSeconds} seconds. Retry it, or give it more time.` }
  plan.wakeMs = Math.min(plan.wakeMs, endMs)
  return null
}

/** A gate, a wait, or something to remember. */
function planWaiting(plan: Plan, step: StepRecord, limit: ReachedLimit | null): void {
  const { now, actions } = plan
  const { id, wait } = step.step
  if (limit?.interrupts && step.kind !== 'state') return void actions.push({ do: 'end', step: id, state: 'failed', error: limit.error })
  if (step.kind === 'state') return void actions.push({ do: 'end', step: id, state: 'done' })
  if (step.dueMs === null) return
  const nowMs = wait?.until === undefined ? now.atMs : now.wallMs
  if (nowMs >= step.dueMs) actions.push({ do: 'end', step: id, state: 'done' })
  else plan.wakeMs = Math.min(plan.wakeMs, now.atMs + step.dueMs - nowMs)
}

/** A step that asks: its parts, until the last one has ended. */
function planParts(plan: Plan, step: StepRecord, limit: ReachedLimit | null): void {
  const { actions } = plan
  const { id } = step.step
  const waiting = waitingIn(step)
  const isStill = step.running.size === 0 && step.counts.needsYou === 0
  if (isStill && waiting === 0) {
    if (step.kind === 'consensus' && step.counts.cancelled === 0) actions.push({ do: 'consult', step: id })
    else actions.push({ do: 'end', step: id, ...endOf(step) })
  } else if (plan.failure) {
    if (isStill) actions.push({ do: 'end', step: id, state: 'cancelled' })
  } else if (limit) {
    if (isStill) actions.push({ do: 'end', step: id, state: 'failed', error: limit.error })
  } else if (!isPaused(plan) && waiting > 0) pick(plan, step)
}

function pick(plan: Plan, step: StepRecord): void {
  const { limits, context, concurrency = mostAtOnce } = step.step
  const most = Math.min(concurrency, limits?.concurrency ?? mostAtOnce) - step.running.size
  const turns = limits?.turns === undefined ? mostAtOnce : limits.turns - step.spent.turns - plan.now.live(step.step.id).turns
  let room = Math.min(plan.room, most, turns)
  if (context === 'run') room = plan.isTalking ? 0 : Math.min(1, room)
  for (const unit of ready(plan, step)) {
    if (room <= 0) break
    room -= 1
    plan.room -= 1
    if (context === 'run') plan.isTalking = true
    plan.actions.push({ do: 'ask', step: step.step.id, unit })
  }
}

function* ready(plan: Plan, step: StepRecord): Generator<string, void, void> {
  for (const name of step.again) {
    const dueMs = step.units.get(name)?.dueMs ?? null
    if (dueMs === null || dueMs <= plan.now.atMs) yield name
    else plan.wakeMs = Math.min(plan.wakeMs, dueMs)
  }
  for (let index = step.cursor; index < step.total; index += 1) {
    const name = unitAt(step, index)
    if (!step.units.has(name)) yield name
  }
}

function planFinish(plan: Plan): void {
  const { run, actions, failure, limit } = plan
  if (actions.length > 0) return
  const all = [...run.steps.values()]
  if (all.some(({ running }) => running.size > 0)) return
  if (run.isCancelled) actions.push({ do: 'finish', state: 'cancelled' })
  else if (failure) actions.push({ do: 'finish', state: 'failed', error: failure })
  else if (all.every(hasEnded)) actions.push({ do: 'finish', state: 'done' })
  else if (limit && !isPaused(plan) && all.every((step) => hasEnded(step) || step.state === 'waiting'))
    actions.push({ do: 'finish', state: 'failed', error: limit.error })
}
