import { AppError, type ErrorCode, type ErrorInfo } from '../../../shared/app-error.ts'
import type { ClaudeExit } from '../claude/claude-event.ts'
import { exitWords } from '../claude/launch.ts'
import { nextStep } from './keep-open.ts'
import { turnCutOff, type CutOff } from './lost-words.ts'

/** What stands against every start, whatever is to be gone on with. */
const ofEveryStart: ReadonlySet<ErrorCode> = new Set(['CLAUDE_MISSING', 'CLAUDE_NOT_EXECUTABLE', 'CLAUDE_TOO_OLD', 'SECRET_MISSING'])
const ofOneTurn: ReadonlySet<ErrorCode> = new Set(['STATE_CONFLICT', 'SESSION_IN_USE', 'SESSION_GONE'])

/**
 * True for a failed start that other messages to the instance would meet as well. What goes on with a session (`resumes`) may fail
 * for reasons of that conversation alone, such as its folder, and must not take the others along.
 */
export function isOfInstance({ code, data }: AppError, resumes: boolean): boolean {
  if (ofEveryStart.has(code)) return true
  return !resumes && !ofOneTurn.has(code) && data?.['of'] !== 'conversation'
}

/** Said in a conversation whose folder is gone, and which goes on in another one. */
export function folderGoneWords(gone: string, now: string): string {
  return `The folder of this conversation, ${gone}, is no longer there. Claude continues in ${now} and still has the full context.`
}

/** The process died in the middle of a turn. */
export function turnLost(open: CutOff, exit: ClaudeExit): ErrorInfo {
  const happened = [`Claude's process ended during this turn${exitWords(exit)}.`]
  if (open.tools.length === 0) happened.push('No tool was running.')
  return turnCutOff(happened.join(' '), open, nextStep(open, 'Press Continue to resume in the same session.'), { delivered: true })
}

export function turnTimedOut(seconds: number): ErrorInfo {
  return {
    code: 'TURN_TIMEOUT',
    message: `This turn ran longer than the ${seconds} s limit and was stopped. Raise the limit in the instance's settings, or press Continue.`,
  }
}

export function crashedTooOften(crashes: number, exit: ClaudeExit): ErrorInfo {
  const cause = exit.error?.message ?? `Its last end${exitWords(exit) || ' gave no reason'}.`
  return {
    code: 'CLAUDE_EXITED',
    message: `Claude ended ${crashes} times within ten minutes, so it isn’t restarted automatically. ${cause} Fix the cause, then press Restart.`,
  }
}

/** Said in a conversation that goes on without its context. */
export const sessionGoneWords =
  'Claude Code no longer has the session of this conversation, so Claude has lost the context above. A new session started here; repeat what matters.'

/** Said in a conversation whose session was deleted and is there again. */
export const sessionBackWords =
  'Claude Code had deleted the session of this conversation. Bullpen restored it from the vault, so Claude still has the full context.'

/** Work of the queue met an instance that had got something else to do meanwhile. */
export function busyMeanwhile(): AppError {
  return new AppError('STATE_CONFLICT', 'The instance got other work in the meantime. The task waits for the next free one.')
}

/** An instance that has failed is asked to work. */
export function takesNoMessages(name: string, failure: ErrorInfo): AppError {
  return new AppError('INSTANCE_FAILED', `${name} cannot take messages: ${failure.message}`, { data: { cause: failure.code } })
}

/** What was asked for concerns a message that waits no longer. */
export function messageGone(): AppError {
  return new AppError('TASK_GONE', 'This message is no longer queued: it was sent or removed in the meantime. Check the conversation.')
}
