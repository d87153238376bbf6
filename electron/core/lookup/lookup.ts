import { AppError } from '../../../shared/app-error.ts'
import type { Batch, BatchItem, BatchItems, Task } from '../../../shared/domain/task.ts'
import { begunTurn, type Turn, type TurnStatus } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { PoolTasks } from '../pool/pool-tasks.ts'
import type { Problems } from '../storage/problems.ts'
import { Keys } from './keys.ts'
import { LookupIndex } from './lookup-index.ts'
import { turnIdsIn } from './turn-scan.ts'

export type LookupDeps = { path: string; conversations: ConversationStore; tasks: () => PoolTasks; problems: Problems }
export type WaitOptions = { waitSeconds: number; signal?: AbortSignal | undefined }

/** Turns, tasks and batches by their ids, whenever they were and whichever call began them. */
export class Lookup {
  readonly keys: Keys
  readonly #deps: LookupDeps
  readonly #index: LookupIndex
  /** Those who wait for something of a task to change, by its id. */
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #missed = new Set<string>()
  #closed = false
  #scanning: Promise<ReadonlyMap<string, string>> | null = null

  constructor(deps: LookupDeps) {
    this.#deps = deps
    this.#index = new LookupIndex(deps.path, deps.problems)
    this.keys = new Keys(this.#index)
  }

  /** A turn has ended, and that is in its conversation. */
  turnEnded(conversationId: string, { id, joined = [] }: Turn): void {
    try {
      this.#index.addTurns(conversationId, [id, ...joined])
    } catch {
      // A disk that takes nothing is told by whoever writes the conversation, which is read when somebody asks for the turn.
      this.#missed.add(conversationId)
    }
  }

  /** A task was taken, or something of it has changed. */
  taskChanged(task: Task): void {
    this.#index.putTask(task)
    this.#wake(task.id)
  }

  /** A message neither waits nor runs any more: its turn has ended, or it was withdrawn before it was sent. */
  messageOver({ taskId, withdrawn }: { taskId: string; withdrawn: boolean }): void {
    const task = withdrawn ? this.#index.task(taskId) : null
    if (task?.kind === 'message') this.taskChanged({ ...task, state: 'cancelled', endedAt: new Date().toISOString() })
    else this.#wake(taskId)
  }

  /** How a turn is now or, with `waitSeconds`, once it has ended or that long has passed. Throws NOT_FOUND, TASK_GONE. */
  async turn(id: string, { waitSeconds, signal }: WaitOptions): Promise<TurnStatus> {
    const until = performance.now() + waitSeconds * 1_000
    for (;;) {
      const open = this.#openTask(({ turnId }) => turnId === id)
      if (!open) return this.#endedTurn(id)
      const left = until - performance.now()
      if (left <= 0 || this.#closed || signal?.aborted === true) return statusOf(open)
      await this.#change(open.id, { ms: left, signal })
    }
  }

  /** A task as it is now, with its turn once that has ended. Throws TASK_GONE. */
  async task(id: string): Promise<Task & { turn: Turn | null }> {
    const stored = this.#index.task(id)
    try {
      return await this.#deps.tasks().get(id)
    } catch (thrown) {
      if (!stored || !(thrown instanceof AppError) || thrown.code !== 'TASK_GONE') throw thrown
      return this.#stored(stored)
    }
  }

  /** Resolves once a task has ended. Throws TASK_GONE. */
  async endOf(id: string, signal?: AbortSignal): Promise<Task & { turn: Turn | null }> {
    for (;;) {
      const open = this.#openTask((task) => task.id === id)
      if (!open || signal?.aborted === true) return this.task(id)
      if (this.#closed) throw new AppError('UNAVAILABLE', 'Bullpen is closing. Ask again when it has started.')
      await this.#change(id, { signal })
    }
  }

  /** How far a batch is; null where there is none. */
  batchCounts(id: string): Batch | null {
    const known = this.#deps
      .tasks()
      .queue.batches()
      .find((batch) => batch.id === id)
    return known ?? this.#index.batch(id)
  }

  /** A page of a batch's tasks, in the order in which they were handed in, each with its answer. */
  async batch(id: string, page: { cursor?: string | undefined; limit: number }): Promise<BatchItems> {
    const rows = this.#index.tasksOfBatch(id, Number(page.cursor ?? 0), page.limit + 1)
    const items: BatchItem[] = []
    for (const { task } of rows.slice(0, page.limit)) items.push(await this.#itemOf(task))
    const last = rows[page.limit - 1]
    return { items, nextCursor: rows.length > page.limit && last ? String(last.place) : null }
  }

  /** Whether such a task came to be: it waits, runs or has ended. */
  async knows(taskId: string, turnId: string): Promise<boolean> {
    if (this.#openTask((task) => task.id === taskId)) return true
    const stored = this.#index.task(taskId)
    if (stored && stored.endedAt !== null) return true
    return (await this.#find(turnId)) !== null
  }

  close(): void {
    this.#closed = true
    for (const waiting of this.#waiting.values()) for (const wake of waiting) wake()
    this.#index.close()
  }

  #openTask(isIt: (task: Task) => boolean): Task | undefined {
    return this.#deps.tasks().list({}).find(isIt)
  }

  async #endedTurn(id: string): Promise<TurnStatus> {
    const turn = await this.#find(id)
    const task = this.#index.taskOfTurn(id)
    if (turn) return { ...turn, state: 'ended', taskId: task?.id ?? null, waitingFor: null }
    if (task && !hasBegun(task))
      throw new AppError('TASK_GONE', `This turn never began: ${task.error?.message ?? 'it was withdrawn.'}`, {
        data: { taskId: task.id, state: task.state },
      })
    if (task && this.#deps.conversations.has(task.conversationId ?? ''))
      throw new AppError('UNAVAILABLE', 'The end of this turn is not saved yet. GET /api/health says why; try again later.')
    throw new AppError('NOT_FOUND', 'There is no such turn. Its conversation may have been deleted.')
  }

  /** Turns of conversations that nobody told of are looked for in their files, once. */
  async #find(id: string): Promise<Turn | null> {
    const known = await this.#inConversation(this.#index.conversationOf(id), id)
    if (known) return known
    const unwritten = await (this.#scanning ??= this.#scan().finally(() => (this.#scanning = null)))
    return this.#inConversation(this.#index.conversationOf(id) ?? unwritten.get(id) ?? null, id)
  }

  async #inConversation(conversationId: string | null, turnId: string): Promise<Turn | null> {
    const { conversations } = this.#deps
    if (conversationId === null || !conversations.has(conversationId)) return null
    for (const limit of [100, 1_000_000]) {
      const turns = await conversations.turns(conversationId, limit)
      const found = turns.find(({ id, joined = [] }) => id === turnId || joined.includes(turnId))
      if (found ?? turns.length < limit) return found ?? null
    }
    return null
  }

  /** Answers what a full disk did not take, by turn: it is looked for again the next time. */
  async #scan(): Promise<ReadonlyMap<string, string>> {
    const unwritten = new Map<string, string>()
    for (const file of this.#deps.conversations.files()) {
      if (this.#index.isCovered(file.id) && !this.#missed.has(file.id)) continue
      const ids = await turnIdsIn(file).catch(() => null)
      if (ids === null) continue
      try {
        this.#index.addTurns(file.id, ids)
        this.#index.cover(file.id)
        this.#missed.delete(file.id)
      } catch {
        for (const id of ids) unwritten.set(id, file.id)
      }
    }
    return unwritten
  }

  /** A task that is over, as its turn says; a message's record was made before it ended. */
  async #stored(task: Task): Promise<Task & { turn: Turn | null }> {
    const { conversations } = this.#deps
    const turn = await this.#find(task.turnId)
    const text = await this.#promptOf(task, turn)
    if (!turn || task.kind === 'queue') return { ...task, text, turn }
    const { conversationId, outcome, error = null, endedAt } = turn
    const state = outcome === 'done' ? 'done' : outcome === 'interrupted' ? 'cancelled' : 'failed'
    return {
      ...task,
      conversationId: conversations.has(conversationId) ? conversationId : task.conversationId,
      text,
      state,
      error,
      endedAt,
      turn,
    }
  }

  async #promptOf(task: Task, turn: Turn | null): Promise<string> {
    if (!turn) return task.text
    const page = await this.#deps.conversations
      .messages(turn.conversationId, { around: turn.id, limit: 1, superseded: true })
      .catch(() => null)
    return page?.items.find(({ role, turnId }) => role === 'user' && turnId === turn.id)?.text ?? task.text
  }

  async #itemOf(task: Task): Promise<BatchItem> {
    const { id: taskId, state, conversationId, instanceId, turnId, error, attempts } = task
    const turn = task.endedAt === null || attempts === 0 ? null : await this.#inConversation(conversationId, turnId)
    return { taskId, state, conversationId, instanceId, turnId, outcome: turn?.outcome ?? null, text: turn?.text ?? null, error }
  }

  #wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake()
  }

  /** Until something of a task changes, or the time is up. */
  async #change(id: string, { ms, signal }: { ms?: number; signal: AbortSignal | undefined }): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiting.add(resolve))
    const stop = () => resolve()
    const timer = ms === undefined ? undefined : setTimeout(stop, ms)
    signal?.addEventListener('abort', stop, { once: true })
    await promise
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    waiting.delete(resolve)
    if (waiting.size === 0) this.#waiting.delete(id)
  }
}

/** Whether a task's turn had begun when that was noted last; of a message, that it was not withdrawn. */
function hasBegun({ kind, state, attempts }: Task): boolean {
  return kind === 'message' ? state !== 'cancelled' : attempts > 0 || state === 'done'
}

function statusOf({ id, turnId, conversationId, instanceId, state, createdAt, waitingFor }: Task): TurnStatus {
  const turn = begunTurn({ id: turnId, conversationId: conversationId ?? '', instanceId, startedAt: createdAt })
  return { ...turn, conversationId, state: state === 'running' ? 'running' : 'waiting', taskId: id, waitingFor }
}
