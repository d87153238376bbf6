import { AppError } from '../../../shared/app-error.ts'
import type { Answer } from '../../../shared/domain/pool.ts'
import type { Batch, DroppedMessage, OpenTasks, SendWhen, Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Asks, AskInput } from './asks.ts'
import type { Growth } from './growth.ts'
import { messageGone } from '../instances/instance-errors.ts'
import type { Leases } from './leases.ts'
import type { InstanceSet } from './instance-set.ts'
import type { TaskQueue, TaskUpdate } from '../queue/task-queue.ts'
import type { TaskInput } from '../queue/queue-task.ts'

export type TaskFilter = { conversationId?: string | undefined; instanceId?: string | undefined; batchId?: string | undefined }

/** What work says about where it goes. */
type Aimed = Pick<TaskInput, 'instanceId' | 'conversationId' | 'labels' | 'launch' | 'context' | 'forkOf' | 'lease'>

export type PoolTasksDeps = {
  instances: InstanceSet
  conversations: ConversationStore
  queue: TaskQueue
  asks: Asks
  growth: Growth
  leases: Leases
}

/** Everything that waits or runs: messages to instances, and work that was handed to the pool as a whole. */
export class PoolTasks {
  /** Work that waits for whatever instance fits best. */
  readonly queue: TaskQueue
  readonly #deps: PoolTasksDeps

  constructor(deps: PoolTasksDeps) {
    this.#deps = deps
    this.queue = deps.queue
  }

  /** Asks without choosing an instance; resolves with the ended turn and why that instance was chosen. */
  async ask(input: AskInput, signal?: AbortSignal): Promise<Answer> {
    await this.#check(input)
    return this.#deps.asks.ask(this.#aimed(input), signal)
  }

  /** Hands in work without choosing an instance and without waiting for its turn; it is on disk when this resolves. */
  async submit(input: TaskInput): Promise<Task> {
    await this.#check(input)
    const { id } = await this.queue.add(this.#aimed(input), { asked: false })
    return this.queue.task(id)
  }

  /** Hands in many prompts: all of them, or none. */
  async submitBatch({ texts, ...input }: Omit<TaskInput, 'text'> & { texts: readonly string[] }): Promise<Batch> {
    await this.#check(input)
    return this.queue.addBatch(texts, this.#aimed(input))
  }

  /** What runs and waits, in the order in which it will be worked off; the queue's own work behind the messages. */
  list(filter: TaskFilter): Task[] {
    const messages = this.#deps.instances.all().flatMap((instance) => instance.tasks())
    const all = [...messages.filter(({ id }) => !this.queue.has(id)), ...this.queue.tasks('open')]
    return all.filter((task) => fits(task, filter))
  }

  /** Work of the queue that has ended, the newest first. */
  ended(filter: TaskFilter): Task[] {
    return this.queue.tasks('ended').filter((task) => fits(task, filter))
  }

  /** A task with the turn that it has taken, once that has ended. Throws TASK_GONE. */
  async get(id: string): Promise<Task & { turn: Turn | null }> {
    const task = this.queue.has(id) ? this.queue.task(id) : this.list({}).find((item) => item.id === id)
    if (!task) throw messageGone()
    const { conversations } = this.#deps
    const { conversationId, turnId } = task
    if (conversationId === null || !conversations.has(conversationId)) return { ...task, turn: null }
    const turns = await conversations.turns(conversationId, 100)
    return { ...task, turn: turns.find((turn) => turn.id === turnId) ?? null }
  }

  /** Changes what waits. Throws TASK_GONE for what does not wait any more. */
  async update(id: string, change: TaskUpdate & { when?: SendWhen | undefined }): Promise<Task> {
    const { text, priority, before, instanceId, when } = change
    if (text?.trim() === '')
      throw new AppError('BAD_REQUEST', 'The message is empty. Write something, or remove it.', { data: { field: 'text' } })
    if (typeof instanceId === 'string') this.#deps.instances.get(instanceId)
    if (this.queue.has(id)) {
      if (when !== undefined)
        throw new AppError('STATE_CONFLICT', 'This task belongs to the pool, so it can’t join a running turn. Change its position instead.')
      return this.queue.update(id, change)
    }
    if (instanceId !== undefined)
      throw new AppError('STATE_CONFLICT', 'This message is queued in its conversation. Move the conversation to another instance instead.')
    return this.#deps.instances.ownerOf(id).editTask(id, {
      ...(text === undefined ? {} : { text }),
      ...(priority === undefined ? {} : { priority }),
      ...(before === undefined ? {} : { before }),
      ...(when === undefined ? {} : { when }),
    })
  }

  /** Withdraws what waits; interrupts what runs. */
  async cancel(id: string): Promise<void> {
    if (this.queue.has(id)) return this.queue.cancel(id)
    await this.#deps.instances.ownerOf(id).cancelTask(id)
  }

  /** Drops all messages that wait in a conversation, and answers them. */
  async dropWaiting(conversationId: string): Promise<DroppedMessage[]> {
    const dropped = await Promise.all(this.#deps.instances.all().map((instance) => instance.dropWaiting(conversationId)))
    return dropped.flat()
  }

  /** Drops those that wait behind the running turn of an instance, in its conversation. Throws NOT_FOUND. */
  async dropBehind(instanceId: string): Promise<DroppedMessage[]> {
    const instance = this.#deps.instances.get(instanceId)
    const running = instance.tasks().find(({ state }) => state === 'running')?.conversationId ?? instance.conversationId
    return running === null ? [] : instance.dropWaiting(running)
  }

  /** What is done under a lease goes to its instance alone. Throws NOT_FOUND for a lease that is over. */
  #aimed<T extends Aimed>(input: T): T {
    return input.lease === undefined ? input : { ...input, instanceId: this.#deps.leases.get(input.lease).id }
  }

  /** Throws NOT_FOUND for an instance or a conversation that is not there, BAD_REQUEST for what contradicts itself, and what is wrong with `launch`. */
  async #check({ instanceId, conversationId, labels, launch, context, forkOf, lease }: Aimed): Promise<void> {
    const who = [instanceId, labels, launch].filter((given) => given !== undefined)
    if (who.length > 1)
      throw new AppError('BAD_REQUEST', '“instance”, “labels” and “new” each say who is to do it. Send only one of them.', {
        data: { field: labels === undefined ? 'new' : 'labels' },
      })
    const holder = lease === undefined ? null : this.#deps.leases.get(lease)
    const isOther = instanceId !== undefined && instanceId !== holder?.id
    if (holder !== null && (labels !== undefined || launch !== undefined || isOther))
      throw new AppError('BAD_REQUEST', `This lease is for ${holder.config.name}. Leave “instance”, “labels” and “new” out.`, {
        data: { field: 'lease' },
      })
    if (conversationId !== undefined && (context === 'fresh' || forkOf !== undefined))
      throw new AppError('BAD_REQUEST', 'It cannot continue a conversation and begin one. Leave “conversationId” or “context” out.', {
        data: { field: 'context' },
      })
    if (instanceId !== undefined) this.#deps.instances.get(instanceId)
    for (const id of [conversationId, forkOf]) if (id !== undefined) this.#deps.conversations.get(id)
    if (launch !== undefined) await this.#deps.growth.check(launch)
  }
}

/** How many of open tasks wait and how many run. */
export function openCounts(tasks: readonly Task[]): OpenTasks {
  const running = tasks.filter(({ state }) => state === 'running').length
  return { waiting: tasks.length - running, running }
}

function fits(task: Task, { conversationId, instanceId, batchId }: TaskFilter): boolean {
  return (
    (conversationId ?? task.conversationId) === task.conversationId &&
    (instanceId ?? task.instanceId) === task.instanceId &&
    (batchId ?? task.batchId) === task.batchId
  )
}
