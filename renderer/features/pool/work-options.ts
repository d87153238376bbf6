import type { BatchSplit } from './batch.ts'
import { labelsFrom } from '../../words/labels-from.ts'

/** What the user says about work beside its text, as it stands in the fields. */
export type WorkOptions = {
  labels: string
  source: string
  target: string
  priority: number
  deadlineMinutes: string
  retries: string
  split: BatchSplit
}

export const usualOptions: WorkOptions = {
  labels: '',
  source: '',
  target: '',
  priority: 5,
  deadlineMinutes: '',
  retries: '2',
  split: 'auto',
}

type Labels = { labels?: string[]; source?: string; target?: string; priority: number }
type Queued = Labels & { timeoutSeconds?: number; retries: number }

/** Labels and priority, for a question as for work of the queue. */
export function labelsOf({ labels: typed, source, target, priority }: WorkOptions): Labels {
  const labels = labelsFrom(typed)
  const pair = { source: source.trim(), target: target.trim() }
  return {
    priority,
    ...(labels.length === 0 ? {} : { labels }),
    ...(pair.source === '' ? {} : { source: pair.source }),
    ...(pair.target === '' ? {} : { target: pair.target }),
  }
}

/** The same with deadline and repetitions; a sentence where a field does not hold what it should. */
export function queuedOf(options: WorkOptions): Queued | string {
  const minutes = options.deadlineMinutes.trim()
  const seconds = Math.round(Number(minutes.replace(',', '.')) * 60)
  if (minutes !== '' && !(seconds >= 1)) return 'Deadline: enter minutes, or leave it empty.'
  const retries = Number(options.retries.trim())
  if (!Number.isInteger(retries) || retries < 0 || retries > 10) return 'Retries: enter a number from 0 to 10.'
  return { ...labelsOf(options), retries, ...(minutes === '' ? {} : { timeoutSeconds: seconds }) }
}
