import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { z } from 'zod'
import { topicConfigSchema, workerConfigSchema, type TopicMessage, type Worker } from '../../../shared/domain/topic.ts'
import { begunTurn, turnSchema, type Turn } from '../../../shared/domain/turn.ts'
import { ScriptedPool } from '../queue/queue-fixtures.ts'
import type { QueueTask } from '../queue/queue-task.ts'
import { TaskLog } from '../queue/task-log.ts'
import { TaskQueue } from '../queue/task-queue.ts'
import { effectsOf } from '../queue/verdict.ts'
import { DiskWatch } from '../storage/disk-watch.ts'
import { parseJson } from '../storage/parse-json.ts'
import { Problems } from '../storage/problems.ts'
import { Topics } from './topics.ts'
import type { WorkerInstance } from './topic-ports.ts'

/** What turns said and called, on disk as conversations are: each line is a turn that began, or that ended. */
const turnLineSchema = z.object({ taskId: z.string(), text: z.string(), turnId: z.string(), ended: turnSchema.nullable() })
type TurnLine = z.infer<typeof turnLineSchema>

const conversationId = 'conv_000000000001'

/** A pool whose turns are written down before anybody hears of them. */
class WrittenPool extends ScriptedPool {
  readonly turns = new Map<string, TurnLine>()
  readonly #path: string
  /** A turn has begun. */
  onBegun: (line: TurnLine) => void = () => {}
  /** The names of what a turn with such a prompt calls. */
  toolsFor: (text: string) => string[] = () => []

  constructor(ids: string[], path: string) {
    super(ids)
    this.#path = path
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    for (const line of text.split('\n')) {
      const parsed = turnLineSchema.safeParse(parseJson(line))
      if (parsed.success) this.turns.set(parsed.data.turnId, parsed.data)
    }
  }

  override async conversationFor() {
    return conversationId
  }

  override async toolsOf(_: string, turnId: string): Promise<string[]> {
    return this.toolsFor(this.turns.get(turnId)?.text ?? '')
  }

  override async interrupt(_: string, turnId: string): Promise<void> {
    const line = this.turns.get(turnId)
    if (line?.ended === null) this.answer(line, { outcome: 'interrupted', text: '' })
  }

  override async begin(...args: Parameters<ScriptedPool['begin']>) {
    const [{ id, turnId, text }] = args
    const begun = await super.begin(...args)
    const line = { taskId: id, text, turnId, ended: null }
    this.write(line)
    setImmediate(() => this.onBegun(line))
    return begun
  }

  /** Ends a turn with this answer, or otherwise. */
  answer({ taskId, turnId, text }: TurnLine, turn: Partial<Turn>): void {
    const begun = begunTurn({ id: turnId, conversationId, instanceId: null, startedAt: new Date().toISOString() })
    const ended: Turn = { ...begun, outcome: 'done', costUsd: 0.01, ...turn }
    this.write({ taskId, turnId, text, ended })
    this.end(taskId, ended)
  }

  write(line: TurnLine): void {
    this.turns.set(line.turnId, line)
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`)
  }
}

/** Topics over a real queue, with instances that answer as a test has them. Opened again on its folder, it goes on. */
export class TopicWorld {
  readonly pool: WrittenPool
  readonly queue: TaskQueue
  readonly watch = { problems: new Problems(), disk: new DiskWatch({ folder: '' }) }
  readonly instances = new Map<string, WorkerInstance>()
  readonly home: string
  #topics: Topics | null = null

  private constructor(home: string, instanceIds: readonly string[]) {
    this.home = home
    this.pool = new WrittenPool([...instanceIds], join(home, 'turns.jsonl'))
    for (const id of instanceIds) this.instances.set(id, { name: id, state: 'idle' })
    this.queue = new TaskQueue({
      pool: this.pool,
      open: (kept) => TaskLog.open(join(home, 'tasks.jsonl'), kept),
      onTask: (task) => this.#topics?.taskChanged(task),
      onQueue: () => {},
    })
  }

  /** `answer`: what is said to a prompt, at once; without it a test ends the turns itself. */
  static async open(
    home: string,
    instanceIds: readonly string[],
    { answer, toolsFor }: { answer?: (text: string) => Partial<Turn>; toolsFor?: (text: string) => string[] } = {},
  ): Promise<TopicWorld> {
    const world = new TopicWorld(home, instanceIds)
    const { pool, queue } = world
    if (toolsFor) pool.toolsFor = toolsFor
    if (answer) pool.onBegun = (line) => pool.answer(line, answer(line.text))
    await queue.open()
    world.#topics = await Topics.open({
      home,
      watch: world.watch,
      log: pino({ level: 'silent' }),
      tasks: {
        submit: async (input) => queue.task((await queue.add(input, { asked: false })).id),
        peek: (id) => (queue.has(id) ? queue.task(id) : null),
        find: async ({ id }) => (queue.has(id) ? queue.task(id) : null),
        cancel: (id) => queue.cancel(id),
      },
      turns: {
        turns: async (_, ids) => ids.flatMap((id) => pool.turns.get(id)?.ended ?? []),
        hasEffects: async (_, id) => effectsOf(pool.toolsFor(pool.turns.get(id)?.text ?? '')).length > 0,
      },
      instances: { find: (id) => world.instances.get(id) ?? null },
      onTopic: () => {},
      onTopicRemoved: () => {},
      onWorker: () => {},
      onWorkerRemoved: () => {},
    })
    for (const work of queue.interrupted()) await world.#judge(work)
    world.topics.begin()
    queue.pump()
    return world
  }

  get topics(): Topics {
    if (!this.#topics) throw new Error('The topics are not open yet.')
    return this.#topics
  }

  /** Makes a topic for each name, and a worker from each to the next; the last answers nowhere. What is there already stays. */
  async chain(names: readonly string[], worker: Record<string, unknown> = {}): Promise<Worker[]> {
    const there = new Set(this.topics.list().map(({ name }) => name))
    for (const name of names) if (!there.has(name)) await this.topics.create(topicConfigSchema.parse({ name }))
    const working = new Set(this.topics.workers().map(({ topic }) => topic))
    const made: Worker[] = []
    const [instanceId] = this.instances.keys()
    for (const [index, topic] of names.entries()) {
      if (working.has(topic)) continue
      const output = names[index + 1]
      made.push(await this.topics.addWorker(workerConfigSchema.parse({ topic, instanceId, ...(output ? { output } : {}), ...worker })))
    }
    return made
  }

  /** All messages of a topic. */
  async messages(name: string): Promise<TopicMessage[]> {
    return (await this.topics.page(name, { sort: 'oldest', limit: 100_000 })).items
  }

  /** What runs now. */
  running(): TurnLine[] {
    return [...this.pool.turns.values()].filter(({ ended, taskId }) => ended === null && this.pool.running.has(taskId))
  }

  async close(): Promise<void> {
    await this.topics.close()
    await this.queue.close()
  }

  /** As the app does about turns that the end of the last run cut off. */
  async #judge(work: QueueTask): Promise<void> {
    const line = this.pool.turns.get(work.record.turnId)
    if (!line) return this.queue.putBack(work)
    const lost: Turn = {
      ...begunTurn({ id: line.turnId, conversationId, instanceId: null, startedAt: new Date().toISOString() }),
      outcome: 'lost',
      error: { code: 'TURN_LOST', message: 'It was cut off.' },
    }
    if (line.ended === null) this.pool.write({ ...line, ended: lost })
    await this.queue.runner.turnEnded(work, line.ended ?? lost)
  }
}
