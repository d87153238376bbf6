import { AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { TopicConfig } from '../../../shared/domain/topic.ts'
import { nearestOf } from '../../../shared/nearest.ts'

const unknownPaceSeconds = 10
const longestSeconds = 3_600

export function topicFull({ name, mostWaiting }: TopicConfig, waiting: number, donePerMinute: number): AppError {
  const retryAfterSeconds = donePerMinute > 0 ? Math.min(longestSeconds, Math.ceil(60 / donePerMinute)) : unknownPaceSeconds
  return new AppError(
    'LIMIT_REACHED',
    `“${name}” is full: ${waiting} messages wait there, and it takes ${mostWaiting}. Nothing was added. Try again in ${retryAfterSeconds} s, or raise “mostWaiting”.`,
    { data: { limit: mostWaiting, waiting, retryAfterSeconds } },
  )
}

export function noTopic(name: string, names: readonly string[]): AppError {
  const nearest = nearestOf(name, names)
  const advice = nearest === null ? 'GET /topics lists all.' : `Did you mean “${nearest}”?`
  return new AppError('NOT_FOUND', `There is no topic “${name}”. ${advice}`, { data: { nearest } })
}

export function noMessage(topic: string): AppError {
  return new AppError('NOT_FOUND', `There is no such message in “${topic}”. It may have been cleared, or was done long ago.`)
}

export function noWorker(): AppError {
  return new AppError('NOT_FOUND', 'There is no such worker. GET /workers lists all.')
}

export function nameTaken(name: string): AppError {
  return new AppError('NAME_TAKEN', `There is a topic “${name}” already. Choose another name.`, { data: { field: 'name' } })
}

export function keyUsed(key: string, id: string): AppError {
  return new AppError(
    'STATE_CONFLICT',
    `The key “${key}” was used before, for another message (${id}). Send the same again to get that one, or use another key.`,
    { data: { field: 'key', id } },
  )
}

export function tooMany(what: string, most: number): AppError {
  return new AppError('LIMIT_REACHED', `There are ${most} ${what}, which is as many as there can be. Remove one first.`, {
    data: { limit: most },
  })
}

export function inACircle(path: readonly string[]): AppError {
  const way = path.map((name) => `“${name}”`).join(' → ')
  return new AppError('BAD_REQUEST', `Answers would go in a circle for ever: ${way}. Choose another output.`, {
    data: { field: 'output', path },
  })
}

export function topicInUse(name: string, workerIds: readonly string[]): AppError {
  return new AppError(
    'STATE_CONFLICT',
    `Workers take from “${name}” or answer there: ${workerIds.join(', ')}. Remove them first, or give them another output.`,
    { data: { workerIds } },
  )
}

export function topicBusy(name: string, taken: number): AppError {
  return new AppError('STATE_CONFLICT', `${taken} messages of “${name}” are being worked on. Wait for their end, or cancel their tasks.`, {
    data: { taken },
  })
}

export function topicHolds(name: string, messages: number): AppError {
  return new AppError('STATE_CONFLICT', `“${name}” holds ${messages} messages that are not done. Send “force”: true to remove them too.`, {
    data: { field: 'force', messages },
  })
}

export function notDead(state: string): AppError {
  return new AppError('STATE_CONFLICT', `Only dead messages are requeued; this one is ${state}.`, { data: { state } })
}

export const timeUp = (seconds: number): ErrorInfo => ({
  code: 'TIMED_OUT',
  message: `The turn ran longer than the ${seconds} s its worker allows, and was ended. Raise timeoutSeconds, or requeue the message.`,
})

export const answerLost: ErrorInfo = {
  code: 'ANSWER_LOST',
  message: 'It was answered, but the conversation that held the answer is gone. Requeue the message to ask again.',
}

export const promptTooLong: ErrorInfo = {
  code: 'TOO_LARGE',
  message: 'The worker’s prompt with this message has more than a million characters. Shorten the prompt, then requeue the message.',
}

/** A template that cannot be filled in, with its place. */
export function promptFault(message: string, row: number): ErrorInfo {
  return {
    code: 'BAD_REQUEST',
    message: `Line ${row} of the worker’s prompt: ${message} Change the prompt or the message, then requeue it.`,
  }
}
