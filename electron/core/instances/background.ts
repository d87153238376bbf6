import { toAppError } from '../../../shared/app-error.ts'
import type { BackgroundTask } from '../../../shared/domain/background.ts'
import type { ClaudeEvent, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import { BackgroundLanes, type BackgroundLanesDeps } from './background-lanes.ts'
import { endedNote, endedWords, runningWords, type BackgroundLine } from './background-words.ts'
import { BackgroundWork, type Cause } from './background-work.ts'
import type { Held } from './process-holder.ts'

export type BackgroundDeps = Omit<BackgroundLanesDeps, 'onUnwritable'> & {
  held: () => Held | null
  /** The turn that runs. */
  turnId: () => string | null
  /** Whether anything runs in the background of a conversation that may change files. */
  onWork: (work: { conversationId: string; cwd: string; runs: boolean }) => void
  /** Nothing runs any more: what had to wait for that may go on. */
  onFree: () => void
  onNotice: (level: 'error', code: string, message: string) => void
}

/** So many tasks are named; of more only the number is told. */
const mostTasks = 50
const longestNote = 5_000

/** What goes on beside the turns of an instance: kept on disk with its conversation, and told where it is ended. */
export class Background {
  readonly #deps: BackgroundDeps
  readonly #work: BackgroundWork
  readonly #lanes: BackgroundLanes
  readonly #turns = new Map<string, string>()
  #writing: Promise<void> = Promise.resolve()

  constructor(deps: BackgroundDeps) {
    this.#deps = deps
    this.#work = new BackgroundWork(deps.onFree)
    this.#lanes = new BackgroundLanes({ ...deps, onUnwritable: (error) => deps.onNotice('error', error.code, error.message) })
  }

  get active(): boolean {
    return this.#work.active
  }

  /** As callers see it: bounded, and how many are left out. */
  view(): { background: BackgroundTask[]; backgroundOmitted?: number } {
    const { tasks } = this.#work
    const omitted = tasks.length - mostTasks
    return { background: tasks.slice(0, mostTasks), ...(omitted > 0 ? { backgroundOmitted: omitted } : {}) }
  }

  /** In a few words; null when nothing runs. */
  get words(): string | null {
    return this.#work.tasks.length === 0 ? null : runningWords(this.#work.tasks)
  }

  /** Undefined for one that does not run. */
  find(taskId: string): BackgroundTask | undefined {
    return this.#work.tasks.find(({ id }) => id === taskId)
  }

  /** Whether only times that Claude has set stand for a later turn, and nothing runs. */
  get onlyWaits(): boolean {
    return this.#work.tasks.every(({ kind }) => kind === 'schedule')
  }

  /** Why no message of another conversation may be sent now, for the user to read; null: nothing here stands against it. */
  blocks(conversationId: string, name: string): string | null {
    const held = this.#deps.held()
    if (!this.active || held === null || held.conversationId === conversationId) return null
    const what = this.words === null ? 'Background work has just ended' : `${this.words} still running`
    return `${what} in another conversation of ${name}. Wait, stop it, or move this conversation to another instance.`
  }

  /** True while it runs in this conversation. */
  runsIn(conversationId: string): boolean {
    return this.#work.tasks.length > 0 && this.#deps.held()?.conversationId === conversationId
  }

  /** Takes what concerns it; true when the turn has nothing to do with the event. */
  take(event: ClaudeEvent): boolean {
    const change = this.#work.take(event)
    if (change === 'tasks') this.#changed()
    if (change === 'progress') this.#deps.onChange()
    if (event.type === 'background' || event.type === 'background-started') this.#openLanes(event)
    return this.#lanes.take(event)
  }

  /** Asks for a sub-agent in the background; null when the question is of the turn. */
  ask(question: PermissionQuestion): Promise<PermissionAnswer> | null {
    return this.#lanes.ask(question, this.#work.agents())
  }

  /** Lines about tasks that have ended, for the conversation. */
  takeLines(): BackgroundLine[] {
    return this.#work.takeLines()
  }

  /** Claude begins a turn by itself: why, and what the conversation says of it. */
  takeCause(): Cause {
    return this.#work.takeCause()
  }

  /** A turn that Claude began by itself has ended. */
  reported(): void {
    this.#work.reported()
  }

  /** The process is gone: the conversation says what ended with it, and Claude is told with the next message. */
  gone({ conversationId, cwd }: Held): void {
    if (conversationId !== null) this.#deps.onWork({ conversationId, cwd, runs: false })
    this.#lanes.close()
    this.#turns.clear()
    const ended = this.#work.clear()
    if (ended.length === 0 || conversationId === null) return
    this.#write(() => this.#tell(conversationId, ended))
    this.#deps.onChange()
  }

  /** The prompt as Claude gets it: with what it does not know yet. A command stays as it is, for it must stand alone. */
  withNote(conversationId: string, text: string): string {
    const { note, background: tasks = [] } = this.#deps.recorder.get(conversationId)
    if (note === undefined || text.startsWith('/')) return text
    this.#write(async () => void (await this.#deps.recorder.setBackground(conversationId, { tasks, note: null })))
    return `${text}\n\n<system-reminder>\n${note}\n</system-reminder>`
  }

  /** Settles when all is written. */
  get written(): Promise<void> {
    return this.#writing
  }

  async #tell(conversationId: string, ended: readonly BackgroundTask[]): Promise<void> {
    await tellEnded(this.#deps, conversationId, ended)
  }

  #changed(): void {
    const { conversationId = null, cwd = '' } = this.#deps.held() ?? {}
    if (conversationId !== null) this.#deps.onWork({ conversationId, cwd, runs: !this.onlyWaits })
    const { background: tasks } = this.view()
    if (conversationId !== null)
      this.#write(async () => {
        const { recorder } = this.#deps
        await recorder.setBackground(conversationId, { tasks: tasks.map(asStored), note: recorder.get(conversationId).note ?? null })
      })
    this.#deps.onChange()
  }

  /** What sub-agents say belongs to the turn in which they were begun. */
  #openLanes(event: ClaudeEvent): void {
    const conversationId = this.#deps.held()?.conversationId ?? null
    if (conversationId === null) return
    const turnId = this.#deps.turnId() ?? this.#deps.recorder.get(conversationId).lastTurn?.id ?? null
    if (event.type === 'background-started' && turnId !== null) this.#turns.set(event.id, turnId)
    for (const [id, toolUseId] of this.#work.agents()) {
      const began = this.#turns.get(id) ?? turnId
      if (began !== null) this.#lanes.open(toolUseId, { conversationId, turnId: began })
    }
  }

  #write(step: () => Promise<void>): void {
    this.#writing = this.#writing.then(step).catch((thrown: unknown) => {
      const { code, message } = toAppError(thrown)
      this.#deps.onNotice('error', code, message)
    })
  }
}

/** How far it is changes all the time, and counts no more when it is read again. */
function asStored({ progress: _progress, steps: _steps, prompt: _prompt, ...task }: BackgroundTask): BackgroundTask {
  return task
}

type Told = Pick<BackgroundLanesDeps, 'recorder'> & Partial<Pick<BackgroundLanesDeps, 'channel'>>

/** Says in a conversation what ended before it was done, and leaves word for Claude. */
export async function tellEnded({ recorder, channel }: Told, conversationId: string, ended: readonly BackgroundTask[]): Promise<void> {
  const blocks = [{ type: 'text' as const, text: endedWords(ended) }]
  const message = await recorder.appendMessage(conversationId, { role: 'system', blocks, turnId: null }, { sync: false })
  channel?.(conversationId).message(message)
  const { note } = recorder.get(conversationId)
  const all = [...(note === undefined ? [] : [note]), endedNote(ended)].join('\n').slice(-longestNote)
  await recorder.setBackground(conversationId, { tasks: [], note: all })
}
