import { z } from 'zod'
import type { ErrorInfo } from '../../../shared/app-error.ts'
import { limitEnd, type Turn } from '../../../shared/domain/turn.ts'
import { isCodeOfDisk } from '../storage/storage-error.ts'
import type { TaskRecord } from './queue-task.ts'

/** What becomes of a task whose turn has ended. `goesOn`: something was done already, so the next attempt goes on from there and repeats nothing. */
export type Verdict =
  | { state: 'done' }
  | { state: 'failed'; error: ErrorInfo }
  /** Once more, after so long. */
  | { state: 'again'; delayMs: number; error: ErrorInfo; goesOn: boolean }
  /** Claude's usage limit: once more when it is over. It counts as no repetition. */
  | { state: 'limited'; untilMs: number; error: ErrorInfo; goesOn: boolean }

/** Failures that may be over the next time; all others would meet the same again. */
const passing: ReadonlySet<string> = new Set([
  'OVERLOADED',
  'RATE_LIMITED',
  'MODEL_ERROR',
  'CONNECTION_LOST',
  'TURN_LOST',
  'CRASHED',
  'CLAUDE_EXITED',
  'CLAUDE_START_TIMEOUT',
  'SESSION_IN_USE',
])

/** Tools that change nothing: a turn that used only these may be repeated. */
const harmless: ReadonlySet<string> = new Set([
  'Read',
  'Glob',
  'Grep',
  'LS',
  'WebSearch',
  'WebFetch',
  'TodoWrite',
  'NotebookRead',
  'ToolSearch',
])

/** The limit is over already, as after a restart of the app. */
const afterLimitMs = 30_000
const mostDelayMs = 300_000

/** Judges an ended turn. `tools`: the names of what it called. Nothing that may have had an effect is repeated. */
export function judge(
  turn: Turn,
  { attempts, retries, retryDelaySeconds, hasEffects }: Attempted,
  tools: readonly string[],
  nowMs: number,
): Verdict {
  if (turn.outcome === 'done') return { state: 'done' }
  const error = turn.error ?? stopped
  if (turn.outcome === 'interrupted' || !(passing.has(error.code) || isCodeOfDisk(error.code))) return { state: 'failed', error }
  const untilMs = limitEnd(error)
  const effects = effectsOf([...tools, ...unsavedIn(error)])
  const goesOn = hasEffects || effects.length > 0
  if (untilMs !== null && untilMs > nowMs) return { state: 'limited', untilMs, error, goesOn }
  if (effects.length > 0)
    return untilMs === null
      ? { state: 'failed', error: notAgain(error, effects) }
      : { state: 'limited', untilMs: nowMs + afterLimitMs, error, goesOn }
  if (attempts > retries) return { state: 'failed', error: attempts > 1 ? triedOften(error, attempts) : error }
  return { state: 'again', delayMs: delayOf(attempts, retryDelaySeconds), error, goesOn }
}

/** Those of these tools that may have changed something. */
export function effectsOf(tools: readonly string[]): string[] {
  return [...new Set(tools.filter((name) => !harmless.has(name)))]
}

/** What was called and could not be written down, as the disk was full. */
function unsavedIn({ data }: ErrorInfo): string[] {
  return unsavedSchema.safeParse(data).data?.unsaved ?? []
}

const unsavedSchema = z.object({ unsaved: z.array(z.string()) })

type Attempted = Pick<TaskRecord, 'attempts' | 'retries' | 'retryDelaySeconds' | 'hasEffects'>

/** The pause after so many attempts: doubling, up to five minutes. */
export function delayOf(attempts: number, retryDelaySeconds: number): number {
  return Math.min(mostDelayMs, retryDelaySeconds * 1_000 * 2 ** Math.max(0, attempts - 1))
}

const stopped: ErrorInfo = {
  code: 'STOPPED',
  message: 'The turn was stopped early. What Claude said is kept. Press Retry to run it again.',
}

function notAgain(error: ErrorInfo, tools: readonly string[]): ErrorInfo {
  const did = `${tools.join(', ')} had been called, so it wasn’t retried automatically. Check what was done, then press Retry.`
  // Whoever handed it in can tell by them that it was cut off in the middle of something.
  return { ...error, message: `${error.message} ${did}`, data: { ...error.data, effects: [...tools] } }
}

function triedOften(error: ErrorInfo, attempts: number): ErrorInfo {
  return { ...error, message: `${error.message} It was tried ${attempts} times.` }
}
