import type { Notice, PoolEvent } from '../../../shared/domain/event.ts'
import type { PoolStatus } from '../../../shared/domain/pool.ts'
import type { QueueStatus, Task } from '../../../shared/domain/task.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { Coalescer } from '../events/coalescer.ts'
import type { EventLog } from '../events/event-log.ts'
import type { Channels } from '../events/channels.ts'
import type { InstanceSet } from './instance-set.ts'

export type PublisherDeps = {
  events: EventLog<PoolEvent>
  instances: InstanceSet
  conversations: ConversationStore
  channels: Channels
  status: () => PoolStatus
  queue: () => QueueStatus
  /** An instance has changed in a way that a list would show. */
  onInstance: () => void
  onInstanceRemoved: (id: string) => void
}

/** Tells everybody what has changed, the newest state only and not more often than a person can see. */
export class Publisher {
  readonly #deps: PublisherDeps
  readonly #instances = new Coalescer(30, (id) => this.instance(id))
  readonly #conversations = new Coalescer(150, (id) => this.#conversation(id))
  readonly #pool = new Coalescer(100, () => this.#deps.events.publish((seq) => ({ type: 'pool', seq, pool: this.#deps.status() })))

  readonly #queue = new Coalescer(200, () => this.#deps.events.publish((seq) => ({ type: 'queue', seq, queue: this.#deps.queue() })))

  constructor(deps: PublisherDeps) {
    this.#deps = deps
  }

  instanceChanged(id: string): void {
    this.#instances.add(id)
  }

  conversationChanged(id: string): void {
    this.#conversations.add(id)
  }

  poolChanged(): void {
    this.#pool.add('pool')
  }

  queueChanged(): void {
    this.#queue.add('queue')
    this.poolChanged()
  }

  /** Work of the queue; a waiting one is a line in the conversation too, once it has one. */
  task(task: Task): void {
    this.#deps.events.publish((seq) => ({ type: 'task', seq, task }))
  }

  /** Says an instance's state at once. */
  instance(id: string): void {
    const instance = this.#deps.instances.find(id)
    if (!instance) return
    const view = instance.view()
    this.#deps.events.publish((seq) => ({ type: 'instance', seq, instance: view }))
    this.#deps.onInstance()
  }

  instanceRemoved(id: string): void {
    this.#instances.drop(id)
    this.#deps.events.publish((seq) => ({ type: 'instance-removed', seq, id }))
    this.#deps.onInstanceRemoved(id)
  }

  conversationRemoved(id: string): void {
    this.#conversations.drop(id)
    this.#deps.channels.drop(id)
    this.#deps.events.publish((seq) => ({ type: 'conversation-removed', seq, id }))
  }

  notice(notice: Notice): void {
    this.#deps.events.publish((seq) => ({ type: 'notice', seq, notice }))
    if (notice.conversationId !== null) this.#deps.channels.find(notice.conversationId)?.notice(notice)
  }

  /** Says what is still to be said. */
  close(): void {
    this.#instances.close()
    this.#conversations.close()
    this.#queue.close()
    this.#pool.close()
  }

  #conversation(id: string): void {
    const { conversations, events, channels } = this.#deps
    if (!conversations.has(id)) return
    const conversation = conversations.get(id)
    events.publish((seq) => ({ type: 'conversation', seq, conversation }))
    channels.find(id)?.conversation(conversation)
  }
}
