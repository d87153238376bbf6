import { z } from 'zod'
import type { ErrorInfo } from '../../../shared/app-error.ts'
import type {
  ConsensusResult,
  Run,
  RunAsk,
  RunItem,
  RunState,
  RunStep,
  RunSummary,
  StepNeed,
  WholeStep,
} from '../../../shared/domain/run.ts'
import { titleOf } from '../recipes/step-kind.ts'
import type { LinePlace } from '../storage/append-log.ts'
import type { RunJournal } from './run-journal.ts'
import { hasEnded, unitAt, waitingIn, type RunRecord, type StepRecord } from './run-record.ts'

const shortText = 2_000
const shortLabel = 120
/** With more parts than these, what each has put out is read page by page. */
const mostOutputs = 1_000
const answerSchema = z.object({ text: z.string().default(''), output: z.unknown().optional() })
type Answer = z.infer<typeof answerSchema>
const askedSchema = z.object({ ask: z.object({ text: z.string() }) })
const itemsSchema = z.object({ items: z.array(z.unknown()).default([]) })

/** `asks`: what of it waits for a person. */
export function stateOf(run: RunRecord, asks: readonly RunAsk[]): RunState {
  if (run.finished) return run.finished.state
  if (run.isPaused) return 'paused'
  return asks.length > 0 ? 'needs-you' : 'running'
}

/** A run as lists show it. `asks`: what of it waits for a person; `heldBy`: why nothing goes on now, whatever its steps are. */
export function summaryOf(run: RunRecord, asks: RunAsk[], heldBy: string | null = null): RunSummary {
  const { header, spent, finished } = run
  const { recipe } = header
  let stepsEnded = 0
  const needs: string[] = []
  for (const step of run.steps.values()) {
    if (hasEnded(step)) stepsEnded += 1
    else if (step.state === 'needs-you') needs.push(step.step.id)
  }
  return {
    id: header.id,
    recipe: recipe.recipe,
    title: recipe.title ?? recipe.recipe,
    state: stateOf(run, asks),
    cause: header.cause,
    key: header.key,
    stepsEnded,
    stepsTotal: run.steps.size,
    costUsd: spent.costUsd,
    usage: { ...spent.usage },
    turns: spent.turns,
    limits: recipe.limits,
    ...(finished?.error ? { error: finished.error } : {}),
    ...(heldBy === null || finished ? {} : { heldBy }),
    needs,
    asks,
    createdAt: header.at,
    endedAt: timeOf(run.endedMs),
  }
}

/** A run with all of its steps; texts are shortened. */
export async function runOf(run: RunRecord, asks: RunAsk[], journal: Pick<RunJournal, 'read'>, heldBy: string | null = null): Promise<Run> {
  const steps = [...run.steps.values()]
  const places = steps.map(answerPlace)
  // All of one moment: while answers are read, it may go on.
  const shown = {
    ...summaryOf(run, asks, heldBy),
    inputs: run.header.inputs,
    outputs: run.finished?.outputs ?? {},
    remembered: run.remembered,
  }
  const shownSteps = steps.map((step) => stepOf(step, run, undefined, heldBy))
  const answers = await answersAt(places, journal)
  return { ...shown, steps: shownSteps.map((step, index) => ({ ...step, ...saidIn(step.consensus, answers[index]) })) }
}

function saidIn(consensus: ConsensusResult | undefined, answer: Answer | undefined): Pick<RunStep, 'output' | 'text'> {
  return { output: consensus ?? answer?.output ?? null, text: (answer?.text ?? consensus?.decision ?? '').slice(0, shortText) }
}

/** Parts of a fan-out in their order, from a number on; `states`: only those. */
export async function itemsOf(
  step: StepRecord,
  journal: Pick<RunJournal, 'read'>,
  page: { from: number; limit: number; states: ReadonlySet<string> | null; words: string },
): Promise<{ items: RunItem[]; next: number | null }> {
  const [begun] = step.begun ? await journal.read([step.begun]) : []
  const values = itemsSchema.safeParse(begun).data?.items ?? []
  const words = page.words.trim().toLowerCase()
  const found: number[] = []
  let index = page.from
  for (; index < step.total && found.length < page.limit; index += 1) {
    const unit = step.units.get(unitAt(step, index))
    if (page.states && !page.states.has(unit?.state ?? 'waiting')) continue
    if (words === '' || `${labelOf(values[index])}\n${unit?.error?.message ?? ''}`.toLowerCase().includes(words)) found.push(index)
  }
  const answers = await answersOf(step, found, journal)
  const items = found.map((at, place) => itemOf(step, at, { label: values[at], answer: answers[place] }))
  return { items, next: index < step.total ? index : null }
}

/** What these parts of a fan-out have answered so far. */
async function answersOf(step: StepRecord, indexes: Iterable<number>, journal: Pick<RunJournal, 'read'>): Promise<(Answer | undefined)[]> {
  const places = Array.from(indexes, (index) => step.units.get(unitAt(step, index))?.answered ?? null)
  return answersAt(places, journal)
}

async function answersAt(places: readonly (LinePlace | null)[], journal: Pick<RunJournal, 'read'>): Promise<(Answer | undefined)[]> {
  const lines = await journal.read(places.flatMap((place) => place ?? []))
  return places.map((place) => (place ? answerSchema.safeParse(lines.shift()).data : undefined))
}

function answerPlace(step: StepRecord): LinePlace | null {
  if (step.ended) return step.ended
  return step.kind === 'ask' || step.kind === 'run' ? (step.units.get('0')?.answered ?? null) : null
}

function stepOf(step: StepRecord, run: RunRecord, answer: Answer | undefined, heldBy: string | null = null): RunStep {
  const { spent, error, message, by, consensus, kind } = step
  const need = needOf(step)
  return {
    id: step.step.id,
    kind,
    title: titleOf(step.step),
    needs: [...step.needs],
    state: step.state,
    waitingFor: waitingFor(step, run) ?? (step.state === 'running' ? heldBy : null),
    attempts: step.attempts,
    ...saidIn(consensus, answer),
    ...(kind === 'each' ? { items: { total: step.total, waiting: waitingIn(step), running: step.running.size, ...step.counts } } : {}),
    turnIds: [...step.turnIds],
    conversationId: step.conversationId,
    instanceId: step.instanceId,
    runId: kind === 'run' ? (step.units.get('0')?.taskId ?? null) : null,
    ...(consensus ? { consensus } : {}),
    ...(need ? { need } : {}),
    ...(message === undefined ? {} : { message }),
    ...(by ? { by } : {}),
    costUsd: spent.costUsd,
    usage: { ...spent.usage },
    ...(error ? { error } : {}),
    startedAt: timeOf(step.startedMs),
    endedAt: timeOf(step.endedMs),
  }
}

/** A step without what it has put out. */
export function stepNews(step: StepRecord, run: RunRecord): Omit<RunStep, 'output' | 'text' | 'consensus'> {
  const { output: _output, text: _text, consensus: _consensus, ...news } = stepOf(step, run, undefined)
  return news
}

/** A step with its whole text, and what it asks. */
export async function wholeStepOf(step: StepRecord, journal: Pick<RunJournal, 'read' | 'record'>): Promise<WholeStep> {
  const { ask, gate, consensus, run } = step.step
  const [line] = await journal.read([answerPlace(step) ?? []].flat())
  const answer = line === undefined ? undefined : answerSchema.safeParse(line).data
  const place = step.kind === 'ask' ? step.units.get('0')?.asked : null
  const [asked] = place ? await journal.read([place]) : []
  return {
    ...stepOf(step, journal.record, answer),
    ...(step.kind === 'each' && answer?.output === undefined ? { output: await outputsOf(step, journal) } : {}),
    text: answer?.text ?? step.consensus?.decision ?? '',
    prompt: step.prompt ?? ask ?? gate ?? consensus?.ask ?? run ?? null,
    asked: askedSchema.safeParse(asked).data?.ask.text ?? null,
  }
}

/** What the parts of a fan-out have put out, as templates read it; null: too many at once. */
async function outputsOf(step: StepRecord, journal: Pick<RunJournal, 'read'>): Promise<unknown[] | null> {
  if (step.total > mostOutputs) return null
  const answers = await answersOf(step, Array.from({ length: step.total }).keys(), journal)
  return answers.map((answer) => answer?.output ?? answer?.text ?? null)
}

/** Why a step itself waits for a person; null where it does not. */
export function needOf(step: StepRecord): StepNeed | null {
  // What a person has said is entered, and takes effect in a moment.
  if (step.state !== 'needs-you' || step.verdict) return null
  const cutOff = [...step.units.values()].find(({ state }) => state === 'needs-you')
  const since = timeOf(cutOff?.endedMs ?? step.startedMs) ?? new Date(0).toISOString()
  if (cutOff) return { kind: 'cut-off', text: cutOff.error?.message ?? '', since }
  const { startedMs } = step
  const { timeoutSeconds } = step.step
  const until = startedMs === null || timeoutSeconds === undefined ? null : timeOf(startedMs + timeoutSeconds * 1_000)
  return { kind: step.kind === 'gate' ? 'gate' : 'event', text: step.question ?? '', since, ...(until === null ? {} : { until }) }
}

function waitingFor(step: StepRecord, run: RunRecord): string | null {
  if (run.finished || hasEnded(step) || step.running.size > 0) return null
  if (run.isPaused) return 'The run is paused'
  if (step.dueMs !== null) return `Until ${timeOf(step.dueMs) ?? ''}`
  const due = [...step.again].flatMap((name) => step.units.get(name)?.dueMs ?? [])
  return due.length > 0 ? `Tried again at ${timeOf(Math.min(...due)) ?? ''}` : null
}

function itemOf(step: StepRecord, index: number, { label, answer }: { label: unknown; answer: Answer | undefined }): RunItem {
  const unit = step.units.get(unitAt(step, index))
  const isRun = step.step.run !== undefined
  const error: ErrorInfo | undefined = unit?.error
  return {
    index,
    label: labelOf(label).slice(0, shortLabel),
    state: unit?.state ?? 'waiting',
    attempts: unit ? unit.attempt % 100_000 : 0,
    turnId: isRun ? null : (unit?.turnId ?? null),
    conversationId: unit?.conversationId ?? null,
    instanceId: unit?.instanceId ?? null,
    runId: isRun ? (unit?.taskId ?? null) : null,
    text: (answer?.text ?? '').slice(0, shortText),
    output: answer?.output ?? null,
    costUsd: unit?.costUsd ?? 0,
    ...(error ? { error } : {}),
    startedAt: timeOf(unit?.startedMs ?? null),
    endedAt: timeOf(unit?.endedMs ?? null),
  }
}

function labelOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
