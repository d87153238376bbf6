import {
  runItemSchema,
  runSchema,
  runStepSchema,
  runSummarySchema,
  type Run,
  type RunItem,
  type RunStep,
  type RunSummary,
} from '../../shared/domain/run.ts'
import { at, idOf } from './samples.ts'

const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/** A run under way, as lists have it. */
export function sampleRunSummary(number: number, extra: Partial<RunSummary> = {}): RunSummary {
  return runSummarySchema.parse({
    id: idOf('run', number),
    recipe: 'review',
    title: `Run ${number}`,
    state: 'running',
    cause: { kind: 'person' },
    key: null,
    stepsEnded: 0,
    stepsTotal: 2,
    costUsd: 0,
    usage,
    turns: 0,
    limits: {},
    needs: [],
    asks: [],
    createdAt: new Date(Date.parse(at) + number * 1_000).toISOString(),
    endedAt: null,
    ...extra,
  })
}

/** A step that has not started. */
export function sampleStep(id: string, extra: Partial<RunStep> = {}): RunStep {
  const none = { output: null, text: '', turnIds: [], conversationId: null, instanceId: null, runId: null }
  const times = { startedAt: null, endedAt: null, waitingFor: null }
  return runStepSchema.parse({
    id,
    kind: 'ask',
    title: id,
    needs: [],
    state: 'waiting',
    attempts: 0,
    costUsd: 0,
    usage,
    ...none,
    ...times,
    ...extra,
  })
}

/** A run and its steps. */
export function sampleRun(steps: readonly RunStep[], extra: Partial<Run> = {}): Run {
  return runSchema.parse({ ...sampleRunSummary(1), inputs: {}, outputs: {}, remembered: {}, ...extra, steps })
}

/** A part of a fan-out that is done. */
export function sampleItem(index: number, extra: Partial<RunItem> = {}): RunItem {
  const none = { turnId: null, conversationId: null, instanceId: null, runId: null, startedAt: null, endedAt: null }
  return runItemSchema.parse({
    index,
    label: `item ${index}`,
    state: 'done',
    attempts: 1,
    text: '',
    output: null,
    costUsd: 0,
    ...none,
    ...extra,
  })
}
