import type { BatchSplit } from './batch.ts'

/** What the user says about work beside its text, as it stands in the fields. */
export type WorkOptions = { source: string; target: string; priority: number; deadlineMinutes: string; retries: string; split: BatchSplit }

export const usualOptions: WorkOptions = { source: '', target: '', priority: 5, deadlineMinutes: '', retries: '2', split: 'auto' }

type Labels = { source?: string; target?: string; priority: number }
type Queued = Labels & { timeoutSeconds?: number; retries: number }

/** Labels and priority, for a question as for work of the queue. */
export function labelsOf({ source, target, priority }: WorkOptions): Labels {
  const labels = { source: source.trim(), target: target.trim() }
  return {
    priority,
    ...(labels.source === '' ? {} : { source: labels.source }),
    ...(labels.target === '' ? {} : { target: labels.target }),
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
