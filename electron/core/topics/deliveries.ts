import { toAppError, type AppError } from '../../../shared/app-error.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Log } from '../log.ts'
import { Delivery } from './delivery.ts'
import { taskIdsOf, answerIdOf } from './ids.ts'
import type { HeldMessage } from './held-message.ts'
import { outcomeOf, waitsAgain } from './outcome.ts'
import type { StoredWorker } from './stored-worker.ts'
import type { Topic } from './topic.ts'
import type { InstancePort, TaskPort, TurnPort } from './topic-ports.ts'
import { notDead } from './topic-words.ts'
import { WorkerPrompts } from './worker-prompt.ts'

export type DeliveriesDeps = {
  topics: { all: () => Iterable<Topic>; find: (name: string) => Topic | undefined }
  workers: { all: () => readonly StoredWorker[]; find: (id: string) => StoredWorker | undefined }
  tasks: TaskPort
  turns: TurnPort
  instances: InstancePort
  log: Log
  /** A topic, and maybe a worker of it, has changed. */
  onChange: (topic: string, workerId: string | null) => void
}

const retryMs = 1_000
const priority = 5

/** Takes messages for workers, has the pool's queue ask for them, and puts the answers where they belong. Each is handed in once. */
export class Deliveries {
  readonly #deps: DeliveriesDeps
  readonly #prompts = new WorkerPrompts()
  /** By their tasks. */
  readonly #all = new Map<string, Delivery>()
  /** Dead messages by the tasks that failed: one that is tried again in the queue comes back to life. */
  readonly #dead = new Map<string, { topic: Topic; message: HeldMessage }>()
  /** Workers that could not write down what they took. */
  readonly #resting = new Set<string>()
  #open = false

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps
  }

  /** Goes on with what the last run left. To be called when the queue has judged its tasks. */
  begin(): void {
    this.#open = true
    for (const topic of this.#deps.topics.all()) {
      for (const message of topic.inState('taken')) {
        const { workerId, taskId, output } = message.now
        if (workerId !== null && taskId !== null) this.#begin(topic, message, { workerId, taskId, output })
      }
      for (const message of topic.inState('dead')) this.#remember(topic, message)
    }
    for (const workerId of new Set([...this.#all.values()].map((one) => one.workerId))) {
      const worker = this.#deps.workers.find(workerId)
      if (!worker || worker.paused || !this.#deps.instances.find(worker.instanceId)) this.giveBack(workerId)
    }
    this.pump()
  }

  /** Has every worker take what it may. Cheap when nothing waits. */
  pump(): void {
    if (!this.#open) return
    for (const worker of this.#deps.workers.all()) {
      const topic = this.#deps.topics.find(worker.topic)
      for (let first = topic?.first(); topic && first && this.#mayTake(worker); first = topic.first()) this.#take(worker, topic, first)
    }
  }

  /** What a worker has taken. */
  of(workerId: string): Delivery[] {
    return [...this.#all.values()].filter((one) => one.workerId === workerId)
  }

  /** Why a worker takes nothing, for the user to read; null when nothing holds it. */
  heldBy(worker: StoredWorker): string | null {
    if (worker.paused) return 'It is paused. Resume it to continue.'
    const instance = this.#deps.instances.find(worker.instanceId)
    if (!instance) return 'Its instance was removed. Give it another one.'
    const output = worker.output === undefined ? undefined : this.#deps.topics.find(worker.output)
    if (output && output.room - this.#promised(output.name) <= 0)
      return `“${output.name}” is full: ${output.counts.waiting} of ${output.config.mostWaiting} messages wait there.`
    return null
  }

  /** Why what a worker has taken does not begin; null when it does. */
  waitsFor(workerId: string): string | null {
    const tasks = this.of(workerId).map(({ taskId }) => this.#deps.tasks.peek(taskId))
    return tasks.every((task) => task?.state === 'waiting') ? (tasks[0]?.waitingFor ?? null) : null
  }

  /** To be called with every change of a task of the queue. */
  taskChanged(task: Task): void {
    if (!this.#open) return
    const delivery = this.#all.get(task.id) ?? this.#revived(task)
    if (delivery) this.#run(delivery, () => this.#follow(delivery, task))
  }

  /** What a worker has taken and nobody has begun waits in the topic again. */
  giveBack(workerId: string): void {
    for (const delivery of this.of(workerId)) {
      const task = this.#deps.tasks.peek(delivery.taskId)
      if (task?.state !== 'waiting' || task.attempts > 0) continue
      delivery.ending = 'back'
      this.#deps.tasks.cancel(task.id).catch(() => {})
    }
  }

  /** A dead message waits again; what its task does no longer concerns it. */
  async requeue(topic: Topic, message: HeldMessage): Promise<void> {
    const { taskId, round, state } = message.now
    if (state !== 'dead' || (taskId !== null && this.#all.has(taskId))) throw notDead(state)
    await topic.record(message, { ...waitsAgain, round: round + 1 })
    if (taskId !== null) this.#dead.delete(taskId)
  }

  forget(messages: readonly HeldMessage[]): void {
    for (const { now } of messages) if (now.taskId !== null) this.#dead.delete(now.taskId)
  }

  async close(): Promise<void> {
    this.#open = false
    const all = [...this.#all.values()]
    for (const delivery of all) delivery.stop()
    await Promise.all(all.map(({ settled }) => settled))
    for (const delivery of all) delivery.stop()
  }

  #mayTake(worker: StoredWorker): boolean {
    return !this.#resting.has(worker.id) && this.of(worker.id).length < worker.concurrency && this.heldBy(worker) === null
  }

  /** Answers that are still to come to a topic. */
  #promised(output: string): number {
    let count = 0
    for (const delivery of this.#all.values()) if (delivery.output === output) count += 1
    return count
  }

  #take(worker: StoredWorker, topic: Topic, message: HeldMessage): void {
    topic.takeOut(message)
    const { id: taskId } = taskIdsOf({ topic: topic.name, messageId: message.id }, message.now.round)
    const output = worker.output ?? null
    const taken = { workerId: worker.id, taskId, output }
    const delivery = new Delivery(topic, message, taken)
    this.#all.set(taskId, delivery)
    this.#run(delivery, async () => {
      try {
        await topic.record(message, { ...waitsAgain, ...taken, state: 'taken', instanceId: worker.instanceId, conversationId: null })
      } catch {
        return this.#notTaken(delivery)
      }
      this.#tell(delivery)
      this.#run(delivery, () => this.#handIn(delivery))
      // There is room for one more answer in this topic.
      this.pump()
    })
  }

  /** It could not be written down: nobody has it, and the worker takes nothing until that can be. */
  #notTaken({ topic, message, taskId, workerId }: Delivery): void {
    this.#all.delete(taskId)
    topic.putBack(message)
    this.#resting.add(workerId)
    topic.onceWritable(() => {
      this.#resting.delete(workerId)
      this.pump()
    })
  }

  #begin(topic: Topic, message: HeldMessage, taken: { workerId: string; taskId: string; output: string | null }): Delivery {
    const delivery = new Delivery(topic, message, taken)
    this.#all.set(taken.taskId, delivery)
    this.#run(delivery, () => this.#handIn(delivery))
    return delivery
  }

  /** Has the queue ask, unless it does so already. */
  async #handIn(delivery: Delivery): Promise<void> {
    const { topic, message, workerId } = delivery
    const ids = taskIdsOf({ topic: topic.name, messageId: message.id }, message.now.round)
    const known = message.isDoubtful ? await this.#deps.tasks.find(ids) : null
    message.isDoubtful = false
    if (known) return this.#follow(delivery, known)
    const worker = this.#deps.workers.find(workerId)
    if (!worker || worker.paused || !this.#deps.instances.find(worker.instanceId)) return this.#end(delivery, { ...waitsAgain })
    const filled = this.#prompts.fill(worker.prompt, topic.name, await topic.view(message))
    if ('error' in filled) return this.#end(delivery, { state: 'dead', error: filled.error })
    try {
      await this.#deps.tasks.submit({ ...inputOf(worker, filled.text), ids, origin: { topic: topic.name, messageId: message.id } })
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'BAD_REQUEST') return this.#end(delivery, { state: 'dead', error: error.toInfo() })
      if (error.code === 'NOT_FOUND') return this.#end(delivery, { ...waitsAgain })
      // It may be there all the same.
      message.isDoubtful = true
      throw thrown
    }
    // It was changed, or its instance removed, meanwhile.
    if (this.#deps.workers.find(workerId) !== worker || !this.#deps.instances.find(worker.instanceId)) this.giveBack(workerId)
  }

  async #follow(delivery: Delivery, task: Task): Promise<void> {
    const { message, topic } = delivery
    if (!this.#open || message.now.state !== 'taken' || message.now.taskId !== task.id) return
    if (task.state === 'running') return this.#begun(delivery, task)
    delivery.unlimited()
    if (task.state !== 'waiting') return this.#settle(delivery, task)
    if (task.nextAttemptAt === null || task.nextAttemptAt === message.now.nextAttemptAt) return
    await topic.record(message, { nextAttemptAt: task.nextAttemptAt, error: task.error }, { sync: false })
    this.#tell(delivery)
  }

  async #begun(delivery: Delivery, { turnId, conversationId, instanceId }: Task): Promise<void> {
    const { message, topic, workerId } = delivery
    const seconds = this.#deps.workers.find(workerId)?.timeoutSeconds
    if (seconds !== undefined) delivery.limit(seconds * 1_000, () => this.#timeIsUp(delivery))
    if (message.now.turns.includes(turnId)) return
    const turns = [...message.now.turns, turnId]
    await topic.record(message, { turns, conversationId, instanceId, nextAttemptAt: null, error: null }, { sync: false })
    this.#tell(delivery)
  }

  #timeIsUp(delivery: Delivery): void {
    delivery.ending = 'time'
    this.#deps.tasks.cancel(delivery.taskId).catch(() => {})
  }

  /** The answer goes to its topic first, under an id that it has once: then the message is done. */
  async #settle(delivery: Delivery, task: Task): Promise<void> {
    const { topic, message, output, workerId } = delivery
    const timeoutSeconds = this.#deps.workers.find(workerId)?.timeoutSeconds ?? 0
    const { change, answer } = await outcomeOf(delivery, task, { turns: this.#deps.turns, timeoutSeconds })
    const target = output === null || answer === null ? undefined : this.#deps.topics.find(output)
    if (target && answer !== null && output !== null) {
      const { data } = await topic.view(message)
      const of = { topic: topic.name, messageId: message.id }
      await target.put({ id: answerIdOf(of, output), text: answer, data, from: { topic: topic.name, id: message.id } })
      this.#deps.onChange(output, null)
    }
    await this.#end(delivery, change, answer)
  }

  /** Nobody has it any more. */
  async #end(delivery: Delivery, change: Parameters<Topic['record']>[1], answer: string | null = null): Promise<void> {
    const { topic, message, taskId } = delivery
    await topic.record(message, change, { answer })
    delivery.stop()
    this.#all.delete(taskId)
    if (message.now.state === 'dead') this.#remember(topic, message)
    this.#tell(delivery)
    this.pump()
  }

  #remember(topic: Topic, message: HeldMessage): void {
    if (message.now.taskId !== null) this.#dead.set(message.now.taskId, { topic, message })
  }

  /** Somebody has the queue try again what had failed. */
  #revived({ id, state }: Task): Delivery | null {
    const dead = this.#dead.get(id)
    const { workerId, output } = dead?.message.now ?? {}
    if (!dead || typeof workerId !== 'string' || (state !== 'waiting' && state !== 'running')) return null
    const { topic, message } = dead
    this.#dead.delete(id)
    const delivery = new Delivery(topic, message, { workerId, taskId: id, output: output ?? null })
    this.#all.set(id, delivery)
    this.#run(delivery, () => topic.record(message, { state: 'taken', turns: [], error: null }))
    return delivery
  }

  #run(delivery: Delivery, work: () => Promise<void>): void {
    delivery.run(
      () => (this.#open ? work() : Promise.resolve()),
      (thrown) => {
        const error = toAppError(thrown)
        this.#deps.log.warn({ err: error, topic: delivery.topic.name, message: delivery.message.id }, 'a message waits for another try')
        return retryAfter(error)
      },
    )
  }

  #tell({ topic, workerId }: Delivery): void {
    this.#deps.onChange(topic.name, workerId)
  }
}

function retryAfter({ data }: AppError): number {
  const seconds = data?.['retryAfterSeconds']
  return typeof seconds === 'number' ? seconds * 1_000 : retryMs
}

function inputOf({ id, topic, instanceId, retry, context }: StoredWorker, text: string) {
  const retryDelaySeconds = Math.ceil(retry.backoffSeconds)
  // What has a source and a target goes on in their conversation; what has only one begins a new one.
  const target = context === 'same' ? `worker ${id}` : undefined
  return { text, instanceId, source: `topic ${topic}`, target, priority, retries: retry.times, retryDelaySeconds }
}
