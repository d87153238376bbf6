import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyFolder, openScriptedPool, ScriptedWorld, type ScriptedPool } from '../../../e2e/support/scripted-pool.ts'
import { toAppError } from '../../../shared/app-error.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'

/** So many histories; the bench asks for more. */
const histories = Number(process.env['POOL_HISTORIES'] ?? 150)
const instances = 3
const patienceMs = 4_000

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bullpen-pool-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const kinds = [
  'message',
  'message',
  'task',
  'task for one',
  'finish',
  'finish',
  'crash',
  'limit',
  'limits end',
  'hold',
  'park',
  'freeze',
  'stop',
  'resume',
  'pause',
  'concurrency',
  'rate',
  'budget',
  'withdraw',
  'edit',
  'kill',
  'quit',
] as const

const stepArbitrary = fc.record({ kind: fc.constantFrom(...kinds), who: fc.nat(instances - 1), value: fc.nat(5) })
type Step = { kind: (typeof kinds)[number]; who: number; value: number }

/** One history of a pool, beside what a person knows of it: what was handed in, and what was withdrawn. */
class History {
  readonly world = new ScriptedWorld()
  readonly #root: string
  #run!: ScriptedPool
  #lives = 0
  #texts = 0
  #ids: string[] = []
  #conversations: string[] = []
  /** What was accepted and not withdrawn. */
  readonly #accepted = new Set<string>()
  readonly #limited = new Set<string>()
  readonly #ended: Promise<void>[] = []

  constructor(root: string) {
    this.#root = root
  }

  async open(): Promise<void> {
    this.#run = await openScriptedPool(this.#folder(0), this.world)
    for (let index = 0; index < instances; index += 1) {
      const config = instanceConfigSchema.parse({ name: `i${index}`, cwd: this.#root })
      const { id } = await this.#pool.instances.create({ ...config, start: false })
      this.#ids.push(id)
      this.#conversations.push((await this.#run.conversations.create({ instanceId: id })).id)
    }
  }

  async do(step: Step): Promise<void> {
    await this.#act(step).catch((thrown: unknown) => {
      const { code } = toAppError(thrown)
      if (!['STATE_CONFLICT', 'INSTANCE_FAILED', 'LIMIT_REACHED', 'TASK_GONE'].includes(code)) throw thrown
    })
  }

  /** All that may be wrong now; what is only on its way is right a little later. */
  faults(): string[] {
    return [...this.#twice(), ...this.#stuck(), ...this.#untrue()]
  }

  /** Takes everything away that holds work, and ends what runs until nothing is left. */
  async finish(): Promise<void> {
    this.world.budget = null
    await this.#pool.policies.update({ paused: false, concurrency: null, rateLimit: null })
    this.#pool.goOn()
    this.#pool.tasks.queue.tryNow()
    for (const id of this.#ids) await this.#pool.instances.restart(id)
    await this.settled('everything to end', () => {
      for (const { process } of this.world.open) process.end()
      const open = this.#pool.tasks.list({}).map((task) => `${task.state} ${task.kind}: ${task.waitingFor ?? ''}`)
      return [...open, ...this.faults()]
    })
  }

  async settled(what: string, faults: () => string[]): Promise<void> {
    const end = performance.now() + patienceMs
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const found = faults()
      if (found.length === 0) return
      if (performance.now() > end) throw new Error(`In vain for ${what}: ${found.join('; ')}`)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  async close(): Promise<void> {
    await this.#run.close()
    await Promise.all(this.#ended)
  }

  get #pool(): ScriptedPool['pool'] {
    return this.#run.pool
  }

  #folder(life: number): string {
    return join(this.#root, String(life))
  }

  async #act({ kind, who, value }: Step): Promise<void> {
    const id = this.#ids[who] ?? ''
    const { tasks, instances: roster, policies } = this.#pool
    const waiting = tasks.list({}).filter(({ state }) => state === 'waiting')
    const chosen = waiting[value % Math.max(1, waiting.length)]
    const open = this.world.open[value % Math.max(1, this.world.open.length)]
    switch (kind) {
      case 'message':
        return this.#hand((text) => this.#pool.send(this.#conversations[who] ?? '', { text, priority: value }))
      case 'task':
        return this.#hand((text) => tasks.submit({ text, priority: value, retries: 0, retryDelaySeconds: 1 }))
      case 'task for one':
        return this.#hand((text) => tasks.submit({ text, priority: value, retries: 0, retryDelaySeconds: 1, instanceId: id }))
      case 'finish':
        return open?.process.end()
      case 'crash':
        return open?.process.crash()
      case 'limit':
        if (open) this.#limited.add(open.text)
        return open?.process.end('limit', new Date(Date.now() + 3_600_000).toISOString())
      case 'limits end':
        return tasks.queue.tryNow()
      case 'hold':
      case 'park':
      case 'freeze':
        return void (await roster.pause(id, kind))
      case 'stop':
        return void (await roster.stop(id))
      case 'resume':
        return void (await roster.start(id))
      case 'pause':
        return void (await policies.update({ paused: value % 2 === 0 }))
      case 'concurrency':
        return void (await policies.update({ concurrency: value === 0 ? null : value }))
      case 'rate':
        return void (await policies.update({ rateLimit: value < 2 ? null : value * 2 }))
      case 'budget':
        this.world.budget = value % 2 === 0 ? 'The budget is used up.' : null
        return this.#pool.goOn()
      case 'withdraw':
        if (!chosen) return
        await tasks.cancel(chosen.id)
        return void this.#accepted.delete(chosen.text)
      case 'edit':
        if (chosen) await tasks.update(chosen.id, { priority: value })
        return
      case 'kill':
        return this.#again(false)
      case 'quit':
        return this.#again(true)
    }
  }

  async #hand(send: (text: string) => Promise<unknown>): Promise<void> {
    const text = `prompt ${(this.#texts += 1)}.`
    await send(text)
    this.#accepted.add(text)
  }

  /** The app ends and is started again: killed, it leaves the files as they are at that moment. */
  async #again(asked: boolean): Promise<void> {
    const before = this.#run
    if (asked) await before.close()
    const from = this.#folder(this.#lives)
    this.#lives += 1
    copyFolder(from, this.#folder(this.#lives))
    if (!asked) {
      const processes = [...this.world.processes]
      this.world.processes.clear()
      for (const process of processes) process.text = null
      this.#ended.push(before.close().catch(() => {}))
      await this.#ended.at(-1)
    }
    this.#run = await openScriptedPool(this.#folder(this.#lives), this.world)
  }

  #twice(): string[] {
    const seen = new Set<string>()
    return this.world.sent
      .filter((text) => {
        const again = seen.has(text) && !this.#limited.has(text)
        seen.add(text)
        return again
      })
      .map((text) => `sent twice: ${text}`)
  }

  /** Whatever could go does go. */
  #stuck(): string[] {
    const { policy } = this.#pool.policies
    if (policy.paused || this.world.budget !== null) return []
    if (policy.concurrency !== null && this.world.open.length >= policy.concurrency) return []
    const views = this.#pool.instances.list()
    const free = views.filter(({ state, pause }) => state === 'idle' || state === 'stopped' || (state === 'paused' && pause === 'park'))
    return this.#pool.tasks.list({}).flatMap((task) => {
      if (task.state !== 'waiting' || /limit|minute|press|restarted|Tried again/.test(task.waitingFor ?? '')) return []
      const may = free.some(({ id, queued }) =>
        task.kind === 'message' ? id === task.instanceId : queued === 0 && (task.instanceId ?? id) === id,
      )
      return may
        ? [`stuck: ${task.kind} “${task.text}” (${task.waitingFor}) while ${free.map(({ name, state }) => `${name} ${state}`).join()}`]
        : []
    })
  }

  /** What is shown is so. */
  #untrue(): string[] {
    const all = this.#pool.tasks.list({})
    const open = this.world.open.map(({ text }) => text)
    const shown = all.filter(({ state }) => state === 'running').map(({ text }) => text)
    const waits = all.filter(({ state }) => state === 'waiting')
    const { policy } = this.#pool.policies
    return [
      ...shown.filter((text) => !open.includes(text)).map((text) => `shown as running, and is not: ${text}`),
      ...open.filter((text) => !shown.includes(text)).map((text) => `runs, and is not shown: ${text}`),
      ...waits.filter(({ text }) => open.includes(text)).map(({ text }) => `shown as waiting, and runs: ${text}`),
      ...waits.flatMap(({ waitingFor, text }) => (waitingFor ? [] : [`no reason: ${text}`])),
      ...waits
        .filter(({ kind, waitingFor }) => policy.paused && kind === 'queue' && !/paused|removed/.test(waitingFor ?? ''))
        .map(({ waitingFor }) => `not told that it is paused: ${waitingFor}`),
      ...this.#pool.instances.list().flatMap(({ id, name, queued, state }) => {
        const mine = waits.filter((task) => task.kind === 'message' && task.instanceId === id).length
        const works = this.#pool.instances.get(id).activity !== null
        return [
          ...(mine === queued ? [] : [`${name} counts ${queued} waiting messages of ${mine}`]),
          ...(works && state !== 'busy' && state !== 'starting' && state !== 'paused' && state !== 'failed'
            ? [`${name} works and is ${state}`]
            : []),
        ]
      }),
    ]
  }

  /** What was accepted and is nowhere: neither was it sent, nor is it in its conversation, nor does it say what became of it. */
  async lost(): Promise<string[]> {
    const said = new Set(this.world.sent)
    for (const { id } of this.#run.conversations.heads()) {
      const { items } = await this.#run.conversations.messages(id, { limit: 500, superseded: true })
      for (const { role, text } of items) if (role === 'user') said.add(text)
    }
    for (const { text } of this.#pool.tasks.ended({})) said.add(text)
    return [...this.#accepted].filter((text) => !said.has(text))
  }
}

test(
  'whatever happens: what can run runs, nothing runs twice, what is shown is so, and nothing is lost',
  async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 30 }), async (steps) => {
        const root = join(folder, String((count += 1)))
        const history = new History(root)
        await history.open()
        for (const step of steps) {
          await history.do(step)
          await history.settled(`${step.kind} to settle`, () => history.faults())
        }
        await history.finish()
        expect(await history.lost()).toEqual([])
        await history.close()
        await rm(root, { recursive: true, force: true })
      }),
      { numRuns: histories },
    )
  },
  histories * 4_000,
)
