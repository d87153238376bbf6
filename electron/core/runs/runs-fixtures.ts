import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunSummary } from '../../../shared/domain/run.ts'
import type { Recipe } from '../../../shared/domain/recipe.ts'
import { begunTurn, type Turn } from '../../../shared/domain/turn.ts'
import { ScriptedPool } from '../queue/queue-fixtures.ts'
import type { TaskRecord } from '../queue/queue-task.ts'
import { TaskLog } from '../queue/task-log.ts'
import { TaskQueue } from '../queue/task-queue.ts'
import { checkRecipe } from '../recipes/recipe-check.ts'
import { Problems } from '../storage/problems.ts'
import { QueueHost } from './queue-host.ts'
import type { StartRun } from './run-inputs.ts'
import { RunStore } from './run-store.ts'
import type { RunStoreDeps } from './run-store-deps.ts'

/** What a turn says; null: it goes on until it is ended. */
export type Script = (text: string, work: TaskRecord) => Partial<Turn> | null

/** Instances that say what a script has for each prompt. */
export class AnsweringPool extends ScriptedPool {
  script: Script
  readonly turns = new Map<string, Turn>()
  readonly records = new Map<string, TaskRecord>()
  tools: string[] = []

  constructor(script: Script, count = 4) {
    super(Array.from({ length: count }, (_, index) => `inst_${String(index).padStart(12, '0')}`))
    this.script = script
  }

  override async begin(work: TaskRecord, acceptedAt: number, place: Parameters<ScriptedPool['begin']>[2]) {
    this.records.set(work.id, work)
    const begun = await super.begin(work, acceptedAt, place)
    const said = this.script(work.text, work)
    if (said) setImmediate(() => this.say(work.id, said))
    return begun
  }

  /** Ends the turn of a task. */
  say(taskId: string, said: Partial<Turn>): void {
    const work = this.records.get(taskId)
    if (!work || !this.running.has(taskId)) return
    const { turnId: id, conversationId, instanceId } = work
    const startedAt = new Date().toISOString()
    const begun = begunTurn({ id, conversationId: conversationId ?? 'conv_000000000000', instanceId, startedAt })
    const usage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 }
    const turn: Turn = { ...begun, outcome: 'done', costUsd: 0.01, usage, endedAt: startedAt, ...said }
    this.turns.set(id, turn)
    this.end(taskId, turn)
  }

  override async interrupt(_instanceId?: string, turnId?: string) {
    for (const [id, work] of this.records) if (work.turnId === turnId) this.say(id, { outcome: 'interrupted' })
  }

  override async toolsOf(): Promise<never[]> {
    // Tools that cannot be read count as anything.
    if (this.tools.length > 0) throw new Error(this.tools.join(', '))
    return []
  }
}

/** Runs over a real queue, in a folder of their own. */
export class RunLab {
  readonly pool: AnsweringPool
  readonly problems = new Problems()
  readonly recipes = new Map<string, Recipe>()
  readonly folder: string
  queue: TaskQueue
  store: RunStore
  /** What is wrong with the disk. */
  readonly disk = new LabDisk()
  faults: unknown[] = []
  readonly #watchers = new Set<() => void>()
  readonly #more: Partial<RunStoreDeps>
  host: QueueHost

  private constructor(folder: string, script: Script, more: Partial<RunStoreDeps>) {
    this.folder = folder
    this.pool = new AnsweringPool(script)
    this.#more = more
    const { queue, host, store } = this.#build()
    this.queue = queue
    this.host = host
    this.store = store
  }

  static async make(script: Script, more: Partial<RunStoreDeps> = {}): Promise<RunLab> {
    const lab = new RunLab(await mkdtemp(join(tmpdir(), 'bullpen-runs-')), script, more)
    await lab.queue.open()
    await lab.store.open()
    return lab
  }

  /** As after the end of the app: what was being said is lost. */
  async restart(judge: (work: TaskRecord) => Partial<Turn> | null = () => null): Promise<void> {
    await this.store.close()
    await this.queue.close()
    this.pool.running.clear()
    const { queue, host, store } = this.#build()
    Object.assign(this, { queue, host, store })
    this.queue.runner.hold()
    await queue.open()
    for (const work of queue.interrupted()) {
      const said = judge(work.record)
      const { turnId: id, conversationId, instanceId } = work.record
      const known = { id, conversationId: conversationId ?? 'conv_000000000000', instanceId, startedAt: new Date().toISOString() }
      const turn: Turn = { ...begunTurn(known), ...said }
      if (!said) await queue.putBack(work)
      else {
        this.pool.turns.set(id, turn)
        await queue.runner.turnEnded(work, turn)
      }
    }
    queue.runner.letGo()
    await store.open()
  }

  start(text: string, more: Partial<StartRun> = {}): Promise<string> {
    return this.store.start({ recipe: this.recipe(text), cause: { kind: 'call' }, ...more })
  }

  /** A recipe, checked; it can be nested from then on. */
  recipe(text: string): Recipe {
    const { recipe, faults } = checkRecipe(text, { recipes: [...this.recipes.keys()] })
    if (!recipe) throw new Error(faults.map(({ line, message }) => `${line}: ${message}`).join('\n'))
    this.recipes.set(recipe.recipe, recipe)
    return recipe
  }

  /** Waits until this is so for a run. */
  async until(id: string, isSo: (run: RunSummary) => boolean = ({ endedAt }) => endedAt !== null): Promise<RunSummary> {
    for (;;) {
      const found = this.store.list({ limit: 10_000 }).items.find((run) => run.id === id)
      if (found && isSo(found)) return found
      await new Promise<void>((resolve) => this.#watchers.add(resolve))
    }
  }

  get prompts(): string[] {
    return this.pool.begun.map(({ text }) => text)
  }

  async remove(): Promise<void> {
    await this.store.close()
    await this.queue.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  #build(): { queue: TaskQueue; host: QueueHost; store: RunStore } {
    const queue: TaskQueue = new TaskQueue({
      pool: this.pool,
      open: (stored) => TaskLog.open(join(this.folder, 'tasks.jsonl'), stored, { openLog: this.#more.openLog }),
      onTask: (task) => host.changed(task),
      onQueue: () => {},
    })
    const host: QueueHost = new QueueHost({
      queue,
      turn: (turnId) => Promise.resolve(this.pool.turns.get(turnId) ?? null),
      instanceId: (name) => this.pool.ids.find((id) => id === name) ?? null,
      onSpending: () => store.look(),
      onAsks: () => store.lookAtAsks(),
    })
    const store: RunStore = new RunStore({
      folder: join(this.folder, 'runs'),
      turns: host,
      recipe: (name) => Promise.resolve(this.recipes.get(name) ?? null),
      disk: this.disk,
      problems: this.problems,
      clocks: { wall: () => Date.now(), steady: () => performance.now(), awake: { now: () => performance.now() } },
      onRun: () => this.#tell(),
      onFault: (_id, thrown) => {
        this.faults.push(thrown)
        this.#tell()
      },
      retryMs: 5,
      ...this.#more,
    })
    return { queue, host, store }
  }

  #tell(): void {
    if (this.faults.length > 0) throw this.faults[0]
    const all = [...this.#watchers]
    this.#watchers.clear()
    for (const tell of all) tell()
  }
}

/** A disk that can be full. */
class LabDisk {
  error: { code: string; message: string } | null = null
  readonly #waiting = new Set<() => void>()

  async write<T>(write: () => Promise<T>): Promise<T> {
    if (this.error) throw new Error(this.error.message)
    return write()
  }

  onceWritable(again: () => void): () => void {
    this.#waiting.add(again)
    return () => void this.#waiting.delete(again)
  }

  fill(): void {
    this.error = { code: 'DISK_FULL', message: 'The disk is full. Make room.' }
  }

  free(): void {
    this.error = null
    const all = [...this.#waiting]
    this.#waiting.clear()
    for (const again of all) again()
  }
}
