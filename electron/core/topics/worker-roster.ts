import { join } from 'node:path'
import type { WorkerConfig, WorkerPatch } from '../../../shared/domain/topic.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { storedWorkerSchema, workerFileSchema, type StoredWorker, type WorkerFile } from './stored-worker.ts'
import { inACircle, noWorker, tooMany } from './topic-words.ts'
import { checkPrompt } from './worker-prompt.ts'

const mostWorkers = 200

/** Which workers there are. */
export class WorkerRoster {
  readonly #file: JsonStore<WorkerFile>

  private constructor(file: JsonStore<WorkerFile>) {
    this.#file = file
  }

  static async open(home: string, watch: StoreWatch): Promise<WorkerRoster> {
    const fallback = workerFileSchema.parse({})
    const path = join(home, 'workers.json')
    return new WorkerRoster(await JsonStore.open({ path, schema: workerFileSchema, fallback, holds: 'your workers', watch }))
  }

  all(): readonly StoredWorker[] {
    return this.#file.current().workers
  }

  find(id: string): StoredWorker | undefined {
    return this.all().find((worker) => worker.id === id)
  }

  /** Throws NOT_FOUND. */
  get(id: string): StoredWorker {
    const worker = this.find(id)
    if (!worker) throw noWorker()
    return worker
  }

  /** Those that take from a topic or answer there. */
  of(topic: string): StoredWorker[] {
    return this.all().filter((worker) => worker.topic === topic || worker.output === topic)
  }

  /** Throws BAD_REQUEST for a prompt that is none and for answers that would go in a circle; LIMIT_REACHED. */
  async add(config: WorkerConfig): Promise<StoredWorker> {
    if (config.prompt !== undefined) checkPrompt(config.prompt)
    const worker = { ...config, id: newId('worker'), createdAt: new Date().toISOString() }
    await this.#file.change(({ workers, ...file }) => {
      if (workers.length >= mostWorkers) throw tooMany('workers', mostWorkers)
      checkCircle(workers, worker)
      return { ...file, workers: [...workers, worker] }
    })
    return worker
  }

  /** Throws as `add` does, and NOT_FOUND. */
  async update(id: string, patch: WorkerPatch): Promise<StoredWorker> {
    if (typeof patch.prompt === 'string') checkPrompt(patch.prompt)
    await this.#file.change(({ workers, ...file }) => {
      const before = workers.find((worker) => worker.id === id)
      if (!before) throw noWorker()
      const after = patched(before, patch)
      const others = workers.filter((worker) => worker !== before)
      checkCircle(others, after)
      return { ...file, workers: workers.map((worker) => (worker === before ? after : worker)) }
    })
    return this.get(id)
  }

  /** Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    this.get(id)
    await this.#file.change(({ workers, ...file }) => ({ ...file, workers: workers.filter((worker) => worker.id !== id) }))
  }
}

/** With what a patch says; null takes a field away. */
function patched(before: StoredWorker, patch: WorkerPatch): StoredWorker {
  const said = Object.entries(patch).filter(([, value]) => value !== undefined)
  const given = Object.entries({ ...before, ...Object.fromEntries(said) }).filter(([, value]) => value !== null)
  return storedWorkerSchema.parse(Object.fromEntries(given))
}

/** The topics that answers of a topic reach, one after the other. */
function checkCircle(workers: readonly StoredWorker[], { topic, output }: StoredWorker): void {
  if (output === undefined) return
  const from = new Map<string, string>()
  const open = [output]
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    if (name === topic) throw inACircle([topic, ...wayTo(topic, from, output)])
    for (const next of workers) {
      if (next.topic !== name || next.output === undefined || from.has(next.output) || next.output === output) continue
      from.set(next.output, name)
      open.push(next.output)
    }
  }
}

function wayTo(topic: string, from: ReadonlyMap<string, string>, output: string): string[] {
  const way = [topic]
  for (let name = from.get(topic); topic !== output && name !== undefined; name = from.get(name)) way.unshift(name)
  return way
}
