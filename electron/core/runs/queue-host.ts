import { AppError } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { RecipeWorker } from '../../../shared/domain/recipe.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { TaskInput } from '../queue/queue-task.ts'
import type { TaskQueue } from '../queue/task-queue.ts'
import type { TurnShare } from './journal-entry.ts'
import { TurnAsks } from './run-asks.ts'
import type { HandedIn, Live, PartAsk, UnitEnd, UnitHost } from './unit-host.ts'

export type QueueHostDeps = {
  queue: Pick<TaskQueue, 'addKept' | 'has' | 'task' | 'turnsOf' | 'lastTurnOf' | 'cancel'>
  /** A turn by its id, where it was begun; `conversationId`: where it is, if that is known. */
  turn: (turnId: string, conversationId: string | null) => Promise<(Turn & { structured?: unknown }) | null>
  /** An instance by its name or id; null where there is none. */
  instanceId: (nameOrId: string) => string | null
  /** What keeps the disk from taking anything; null when nothing does. */
  heldBy?: (() => unknown) | undefined
  /** What running turns have cost has changed. */
  onSpending?: (() => void) | undefined
  /** What their turns wait for has changed. */
  onAsks?: (() => void) | undefined
}

/** What the queue is asked for. */
type RunTask = TaskInput & {
  labels?: readonly string[] | undefined
  launch?: RecipeWorker['new']
  fresh?: boolean | undefined
  context?: 'same' | 'fresh' | undefined
  forkOf?: string | undefined
  schema?: Record<string, unknown> | undefined
  origin?: { runId: string; stepId: string; recipe: string } | undefined
}

/** The queue tries turns again that may be repeated; a step's own repetitions come after that. */
const retries = 2
const retryDelaySeconds = 5
/** A turn that cannot be read is tried so often, and then counts as lost. */
const mostTries = 20
const unsavedPauseMs = 500

/** The pool's queue, as runs use it. */
export class QueueHost implements UnitHost {
  readonly #deps: QueueHostDeps
  readonly #tells = new Map<string, (end: UnitEnd) => void>()
  /** The turns of each task: a repetition is another turn. */
  readonly #turns = new Map<string, Set<string>>()
  /** Dollars of the turns of tasks that have not ended, as far as they are known; null: nothing yet. */
  readonly #usd = new Map<string, number | null>()
  readonly #asks = new TurnAsks()

  constructor(deps: QueueHostDeps) {
    this.#deps = deps
  }

  /** To be called for every change of the queue's work. */
  changed(task: Task): void {
    if (!this.#tells.has(task.id)) return
    this.#note(task)
    if (isOver(task)) void this.#tell(task)
  }

  /** To be called with the dollars that a turn, of whomever, has cost until now. */
  spends(turnId: string, usd: () => number): void {
    if (!this.#usd.has(turnId)) return
    this.#usd.set(turnId, usd())
    this.#deps.onSpending?.()
  }

  /** To be told of every approval, of whichever turn. */
  asked(approval: Approval, isWaiting: boolean): void {
    this.#asks.take(approval, isWaiting)
    if (this.#usd.has(approval.turnId)) this.#deps.onAsks?.()
  }

  readonly find = async ({ taskId, turnId }: HandedIn['ids']): Promise<UnitEnd | 'open' | null> => {
    const { queue, turn } = this.#deps
    if (queue.has(taskId)) {
      const task = queue.task(taskId)
      this.#note(task)
      return isOver(task) ? this.#endOf(task) : 'open'
    }
    // The queue forgets what ended long ago; the turn is still where it was said.
    const said = turnId === null ? null : await turn(turnId, null)
    return said?.outcome ? endWith([said], said, said.error ?? null) : null
  }

  readonly add = async (work: HandedIn): Promise<void> => {
    const input = this.#input(work)
    this.#deps.queue.addKept(input)
  }

  readonly cancel = async (taskId: string): Promise<void> => {
    const { queue } = this.#deps
    if (queue.has(taskId) && !isOver(queue.task(taskId))) await queue.cancel(taskId)
  }

  readonly live = (taskId: string): Live => {
    const turns = [...(this.#turns.get(taskId) ?? [])]
    return { costUsd: turns.reduce((sum, turnId) => sum + (this.#usd.get(turnId) ?? 0), 0), turns: 1 }
  }

  readonly asks = (taskId: string): readonly PartAsk[] => [...(this.#turns.get(taskId) ?? [])].flatMap((turnId) => this.#asks.of(turnId))

  readonly onEnd = (taskId: string, tell: (end: UnitEnd) => void): (() => void) => {
    this.#tells.set(taskId, tell)
    return () => {
      this.#tells.delete(taskId)
      for (const turnId of this.#turns.get(taskId) ?? []) this.#usd.delete(turnId)
      this.#turns.delete(taskId)
    }
  }

  #input({ ids, ask, origin }: HandedIn): RunTask {
    const { text, conversationId, forkOf, worker, schema, priority, timeoutSeconds } = ask
    return {
      ids: { id: ids.taskId, turnId: ids.turnId ?? '' },
      text,
      priority,
      retries,
      retryDelaySeconds,
      turnTimeoutSeconds: timeoutSeconds,
      ...(conversationId === null ? { context: 'fresh' } : { conversationId }),
      ...(forkOf === null ? {} : { forkOf }),
      ...(schema === null ? {} : { schema }),
      ...this.#worker(worker),
      origin: { runId: origin.runId, stepId: origin.stepId, recipe: origin.recipe },
    }
  }

  /** Throws NOT_FOUND where there is no such instance. */
  #worker(worker: RecipeWorker | null): Pick<RunTask, 'instanceId' | 'labels' | 'launch' | 'fresh'> {
    if (!worker) return {}
    const { instance, labels, new: launch, fresh, way } = worker
    const instanceId = instance === undefined ? undefined : this.#deps.instanceId(instance)
    if (instanceId === null) throw new AppError('NOT_FOUND', `There is no instance “${instance}”. Make one with that name, then retry.`)
    const isKept = way === 'kept-alive' || way === 'event-driven'
    return { instanceId, labels, launch: launch && isKept ? { ...launch, way } : launch, fresh: way === 'fresh' ? true : fresh }
  }

  /** Every turn that was begun for it, those of before the app started too. */
  #note({ id, turnId }: Task): void {
    const known = this.#turns.get(id) ?? this.#deps.queue.turnsOf(id)
    const turns = new Set(known).add(turnId)
    this.#turns.set(id, turns)
    if (this.#usd.has(turnId)) return
    this.#usd.set(turnId, null)
    // It may ask sooner than it is known whose it is.
    if (this.#asks.of(turnId).length > 0) this.#deps.onAsks?.()
  }

  /** A turn that the disk has not taken yet is waited for: without it nobody knows what was said and paid. */
  async #tell(task: Task, tries = 0): Promise<void> {
    try {
      const end = await this.#endOf(task, { isLast: tries >= mostTries })
      this.#tells.get(task.id)?.(end)
    } catch {
      const isHeld = (this.#deps.heldBy?.() ?? null) !== null
      setTimeout(() => void this.#tell(task, isHeld ? tries : tries + 1), unsavedPauseMs).unref()
    }
  }

  async #endOf(task: Task, { isLast } = { isLast: false }): Promise<UnitEnd> {
    const ids = [...(this.#turns.get(task.id) ?? [task.turnId])]
    // One that is done is on disk, and here as long as its end is told.
    const told = task.state === 'done' ? this.#deps.queue.lastTurnOf(task.id) : null
    const turnOf = async (id: string) => (told?.id === id ? told : this.#deps.turn(id, task.conversationId))
    const found = await Promise.all(ids.map((id) => (isLast ? turnOf(id).catch(() => null) : turnOf(id))))
    const turns = found.flatMap((turn) => (turn && turn.outcome !== null ? [turn] : []))
    const last = turns.find(({ id }) => id === task.turnId) ?? null
    const end = endWith(turns, last, task.error)
    const state = task.state === 'done' || task.state === 'cancelled' ? task.state : 'failed'
    return { ...end, state, conversationId: end.conversationId ?? task.conversationId, instanceId: end.instanceId ?? task.instanceId }
  }
}

function isOver({ state }: Task): boolean {
  return state !== 'waiting' && state !== 'running'
}

function endWith(turns: readonly Turn[], last: (Turn & { structured?: unknown }) | null, error: Task['error']): UnitEnd {
  const shares: TurnShare[] = turns.map(({ id, costUsd, usage }) => ({ id, costUsd, usage }))
  return {
    state: last?.outcome === 'done' ? 'done' : 'failed',
    text: last?.text ?? '',
    output: last?.structured,
    error: error ?? null,
    isCutOff: error?.data?.['effects'] !== undefined,
    turns: shares,
    conversationId: last?.conversationId ?? null,
    instanceId: last?.instanceId ?? null,
  }
}
