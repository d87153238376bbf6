import type { Firing, Trigger, TriggerOn } from '../../../shared/domain/trigger.ts'
import type { Mark } from '../../words/instance-words.ts'
import { plural } from '../../words/figures.ts'
import { formatMoment } from '../../words/moment.ts'

export const kindLabels: Readonly<Record<TriggerOn['kind'], string>> = {
  time: 'Time',
  files: 'Files',
  git: 'Git commits',
  run: 'Another run',
  hook: 'Webhook',
  click: 'By hand',
}

export const overlapLabels = { skip: 'Skip', queue: 'Queue one', replace: 'Cancel it and start again' } as const
export const missedLabels = { once: 'Run once', all: 'Run each', none: 'Ignore them' } as const

/** How a trigger is, as a shape and a word. */
export function stateOf({ enabled, hasPausedItself, pausedBecause }: Trigger): { mark: Mark; word: string } {
  if (hasPausedItself) return { mark: 'failed', word: 'Paused after failures' }
  if (!enabled) return { mark: 'held', word: 'Paused' }
  return pausedBecause === null ? { mark: 'idle', word: 'On' } : { mark: 'failed', word: 'Not watching' }
}

/** The first letter large, as a sentence of its own begins. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** When it fires next; null where that is not known. */
export function nextWords({ next }: Trigger, now: Date): string | null {
  const [first] = next
  return first === undefined ? null : `Next ${formatMoment(new Date(first), now)}`
}

/** A time as the clock on the wall of that zone shows it. */
export function wallTime(time: string, timeZone?: string): string {
  return new Date(time).toLocaleString(undefined, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    ...(timeZone === undefined ? {} : { timeZone }),
  })
}

const outcomes: Readonly<Record<Firing['outcome'], string>> = {
  started: 'Started a run',
  queued: 'Queued',
  skipped: 'Skipped',
  failed: 'Failed to start',
}
const ends = { done: 'Run done', failed: 'Run failed', cancelled: 'Run cancelled' } as const
const marks: Readonly<Record<Firing['outcome'], Mark>> = { started: 'busy', queued: 'starting', skipped: 'stopped', failed: 'failed' }
const endMarks = { done: 'idle', failed: 'failed', cancelled: 'stopped' } as const

/** What came of a firing, as a shape and in words. */
export function firingState({ outcome, runOutcome, isOver }: Firing): { mark: Mark; word: string } {
  if (runOutcome !== null) return { mark: endMarks[runOutcome], word: ends[runOutcome] }
  // Its run is gone, or its end is not known any more.
  if (outcome === 'started' && isOver) return { mark: 'stopped', word: outcomes.started }
  return { mark: marks[outcome], word: outcome === 'started' ? 'Running' : outcomes[outcome] }
}

const mostNames = 3

/** What a firing had to say, in a few words; empty where the time or a click says it all. */
export function payloadWords(payload: Readonly<Record<string, unknown>>): string {
  const paths = texts(payload['paths'])
  const count = typeof payload['count'] === 'number' ? payload['count'] : paths.length
  if (paths.length > 0) return `${plural(count, 'file')}: ${named(paths, count)}`
  const commits = Array.isArray(payload['commits']) ? payload['commits'].length : 0
  if (commits > 0) return plural(commits, 'new commit')
  const missed = typeof payload['missed'] === 'number' ? payload['missed'] : 0
  return missed > 0 ? `Makes up for ${plural(missed, 'missed time')}` : ''
}

function named(paths: readonly string[], count: number): string {
  const shown = paths.slice(0, mostNames).join(', ')
  return count > mostNames ? `${shown}, …` : shown
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
