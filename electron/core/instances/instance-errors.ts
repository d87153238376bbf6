import { AppError, type ErrorCode, type ErrorInfo } from '../../../shared/app-error.ts'
import type { ClaudeExit } from '../claude/claude-event.ts'
import { exitWords } from '../claude/launch.ts'
import { nextStep } from './keep-open.ts'
import { turnCutOff, type CutOff } from './lost-words.ts'

/** What stands against every start, whatever is to be gone on with. */
const ofEveryStart: ReadonlySet<ErrorCode> = new Set(['CLAUDE_MISSING', 'CLAUDE_NOT_EXECUTABLE', 'CLAUDE_TOO_OLD'])
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
  return `The folder of this conversation, ${gone}, is no longer there. Claude continues in ${now} and still knows what was said above.`
}

/** The process died in the middle of a turn. */
export function turnLost(open: CutOff, exit: ClaudeExit): ErrorInfo {
  const happened = [`Claude's process ended in the middle of this turn${exitWords(exit)}.`]
  if (open.tools.length === 0) happened.push('No tool was running.')
  return turnCutOff(happened.join(' '), open, nextStep(open, 'Press Continue to go on in the same session.'), { delivered: true })
}

export function turnTimedOut(seconds: number): ErrorInfo {
  return {
    code: 'TURN_TIMEOUT',
    message: `This turn worked for longer than the ${seconds} s you allow it and was ended. Raise the limit in the instance's settings, or press Continue.`,
  }
}

export function crashedTooOften(crashes: number, exit: ClaudeExit): ErrorInfo {
  const cause = exit.error?.message ?? `Its last end${exitWords(exit) || ' gave no reason'}.`
  return {
    code: 'CLAUDE_EXITED',
    message: `Claude ended ${crashes} times within ten minutes, so it is not started again by itself. ${cause} Press Restart when the cause is mended.`,
  }
}

/** Said in a conversation that goes on without its context. */
export const sessionGoneWords =
  'Claude Code no longer has the session of this conversation, so Claude does not know what was said above. A new session began here: repeat what matters.'

/** Said in a conversation whose session was deleted and is there again. */
export const sessionBackWords =
  'Claude Code had deleted the session of this conversation. Bullpen put it back from the vault, so Claude still knows what was said above.'

/** Work of the queue met an instance that had got something else to do meanwhile. */
export function busyMeanwhile(): AppError {
  return new AppError('STATE_CONFLICT', 'The instance got other work meanwhile. The task waits for the next free one.')
}

/** An instance that has failed is asked to work. */
export function takesNoMessages(name: string, failure: ErrorInfo): AppError {
  return new AppError('INSTANCE_FAILED', `${name} cannot take messages: ${failure.message}`, { data: { cause: failure.code } })
}

/** What was asked for concerns a message that waits no longer. */
export function messageGone(): AppError {
  return new AppError('TASK_GONE', 'This message no longer waits: it was sent or withdrawn meanwhile. Look at the conversation.')
}
