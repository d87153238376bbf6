import { basename } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { AppendLog } from '../storage/append-log.ts'
import { RunLab } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

/** Counts the turns of the event loop in which something was appended to be synced: each is one sync. */
class CountedLog {
  readonly #log: AppendLog
  readonly #name: string
  readonly #syncs: Map<string, number>
  #isCounted = false

  constructor(path: string, syncs: Map<string, number>) {
    this.#log = new AppendLog(path)
    this.#name = basename(path) === 'tasks.jsonl' ? 'queue' : 'run'
    this.#syncs = syncs
  }

  append(line: string, options: { sync: boolean }) {
    if (options.sync && !this.#isCounted) {
      this.#isCounted = true
      queueMicrotask(() => (this.#isCounted = false))
      this.#syncs.set(this.#name, (this.#syncs.get(this.#name) ?? 0) + 1)
    }
    return this.#log.append(line, options)
  }

  close(): Promise<void> {
    return this.#log.close()
  }
}

test('a step more costs one sync of the run and one of the queue: the end of one step shares it with the next', async () => {
  const syncs = new Map<string, number>()
  lab = await RunLab.make((text) => ({ text }), { openLog: (path) => new CountedLog(path, syncs) })
  const counted = async (steps: number) => {
    syncs.clear()
    const recipe = Array.from({ length: steps }, (_, index) => `{ id: s${index}, ask: "say ${index}" }`)
    await lab.until(await lab.start(`recipe: r\nsteps: [${recipe.join(', ')}]`))
    return { run: syncs.get('run') ?? 0, queue: syncs.get('queue') ?? 0 }
  }
  const few = await counted(2)
  const many = await counted(12)
  expect(many.run - few.run).toBe(10)
  // The end of a task is written with the next one's begin, or soon after where that takes long.
  expect(many.queue - few.queue).toBeLessThanOrEqual(20)
  expect(many.queue - few.queue).toBeGreaterThanOrEqual(10)
})

test('the text of a step that has just ended is there for the next one, before it is on disk', async () => {
  lab = await RunLab.make((text) => ({ text: `${text}!` }))
  let read = 0
  const get = lab.pool.turns.get.bind(lab.pool.turns)
  lab.pool.turns.get = (turnId) => {
    read += 1
    return get(turnId)
  }
  const id = await lab.start(
    'recipe: r\nsteps: [{ id: a, ask: a }, { id: b, ask: "{{ steps.a.text }} b" }]\noutputs: { b: "{{ steps.b.text }}" }',
  )
  await lab.until(id)
  expect(lab.prompts).toEqual(['a', 'a! b'])
  // Nor is its turn read for it.
  expect(read).toBe(0)
  expect((await lab.store.get(id)).outputs).toEqual({ b: 'a! b!' })
})
