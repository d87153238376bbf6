import type {
  Topic as TopicView,
  TopicConfig,
  TopicMessage,
  TopicPage,
  TopicPatch,
  TopicPost,
  Worker as WorkerView,
  WorkerConfig,
  WorkerPatch,
} from '../../../shared/domain/topic.ts'
import type { Task } from '../../../shared/domain/task.ts'
import { Coalescer } from '../events/coalescer.ts'
import type { Log } from '../log.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { Deliveries } from './deliveries.ts'
import type { StoredWorker } from './stored-worker.ts'
import type { Topic } from './topic.ts'
import type { InstancePort, TaskPort, TurnPort } from './topic-ports.ts'
import { TopicShelf } from './topic-shelf.ts'
import { topicBusy, topicHolds, topicInUse } from './topic-words.ts'
import { WorkerRoster } from './worker-roster.ts'

export type TopicsDeps = {
  home: string
  watch: StoreWatch
  tasks: TaskPort
  turns: TurnPort
  instances: InstancePort
  log: Log
  onTopic: (topic: TopicView) => void
  onTopicRemoved: (name: string) => void
  onWorker: (worker: WorkerView) => void
  onWorkerRemoved: (id: string) => void
}

const tellMs = 200
const tidyMs = 3_600_000

/** Named lines of messages, and the workers that take from them. */
export class Topics {
  readonly #deps: TopicsDeps
  readonly #shelf: TopicShelf
  readonly #workers: WorkerRoster
  readonly #deliveries: Deliveries
  readonly #changedTopics = new Coalescer(tellMs, (name) => this.#tellTopic(name))
  readonly #changedWorkers = new Coalescer(tellMs, (id) => this.#tellWorker(id))
  readonly #tidying: NodeJS.Timeout

  private constructor(deps: TopicsDeps, shelf: TopicShelf, workers: WorkerRoster) {
    this.#deps = deps
    this.#shelf = shelf
    this.#workers = workers
    this.#deliveries = new Deliveries({
      ...deps,
      topics: shelf,
      workers,
      onChange: (topic, workerId) => this.#changed(topic, workerId),
    })
    this.#tidying = setInterval(() => this.#tidy(), tidyMs)
    this.#tidying.unref()
  }

  /** Reads what is there. */
  static async open(deps: TopicsDeps): Promise<Topics> {
    const shelf = await TopicShelf.open(deps.home, deps.watch)
    const workers = await WorkerRoster.open(deps.home, deps.watch)
    return new Topics(deps, shelf, workers)
  }

  /** Goes on with what the last run left. To be called when the queue has judged its tasks, and tells what becomes of them. */
  begin(): void {
    this.#deliveries.begin()
  }

  list(): TopicView[] {
    return this.#shelf.all().map((topic) => this.#view(topic))
  }

  /** Throws NOT_FOUND. */
  get(name: string): TopicView {
    return this.#view(this.#shelf.get(name))
  }

  /** Throws NAME_TAKEN, LIMIT_REACHED. */
  async create(config: TopicConfig): Promise<TopicView> {
    const topic = await this.#shelf.create(config)
    this.#changed(topic.name, null)
    return this.#view(topic)
  }

  async update(name: string, patch: TopicPatch): Promise<TopicView> {
    const topic = this.#shelf.get(name)
    await topic.update(patch)
    topic.forgetOld()
    this.#goOn(name)
    return this.#view(topic)
  }

  /** Throws STATE_CONFLICT while workers have it, while it is worked on, and without `force` while it holds what is not done. */
  async remove(name: string, { force }: { force: boolean }): Promise<void> {
    const topic = this.#shelf.get(name)
    const workers = this.#workers.of(name)
    const { waiting, taken, dead } = topic.counts
    if (workers.length > 0)
      throw topicInUse(
        name,
        workers.map(({ id }) => id),
      )
    if (taken > 0) throw topicBusy(name, taken)
    if (!force && waiting + dead > 0) throw topicHolds(name, waiting + dead)
    this.#deliveries.forget(topic.inState('dead'))
    await this.#shelf.remove(topic)
    this.#changedTopics.drop(name)
    this.#deps.onTopicRemoved(name)
  }

  /** Puts a message into a topic. Throws NOT_FOUND, LIMIT_REACHED. */
  async post(name: string, post: TopicPost): Promise<TopicMessage> {
    const topic = this.#shelf.get(name)
    const message = await topic.post(post)
    this.#goOn(name)
    return topic.view(message)
  }

  async page(name: string, page: TopicPage) {
    return this.#shelf.get(name).page(page)
  }

  /** Throws NOT_FOUND. */
  message(name: string, id: string): Promise<TopicMessage> {
    const topic = this.#shelf.get(name)
    return topic.view(topic.get(id))
  }

  /** A dead message waits again. Throws STATE_CONFLICT for any other. */
  async requeue(name: string, id: string): Promise<TopicMessage> {
    const topic = this.#shelf.get(name)
    const message = topic.get(id)
    await this.#deliveries.requeue(topic, message)
    this.#goOn(name)
    return topic.view(message)
  }

  /** All dead messages wait again; answers how many. */
  async requeueAll(name: string): Promise<number> {
    const topic = this.#shelf.get(name)
    const dead = topic.inState('dead')
    await Promise.all(dead.map((message) => this.#deliveries.requeue(topic, message)))
    this.#goOn(name)
    return dead.length
  }

  /** Removes all dead messages; answers how many. */
  async clear(name: string): Promise<number> {
    const topic = this.#shelf.get(name)
    const dead = topic.inState('dead')
    this.#deliveries.forget(dead)
    await topic.drop(dead)
    this.#changed(name, null)
    return dead.length
  }

  workers(): WorkerView[] {
    return this.#workers.all().map((worker) => this.#workerView(worker))
  }

  /** Throws NOT_FOUND for topics that are not there, BAD_REQUEST for a circle or a prompt that is none. */
  async addWorker(config: WorkerConfig): Promise<WorkerView> {
    this.#shelf.get(config.topic)
    if (config.output !== undefined) this.#shelf.get(config.output)
    const worker = await this.#workers.add(config)
    this.#goOn(worker.topic)
    return this.#workerView(worker)
  }

  /** What it has taken and nobody has begun is taken anew, as it is now. */
  async updateWorker(id: string, patch: WorkerPatch): Promise<WorkerView> {
    if (typeof patch.output === 'string') this.#shelf.get(patch.output)
    const worker = await this.#workers.update(id, patch)
    this.#deliveries.giveBack(id)
    this.#goOn(worker.topic)
    return this.#workerView(worker)
  }

  /** What it has begun goes on to its end; the rest waits in the topic again. */
  async removeWorker(id: string): Promise<void> {
    const { topic } = this.#workers.get(id)
    await this.#workers.remove(id)
    this.#deliveries.giveBack(id)
    this.#changedWorkers.drop(id)
    this.#deps.onWorkerRemoved(id)
    this.#changed(topic, null)
  }

  /** To be called with every change of a task of the queue. */
  taskChanged(task: Task): void {
    this.#deliveries.taskChanged(task)
  }

  /** To be called when an instance has changed, was made or removed. */
  instanceChanged(id: string): void {
    const mine = this.#workers.all().filter(({ instanceId }) => instanceId === id)
    if (mine.length === 0) return
    const isGone = this.#deps.instances.find(id) === null
    for (const worker of mine) {
      if (isGone) this.#deliveries.giveBack(worker.id)
      this.#changed(worker.topic, worker.id)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#tidying)
    await this.#deliveries.close()
    this.#changedTopics.close()
    this.#changedWorkers.close()
    await this.#shelf.close()
  }

  #goOn(name: string): void {
    this.#deliveries.pump()
    this.#changed(name, null)
  }

  /** A topic is told with its workers, and with those whose answers it takes: they may be held up by it. */
  #changed(topic: string, workerId: string | null): void {
    this.#changedTopics.add(topic)
    if (workerId !== null) this.#changedWorkers.add(workerId)
    else for (const worker of this.#workers.of(topic)) this.#changedWorkers.add(worker.id)
  }

  #tellTopic(name: string): void {
    const topic = this.#shelf.find(name)
    if (topic) this.#deps.onTopic(this.#view(topic))
  }

  #tellWorker(id: string): void {
    const worker = this.#workers.find(id)
    if (worker) this.#deps.onWorker(this.#workerView(worker))
  }

  #view(topic: Topic): TopicView {
    return { ...topic.config, ...topic.counts, ...topic.rates(Date.now()), heldBy: this.#topicHeldBy(topic) }
  }

  #topicHeldBy({ name, counts }: Topic): string | null {
    if (counts.waiting === 0) return null
    const workers = this.#workers.all().filter((worker) => worker.topic === name)
    const [first, ...others] = workers.map((worker) => this.#heldBy(worker))
    if (first === undefined) return 'No worker takes from it. Add one.'
    return first === null || others.includes(null) ? null : first
  }

  #heldBy(worker: StoredWorker): string | null {
    const instance = this.#deps.instances.find(worker.instanceId)
    const held = this.#deliveries.heldBy(worker)
    if (held !== null) return held
    if (instance?.state === 'failed') return `${instance.name} has failed: ${instance.error?.message ?? 'restart it.'}`
    if (instance?.state === 'paused') return `${instance.name} is paused. Resume it to continue.`
    return this.#deliveries.waitsFor(worker.id)
  }

  #workerView(worker: StoredWorker): WorkerView {
    const tally = this.#shelf.find(worker.topic)?.tallyOf(worker.id) ?? { done: 0, failed: 0, costUsd: 0 }
    return { ...worker, ...tally, running: this.#deliveries.of(worker.id).length, heldBy: this.#heldBy(worker) }
  }

  #tidy(): void {
    for (const topic of this.#shelf.all()) topic.forgetOld()
  }
}
