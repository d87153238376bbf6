import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { StepDecision, StepState } from '../../../shared/domain/run.ts'
import type { LinePlace } from '../storage/append-log.ts'
import type { HappeningOf, JournalEntry } from './journal-entry.ts'
import { beginAgain, reopen } from './fold-again.ts'
import { addSpent, hasEnded, newUnit, unitAt, type RunRecord, type Spent, type StepRecord, type UnitRecord } from './run-record.ts'

/** More turns of a step than these are not named. */
const mostTurnIds = 100

/** Enters an entry that is in the journal at `place`. The same entries give the same record; what does not fit is left out. */
export function fold(run: RunRecord, entry: JournalEntry, place: LinePlace): void {
  run.atMs = Math.max(run.atMs, Date.parse(entry.at))
  run.awakeMs = Math.max(run.awakeMs, entry.ms)
  number(run, entry)
  if (entry.type === 'control') return foldControl(run, entry)
  if (entry.type === 'finished') return foldFinished(run, entry)
  const step = run.steps.get(entry.step)
  if (!step) return
  if (entry.type === 'begun') foldBegun(run, step, entry, place)
  else if (entry.type === 'units') foldUnits(step, entry, place)
  else if (entry.type === 'asked') foldAsked(run, step, entry, place)
  else if (entry.type === 'unit') foldUnit(run, step, entry, place)
  else if (entry.type === 'ended') foldEnded(run, step, entry, place)
  else foldDecided(run, step, entry)
}

/** What is said of a run, or undoes steps, concerns all of them. */
function number(run: RunRecord, entry: JournalEntry): void {
  run.seq += 1
  const isForAll = entry.type === 'control' || entry.type === 'finished' || entry.type === 'decided'
  for (const step of isForAll ? run.steps.values() : [run.steps.get(entry.step)]) if (step) step.seq = run.seq
}

function foldControl(run: RunRecord, { control, step }: HappeningOf<'control'>): void {
  if (control === 'retry') {
    reopen(run)
    const failed = [...run.steps.values()].filter(({ state, step: { id } }) => state === 'failed' && (step === undefined || id === step))
    for (const one of failed) beginAgain(run, one, null)
  }
  if (run.finished) return
  if (control === 'cancel') run.isCancelled = true
  else run.isPaused = control === 'pause'
}

function foldFinished(run: RunRecord, { state, outputs, error }: HappeningOf<'finished'>): void {
  if (run.finished) return
  run.finished = { state, outputs, error }
  run.endedMs = run.atMs
  for (const step of run.steps.values()) {
    if (hasEnded(step)) continue
    step.state = 'cancelled'
    if (step.startedMs !== null) step.endedMs = run.atMs
  }
}

function foldBegun(run: RunRecord, step: StepRecord, { items, question, due }: HappeningOf<'begun'>, place: LinePlace): void {
  if (step.state !== 'waiting') return
  const asks = step.kind === 'ask' || step.kind === 'run'
  step.state = question === undefined ? 'running' : 'needs-you'
  step.total = items?.length ?? (asks ? 1 : 0)
  step.begun = place
  step.begunAwakeMs = run.awakeMs
  step.question = question ?? null
  step.dueMs = due === undefined ? null : Date.parse(due)
  step.startedMs = run.atMs
}

function foldUnits(step: StepRecord, { units }: HappeningOf<'units'>, place: LinePlace): void {
  if (hasEnded(step)) return
  for (const { unit } of units) {
    if (step.planned.has(unit)) continue
    step.planned.set(unit, place)
    step.names.push(unit)
    step.total += 1
  }
}

function foldAsked(run: RunRecord, step: StepRecord, entry: HappeningOf<'asked'>, place: LinePlace): void {
  const known = step.units.get(entry.unit)
  if (hasEnded(step) || (known && known.state !== 'waiting')) return
  const unit = known ?? newUnit()
  step.units.set(entry.unit, unit)
  unit.state = 'running'
  unit.attempt = entry.attempt
  unit.asked = place
  unit.answered = null
  unit.taskId = entry.taskId
  unit.turnId = entry.turnId
  unit.dueMs = null
  unit.startedMs ??= run.atMs
  unit.endedMs = null
  step.again.delete(entry.unit)
  step.running.add(entry.unit)
  step.attempts += 1
  advance(step)
}

function advance(step: StepRecord): void {
  while (step.cursor < step.total && step.units.has(unitAt(step, step.cursor))) step.cursor += 1
}

function foldUnit(run: RunRecord, step: StepRecord, entry: HappeningOf<'unit'>, place: LinePlace): void {
  // One that could not even be asked has no record yet.
  const unit = step.units.get(entry.unit) ?? newUnit()
  const isLate = unit.attempt !== entry.attempt || !(unit.state === 'running' || (unit.state === 'waiting' && entry.state === 'failed'))
  if (isLate || hasEnded(step)) return
  step.units.set(entry.unit, unit)
  advance(step)
  step.running.delete(entry.unit)
  step.again.delete(entry.unit)
  spend(run, step, unit, entry)
  unit.conversationId = entry.conversationId ?? unit.conversationId
  unit.instanceId = entry.instanceId ?? unit.instanceId
  unit.turnId = entry.turns.at(-1)?.id ?? unit.turnId
  unit.error = entry.error
  unit.answered = place
  step.conversationId = unit.conversationId ?? step.conversationId
  step.instanceId = unit.instanceId ?? step.instanceId
  if (step.step.context === 'run') run.conversationId = unit.conversationId ?? run.conversationId
  if (entry.state === 'again') tryAgain(step, entry, unit)
  else settle(step, unit, entry.state, run.atMs)
}

function tryAgain(step: StepRecord, { unit: name, due, faults }: HappeningOf<'unit'>, unit: UnitRecord): void {
  unit.state = 'waiting'
  unit.dueMs = due === undefined ? null : Date.parse(due)
  unit.isAskedAgain = faults !== undefined
  unit.tries += faults === undefined ? 1 : 0
  unit.misfits = faults === undefined ? 0 : unit.misfits + 1
  step.again.add(name)
}

const counters = { 'needs-you': 'needsYou', done: 'done', failed: 'failed', skipped: 'skipped', cancelled: 'cancelled' } as const

function settle(step: StepRecord, unit: UnitRecord, state: keyof typeof counters, atMs: number): void {
  unit.state = state
  unit.endedMs = atMs
  step.counts[counters[state]] += 1
  step.state = liveState(step)
}

function liveState(step: StepRecord): StepState {
  if (step.state !== 'running' && step.state !== 'needs-you') return step.state
  return step.counts.needsYou > 0 ? 'needs-you' : 'running'
}

function spend(run: RunRecord, step: StepRecord, unit: UnitRecord, { turns, spent }: HappeningOf<'unit'>): void {
  const all: Spent[] = turns.map(({ costUsd, usage }) => ({ costUsd: costUsd ?? 0, usage, turns: 1 }))
  if (spent) all.push(spent)
  for (const one of all) {
    addSpent(run.spent, one)
    addSpent(step.spent, one)
    unit.costUsd += one.costUsd
  }
  step.turnIds = [...step.turnIds, ...turns.map(({ id }) => id)].slice(-mostTurnIds)
}

function foldEnded(run: RunRecord, step: StepRecord, entry: HappeningOf<'ended'>, place: LinePlace): void {
  if (hasEnded(step)) return
  // Only where a line of the journal was lost.
  for (const name of step.running) settleLost(step, name, entry.state)
  step.state = entry.state
  step.by = entry.by
  step.error = entry.error
  step.message = entry.message
  step.consensus = entry.consensus
  step.ended = entry.output === undefined ? null : place
  step.startedMs ??= run.atMs
  step.endedMs = run.atMs
  step.dueMs = null
  step.verdict = null
  if (entry.remember) run.remembered = { ...run.remembered, ...entry.remember }
}

function settleLost(step: StepRecord, name: string, ended: StepState): void {
  const unit = step.units.get(name)
  step.running.delete(name)
  if (!unit) return
  unit.state = ended === 'done' ? 'done' : 'cancelled'
  step.counts[unit.state] += 1
}

function foldDecided(run: RunRecord, step: StepRecord, { decision }: HappeningOf<'decided'>): void {
  if (decision.decision === 'edit') {
    step.prompt = decision.prompt
    return
  }
  reopen(run)
  if (decision.decision === 'retry') return beginAgain(run, step, decision.index ?? null)
  const { message } = decision
  if (decision.decision === 'approve') step.verdict = { state: 'done', message }
  else if (decision.decision === 'reject') step.verdict = { state: 'failed', message, error: rejected(message) }
  else if (step.counts.needsYou > 0 && step.kind === 'each' && !isOfWhole(decision))
    return settleCutOff(run, step, decision.decision === 'skip' ? 'skipped' : 'done')
  else if (decision.decision === 'skip') step.verdict = { state: 'skipped', by: 'person', message }
  else step.verdict = { state: 'done', by: 'person', message, output: decision.output }
  if (hasEnded(step)) step.state = 'running'
  else if (step.kind === 'gate' || step.kind === 'wait') step.state = 'running'
}

/** An output is that of the whole step, not of its parts that were cut off. */
function isOfWhole(decision: StepDecision): boolean {
  return decision.decision === 'done' && decision.output !== undefined
}

/** Parts that were cut off are as a person says. */
function settleCutOff(run: RunRecord, step: StepRecord, state: 'done' | 'skipped'): void {
  for (const unit of step.units.values()) {
    if (unit.state !== 'needs-you') continue
    step.counts.needsYou -= 1
    unit.error = undefined
    settle(step, unit, state, run.atMs)
  }
}

function rejected(message: string | undefined): ErrorInfo {
  const why = message === undefined || message.trim() === '' ? '' : `: ${message}`
  return { code: 'GATE_REJECTED', message: `It was rejected${why}. Retry the step to ask again.` }
}
