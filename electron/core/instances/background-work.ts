import { z } from 'zod'
import type { BackgroundTask } from '../../../shared/domain/background.ts'
import type { ToolUseBlock } from '../../../shared/domain/message.ts'
import type { ClaudeEvent } from '../claude/claude-event.ts'
import { continuedLine, endLine, endOf, monitorWords, scheduleWords, type BackgroundLine } from './background-words.ts'
import { Schedules, scheduleTools } from './schedules.ts'

const longestDescription = 200
const longestPrompt = 2_000
const mostSteps = 50
const mostCalls = 500
/** Claude reports the end of a task in a turn of its own, which begins well within this. */
const reportMs = 5_000
/** Tools whose calls say what a task is. */
const starters: ReadonlySet<string> = new Set(['Bash', 'Monitor', 'Workflow', 'Agent', 'Task', ...scheduleTools])

const commandSchema = z.object({ command: z.string() })

/** What an event has changed: which tasks there are, or only how far they are. */
export type BackgroundChange = 'tasks' | 'progress' | null
/** Why Claude begins a turn by itself, in a few words where that is known, and the line that says so. */
export type Cause = { words: string | null; line: BackgroundLine }

type Started = { toolUseId: string | null; prompt: string | null }

/** What runs in the background of one process, and what of it Claude has yet to report. */
export class BackgroundWork {
  readonly #onFree: () => void
  #running: BackgroundTask[] = []
  readonly #schedules = new Schedules()
  /** Calls that may have begun a task, by their ids, and how tasks were begun. */
  readonly #calls = new Map<string, ToolUseBlock>()
  readonly #started = new Map<string, Started>()
  #cause: { words: string; task: BackgroundTask | null } | null = null
  #lines: BackgroundLine[] = []
  #reporting: NodeJS.Timeout | undefined

  /** `onFree`: nothing runs any more, and all is reported. */
  constructor(onFree: () => void) {
    this.#onFree = onFree
  }

  /** The oldest first; times that Claude has set last. */
  get tasks(): readonly BackgroundTask[] {
    return [...this.#running, ...this.#schedules.tasks]
  }

  /** True while something runs, or Claude is about to report that it has ended. */
  get active(): boolean {
    return this.tasks.length > 0 || this.#reporting !== undefined
  }

  /** Why Claude begins a turn by itself; to be asked once, when it does. */
  takeCause(): Cause {
    const monitor = monitorWords(this.#running)
    const { words, task } = this.#cause ?? { words: monitor, task: null }
    this.#cause = null
    return { words, line: continuedLine(words, task) }
  }

  /** Lines about tasks that have ended, to be shown now. */
  takeLines(): BackgroundLine[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  /** The sub-agents that run in the background, each with the call that began it. */
  agents(): ReadonlyMap<string, string> {
    const agents = this.#running.filter(({ kind }) => kind === 'agent' || kind === 'workflow')
    return new Map(agents.flatMap(({ id, toolUseId }): [string, string][] => (toolUseId === undefined ? [] : [[id, toolUseId]])))
  }

  take(event: ClaudeEvent): BackgroundChange {
    switch (event.type) {
      case 'assistant':
        for (const block of event.blocks) if (block.type === 'tool_use' && starters.has(block.name)) this.#remember(block)
        return null
      case 'tool-results':
        return this.#answered(event)
      case 'background':
        return this.#replace(event.tasks)
      case 'background-started':
        return this.#begins(event)
      case 'background-progress':
        return this.#progressed(event)
      case 'background-ended':
        this.#ended(event)
        return null
      case 'wakeup': {
        const before = this.#schedules.tasks
        const task = this.#schedules.fired()
        this.#cause = { words: scheduleWords(task), task }
        return this.#schedules.tasks === before ? null : this.#changed()
      }
      default:
        return null
    }
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
    const ended = [...this.#running, ...this.#schedules.clear()]
    clearTimeout(this.#reporting)
    this.#reporting = undefined
    this.#running = []
    this.#calls.clear()
    this.#started.clear()
    this.#cause = null
    this.#lines = []
    return ended
  }

  #remember(block: ToolUseBlock): void {
    this.#calls.set(block.toolUseId, block)
    dropOldest(this.#calls)
  }

  #answered({ results, data }: Extract<ClaudeEvent, { type: 'tool-results' }>): BackgroundChange {
    const [result] = results
    const call = this.#calls.get(result?.toolUseId ?? '')
    if (!result || result.isError || !call || !scheduleTools.has(call.name)) return null
    return this.#schedules.answered(call, data, new Date().toISOString()) ? this.#changed() : null
  }

  /** Claude Code says it of every task, also of a command that the turn waits for: then it is in no set. */
  #begins({ id, toolUseId, prompt }: Extract<ClaudeEvent, { type: 'background-started' }>): BackgroundChange {
    this.#started.set(id, { toolUseId, prompt })
    dropOldest(this.#started)
    return this.#change(id, (task) => this.#described(task)) ? 'tasks' : null
  }

  #progressed({ id, progress, steps }: Extract<ClaudeEvent, { type: 'background-progress' }>): BackgroundChange {
    const told = { progress, ...(steps === null ? {} : { steps: steps.slice(0, mostSteps) }) }
    return this.#change(id, (task) => ({ ...task, ...told })) ? 'progress' : null
  }

  #ended({ id, status, summary }: Extract<ClaudeEvent, { type: 'background-ended' }>): void {
    const task = this.#running.find((one) => one.id === id)
    this.#started.delete(id)
    if (!task) return
    this.#cause = { words: endOf(task, status, summary), task }
    this.#lines.push(endLine(task, status, summary))
    clearTimeout(this.#reporting)
    this.#reporting = setTimeout(() => this.reported(), reportMs)
  }

  #replace(tasks: Extract<ClaudeEvent, { type: 'background' }>['tasks']): BackgroundChange {
    const before = new Map(this.#running.map((task) => [task.id, task]))
    const since = new Date().toISOString()
    this.#running = tasks.map(({ id, kind, description: said, agent }) => {
      const description = said.slice(0, longestDescription)
      return before.get(id) ?? this.#described({ id, kind, description, since, ...(agent === undefined ? {} : { agent }) })
    })
    return this.#changed()
  }

  #changed(): BackgroundChange {
    if (!this.active) this.#onFree()
    return 'tasks'
  }

  /** A task with what the call that began it says. */
  #described(task: BackgroundTask): BackgroundTask {
    const { toolUseId = null, prompt = null } = this.#started.get(task.id) ?? {}
    const call = this.#calls.get(toolUseId ?? '')
    // Claude Code calls a monitor a command.
    const kind = call?.name === 'Monitor' ? 'monitor' : task.kind
    const command = commandSchema.safeParse(call?.input).data?.command
    return {
      ...task,
      kind,
      ...(toolUseId === null ? {} : { toolUseId }),
      ...(command === undefined ? {} : { command: command.slice(0, longestPrompt) }),
      // The prompt of a workflow is its script.
      ...(prompt === null || kind === 'workflow' ? {} : { prompt: prompt.slice(0, longestPrompt) }),
      ...(kind === 'command' || kind === 'monitor' ? { hasOutput: true } : {}),
    }
  }

  #change(id: string, change: (task: BackgroundTask) => BackgroundTask): boolean {
    const at = this.#running.findIndex((task) => task.id === id)
    const task = this.#running[at]
    if (!task) return false
    this.#running = this.#running.with(at, change(task))
    return true
  }
}

function dropOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next()
  if (map.size > mostCalls && !oldest.done) map.delete(oldest.value)
}
