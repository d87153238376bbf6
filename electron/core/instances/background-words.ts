import type { BackgroundKind, BackgroundTask } from '../../../shared/domain/background.ts'
import type { MessageNotice } from '../../../shared/domain/message.ts'

const kinds: Record<BackgroundKind, string> = {
  command: 'background command',
  agent: 'background agent',
  monitor: 'monitor',
  workflow: 'workflow',
  schedule: 'schedule',
  task: 'background task',
}
const endings: ReadonlyMap<string, string> = new Map([
  ['completed', 'finished'],
  ['failed', 'failed'],
  ['stopped', 'was stopped'],
  ['killed', 'was stopped'],
])
const mostNamed = 10

/** A line about a task, and why Claude begins a turn by itself: both name the task for programs. */
export type BackgroundLine = { text: string; notice: MessageNotice }

/** What is said in a conversation whose work in the background was ended along with the process. */
export function endedWords(tasks: readonly BackgroundTask[]): string {
  if (tasks.every(({ kind }) => kind === 'schedule')) return `Canceled, because Claude’s process ended: ${listOf(tasks)}.`
  return `Ended before ${tasks.length === 1 ? 'it' : 'they'} finished, because Claude’s process ended: ${listOf(tasks)}.`
}

/** The same for Claude, who gets it along with the next message. */
export function endedNote(tasks: readonly BackgroundTask[]): string {
  if (tasks.every(({ kind }) => kind === 'schedule')) return `${endedWords(tasks)} Set it again if it is still needed.`
  return `${endedWords(tasks)} No result will come. Check what was done before you rely on it, and start it again if it is still needed.`
}

/** What runs, in a few words: `1 background command`. */
export function runningWords(tasks: readonly BackgroundTask[]): string {
  const [first] = tasks
  if (!first) return ''
  const same = tasks.every(({ kind }) => kind === first.kind)
  return `${tasks.length} ${same ? kinds[first.kind] : 'background task'}${tasks.length === 1 ? '' : 's'}`
}

/** What has become of a task, in Claude Code's word for it: `the background command “x” finished`. */
export function endOf(task: BackgroundTask, status: string, summary: string): string {
  const [, code] = /exit code (\d+)$/.exec(summary) ?? []
  return `the ${nameOf(task)} ${endings.get(status) ?? 'ended'}${code === undefined ? '' : ` with exit code ${code}`}`
}

/** The line of a task that has ended. */
export function endLine(task: BackgroundTask, status: string, summary: string): BackgroundLine {
  const words = endOf(task, status, summary).slice('the '.length)
  const data = { ...dataOf(task), status }
  return { text: capital(words), notice: { kind: 'background', level: status === 'failed' ? 'warning' : 'info', data } }
}

/** Why Claude goes on while nothing has ended: a monitor has something to tell. Null where none runs. */
export function monitorWords(tasks: readonly BackgroundTask[]): string | null {
  const monitors = tasks.filter(({ kind }) => kind === 'monitor')
  const [first] = monitors
  if (!first) return null
  return monitors.length === 1 ? `the ${nameOf(first)} reported something` : 'a monitor reported something'
}

/** Why Claude goes on at a time that it had set: `it was time for “check the build”`. */
export function scheduleWords(task: BackgroundTask | null): string {
  if (task === null) return 'the time that it had set came'
  const every = task.schedule?.every === undefined ? '' : ` (${task.schedule.every})`
  return `it was time for ${task.description === '' ? 'its schedule' : `“${task.description}”`}${every}`
}

/** The line that stands before a turn that Claude began by itself. */
export function continuedLine(cause: string | null, task: BackgroundTask | null): BackgroundLine {
  return {
    text: cause === null ? 'Claude continued on its own.' : `Claude continued: ${cause}`,
    notice: { kind: 'continued', level: 'info', data: task === null ? {} : dataOf(task) },
  }
}

function dataOf({ id, kind, toolUseId }: BackgroundTask): Record<string, unknown> {
  return { taskId: id, task: kind, ...(toolUseId === undefined ? {} : { toolUseId }) }
}

function listOf(tasks: readonly BackgroundTask[]): string {
  const named = tasks.slice(0, mostNamed).map((task) => `the ${nameOf(task)}`)
  const more = tasks.length - named.length
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function nameOf({ kind, description }: BackgroundTask): string {
  return description === '' ? kinds[kind] : `${kinds[kind]} “${description}”`
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
}
