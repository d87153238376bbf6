import type { Topic, TopicMessage, TopicMessageState, Worker } from '../../../shared/domain/topic.ts'
import type { Mark } from '../../words/instance-words.ts'
import { formatCost, formatDuration, plural } from '../../words/figures.ts'

export const stateNames: Record<TopicMessageState, string> = { waiting: 'Waiting', taken: 'In progress', done: 'Done', dead: 'Dead' }
export const stateMarks: Record<TopicMessageState, Mark> = { waiting: 'parked', taken: 'busy', done: 'idle', dead: 'failed' }

/** Messages per minute: `0`, `0.4`, `12`. */
export function rateWords(perMinute: number): string {
  return perMinute < 10 ? String(Math.round(perMinute * 10) / 10) : Math.round(perMinute).toLocaleString('en-US')
}

/** How full it is, once that may matter. */
export function fillWords({ waiting, mostWaiting }: Topic): string {
  const share = waiting / mostWaiting
  return share < 0.5 ? '' : `${Math.floor(share * 100)}% full`
}

/** What a topic is besides its lengths. */
export function topicFacts({ mostWaiting, keepDays, inPerMinute, donePerMinute }: Topic): string {
  return [
    `${rateWords(inPerMinute)} in, ${rateWords(donePerMinute)} done per minute`,
    `up to ${mostWaiting.toLocaleString('en-US')} waiting`,
    `keeps done messages ${plural(keepDays, 'day')}`,
  ].join(' · ')
}

/** How a worker works and what it has done. */
export function workerFacts({ running, done, failed, costUsd, concurrency, context, timeoutSeconds }: Worker): string {
  return [
    running > 0 ? `${running} in progress` : null,
    `${done.toLocaleString('en-US')} done`,
    failed > 0 ? `${failed.toLocaleString('en-US')} failed` : null,
    costUsd > 0 ? formatCost(costUsd) : null,
    concurrency > 1 ? `up to ${concurrency} at once` : null,
    context === 'same' ? 'one conversation' : null,
    timeoutSeconds === undefined ? null : `ends after ${formatDuration(timeoutSeconds * 1_000)}`,
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

export function workerMark({ paused, heldBy, running }: Worker): Mark {
  if (paused) return 'held'
  if (heldBy !== null) return 'frozen'
  return running > 0 ? 'busy' : 'idle'
}

/** Under a message's text in the list. */
export function messageFacts({ state, attempts, error, answer, mayBeRepeated, nextAttemptAt }: TopicMessage): string {
  return [
    mayBeRepeated ? 'may have run more than once' : null,
    state === 'done' || error === undefined ? null : error.message,
    nextAttemptAt === null ? null : 'retrying',
    state === 'done' ? answer : null,
    attempts > 1 ? plural(attempts, 'attempt') : null,
  ]
    .filter((part) => part !== null && part !== '')
    .join(' · ')
}

/** What is said where a list has nothing. */
export function emptyWords(state: TopicMessageState | 'all'): string {
  if (state === 'all') return 'No messages yet. Add one, or POST it to this topic.'
  if (state === 'waiting') return 'Nothing is waiting.'
  if (state === 'taken') return 'No message is in progress.'
  return state === 'done' ? 'Nothing is done yet.' : 'No dead messages. Messages that fail for good end up here.'
}
