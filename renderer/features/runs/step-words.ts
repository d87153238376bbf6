import type { RunStep } from '../../../shared/domain/run.ts'
import { formatDuration } from '../../words/figures.ts'
import { itemsWords, stepKindWords } from '../../words/run-words.ts'

const longestLine = 300

/** What there is to say of a step on one line: what is wrong, what it waits for, what came out, else what it is. */
export function stepLine(step: RunStep): string {
  const { kind, error, need, waitingFor, items, consensus, text, output, by } = step
  if (need) return oneLine(need.text) || stepKindWords[kind]
  if (error) return oneLine(error.message)
  if (waitingFor !== null) return `${waitingWords(waitingFor)}.`
  if (items && items.total > 0) return itemsWords(items)
  if (consensus) return consensus.decision === null ? `No decision: ${undecidedWords(consensus.undecided)}` : oneLine(consensus.decision)
  if (by === 'condition') return 'Skipped: its condition isn’t met'
  if (text.trim() !== '') return oneLine(text)
  return output === null || output === undefined ? stepKindWords[kind] : oneLine(JSON.stringify(output))
}

/** How long a step took, or has run so far; nothing before it has started. */
export function stepTook({ startedAt, endedAt, state }: Pick<RunStep, 'startedAt' | 'endedAt' | 'state'>, now: number): string {
  if (startedAt === null) return ''
  if (endedAt !== null) return formatDuration(Date.parse(endedAt) - Date.parse(startedAt))
  return state === 'running' ? formatDuration(Math.max(0, Math.floor((now - Date.parse(startedAt)) / 1000) * 1000)) : ''
}

/** Why nothing was decided. */
export function undecidedWords(undecided: NonNullable<RunStep['consensus']>['undecided']): string {
  switch (undecided) {
    case 'no-quorum':
      return 'no quorum'
    case 'tie':
      return 'a tie'
    case 'no-majority':
      return 'no majority'
    case 'judge-failed':
      return 'the judge failed'
    case 'judge-flipped':
      return 'the judge changed its mind with the order'
    case null:
      return 'unknown'
  }
}

/** A time in it is said in the reader's own. */
export function waitingWords(waitingFor: string): string {
  return waitingFor.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, (time) =>
    new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
  )
}

function oneLine(text: string): string {
  return text.slice(0, longestLine).replaceAll(/\s+/g, ' ').trim()
}
