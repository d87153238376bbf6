import type { BackgroundKind, BackgroundTask } from '../../../shared/domain/instance.ts'
import type { ClaudeEvent } from '../claude/claude-event.ts'

const kinds: Record<BackgroundKind, string> = {
  command: 'background command',
  agent: 'background agent',
  monitor: 'monitor',
  workflow: 'workflow',
  task: 'background task',
}
const endings: Record<string, string> = { completed: 'has finished', failed: 'has failed', stopped: 'was stopped', killed: 'was stopped' }
const longestDescription = 200
/** Claude reports the end of a task in a turn of its own, which begins well within this. */
const reportMs = 5_000

/** What runs in the background of one process, and what of it Claude has yet to report. */
export class BackgroundWork {
  readonly #onFree: () => void
  #tasks: BackgroundTask[] = []
  readonly #toolUses = new Map<string, string>()
  #cause: string | null = null
  #reporting: NodeJS.Timeout | undefined

  /** `onFree`: nothing runs any more, and all is reported. */
  constructor(onFree: () => void) {
    this.#onFree = onFree
  }

  /** The oldest first. */
  get tasks(): readonly BackgroundTask[] {
    return this.#tasks
  }

  /** True while something runs, or Claude is about to report that it has ended. */
  get active(): boolean {
    return this.#tasks.length > 0 || this.#reporting !== undefined
  }

  /** Why Claude begins a turn by itself, as a sentence; to be asked once, when it does. */
  takeCause(): string {
    const why = this.#cause === null ? '' : `: ${this.#cause}`
    this.#cause = null
    return `Claude continued on its own${why}.`
  }

  /** The sub-agents that run in the background, each with the call that began it. */
  agents(): ReadonlyMap<string, string> {
    const agents = this.#tasks.filter(({ kind }) => kind === 'agent' || kind === 'workflow')
    return new Map(
      agents.flatMap(({ id }): [string, string][] => {
        const call = this.#toolUses.get(id)
        return call === undefined ? [] : [[id, call]]
      }),
    )
  }

  /** True when the set of tasks has changed. */
  take(event: ClaudeEvent): boolean {
    if (event.type === 'background-started' && event.toolUseId !== null) this.#toolUses.set(event.id, event.toolUseId)
    if (event.type === 'wakeup') this.#cause = 'the time that it had set has come'
    if (event.type === 'background-ended') this.#ended(event)
    return event.type === 'background' && this.#replace(event.tasks)
  }

  /** A turn that Claude began by itself has ended: that was the report. */
  reported(): void {
    if (this.#reporting === undefined) return
    clearTimeout(this.#reporting)
    this.#reporting = undefined
    if (!this.active) this.#onFree()
  }

  /** The process is gone; answers what ran in it. */
  clear(): BackgroundTask[] {
    const ended = this.#tasks
    clearTimeout(this.#reporting)
    this.#reporting = undefined
    this.#tasks = []
    this.#toolUses.clear()
    this.#cause = null
    return ended
  }

  #ended({ id, status }: Extract<ClaudeEvent, { type: 'background-ended' }>): void {
    const task = this.#tasks.find((one) => one.id === id)
    this.#toolUses.delete(id)
    if (!task) return
    this.#cause = `the ${nameOf(task)} ${endings[status] ?? 'has ended'}`
    clearTimeout(this.#reporting)
    this.#reporting = setTimeout(() => this.reported(), reportMs)
  }

  #replace(tasks: Extract<ClaudeEvent, { type: 'background' }>['tasks']): boolean {
    const before = new Map(this.#tasks.map((task) => [task.id, task]))
    const since = new Date().toISOString()
    this.#tasks = tasks.map(
      ({ id, kind, description }) => before.get(id) ?? { id, kind, description: description.slice(0, longestDescription), since },
    )
    if (this.#tasks.length === 0 && this.#reporting === undefined) this.#onFree()
    return true
  }
}

/** What is said in a conversation whose work in the background was ended along with the process. */
export function endedWords(tasks: readonly BackgroundTask[]): string {
  return `Ended before ${tasks.length === 1 ? 'it' : 'they'} finished, because Claude’s process ended: ${listOf(tasks)}.`
}

/** The same for Claude, who gets it along with the next message. */
export function endedNote(tasks: readonly BackgroundTask[]): string {
  return `${endedWords(tasks)} No result will come. Check what was done before you rely on it, and start it again if it is still needed.`
}

/** What runs, in a few words: `1 background command`. */
export function runningWords(tasks: readonly BackgroundTask[]): string {
  const [first] = tasks
  if (!first) return ''
  const same = tasks.every(({ kind }) => kind === first.kind)
  return `${tasks.length} ${same ? kinds[first.kind] : 'background task'}${tasks.length === 1 ? '' : 's'}`
}

const mostNamed = 10

function listOf(tasks: readonly BackgroundTask[]): string {
  const named = tasks.slice(0, mostNamed).map((task) => `the ${nameOf(task)}`)
  const more = tasks.length - named.length
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function nameOf({ kind, description }: BackgroundTask): string {
  return description === '' ? kinds[kind] : `${kinds[kind]} “${description}”`
}
