import type { OpenTasks, Task } from '../../../shared/domain/task.ts'

const stateWords: Record<Task['state'], string> = {
  waiting: 'Queued',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** What is to be known about a task on one line: where it is, and why. */
export function taskLine(task: Task, instanceName: string | null): string {
  const { state, waitingFor, error, attempts, choice } = task
  const where = stateWords[state]
  const tries = attempts > 1 ? `attempt ${attempts}` : null
  const why = state === 'waiting' ? waitingFor : state === 'failed' ? (error?.message ?? null) : null
  const who = state === 'running' || state === 'done' ? joined([instanceName, choice?.reason]) : null
  const gone = task.callerGone && state === 'running' ? 'no one is waiting for the answer' : null
  return [where, tries, who, why, gone].filter((part) => part !== null && part !== '').join(' · ')
}

/** How much there is to do, on one line; nothing where there is nothing. */
export function openWords({ waiting, running }: OpenTasks): string {
  const parts = [waiting > 0 ? `${waiting} waiting` : null, running > 0 ? `${running} running` : null]
  return parts.filter((part) => part !== null).join(', ')
}

function joined([name, reason]: readonly [string | null, string | undefined]): string | null {
  if (name === null) return null
  return reason === undefined || reason.includes(name) ? (reason ?? name) : `${name}: ${reason}`
}
