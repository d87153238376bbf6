import type { WaitingTask } from '../instances/turn-recorder.ts'
import { recoverQueue } from '../queue/recover-queue.ts'
import type { PoolParts } from './pool-parts.ts'
import { joinTaken, recoverBackground, recoverTurns } from './recovery.ts'
import type { PoolDeps } from './pool-deps.ts'

type Parts = Pick<PoolParts, 'instances' | 'leases' | 'tasks' | 'late' | 'set' | 'goingOn' | 'pump'>
export type LastRunDeps = Pick<PoolDeps, 'conversations' | 'sessionHas'> & { parts: Parts }

/** What the last run of the app left open. */
export class LastRun {
  readonly #deps: LastRunDeps

  constructor(deps: LastRunDeps) {
    this.#deps = deps
  }

  /** Builds the instances that were there, in use ones parked, and puts back what waited. To be called once, before any instance works. */
  async takeUp(): Promise<void> {
    const { conversations, parts } = this.#deps
    const { queue } = parts.tasks
    parts.instances.load()
    parts.leases.takeUp()
    queue.runner.hold()
    await queue.open()
    for (const { record } of queue.interrupted()) {
      const { conversationId } = record
      // Found later, what waits in it would be done twice.
      if (conversationId !== null && conversations.has(conversationId)) await recoverTurns(conversations, conversationId)
    }
    const ofQueue = await recoverQueue(queue, conversations)
    for (const waiting of conversations.waitingTasks()) {
      if (!ofQueue.has(waiting.taskId)) await this.#restore(waiting.conversationId, waiting)
    }
    parts.late.takeUp()
    this.#goOn()
    queue.runner.letGo()
    parts.pump.ask()
  }

  /** The same in a conversation that was not read before the start: ends its turns, puts back what waits. */
  async takeUpIn(id: string): Promise<void> {
    const { conversations, parts } = this.#deps
    await recoverTurns(conversations, id)
    await recoverBackground(conversations, id)
    for (const waiting of conversations.waitingTasks()) if (waiting.conversationId === id) await this.#restore(id, waiting)
    parts.late.takeUp(id)
    this.#goOn()
  }

  async #restore(conversationId: string, waiting: WaitingTask): Promise<void> {
    const { conversations, sessionHas, parts } = this.#deps
    if (await joinTaken(conversations, sessionHas, conversationId, waiting)) return
    const { instanceId } = conversations.get(conversationId)
    const instance = parts.set.find(instanceId) ?? parts.set.leastBusy()
    if (instance) parts.goingOn.restored(instance.id, waiting)
    instance?.restore(conversationId, waiting)
  }

  #goOn(): void {
    for (const instance of this.#deps.parts.set.all()) instance.goOn()
  }
}
