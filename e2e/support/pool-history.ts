import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turnOfTheLoop, setTimeout as anotherWait } from 'node:timers/promises'
import { vi } from 'vitest'
import { toAppError } from '../../shared/app-error.ts'
import { instanceConfigSchema } from '../../shared/domain/instance.ts'
import { ScriptedWorld } from './scripted-claude.ts'
import { copyFolder, openScriptedPool, type ScriptedPool } from './scripted-pool.ts'
import { PoolModel, type Ask } from './pool-model.ts'

/** Real milliseconds in which everything that is on its way arrives. */
const patienceMs = 20_000
/** What takes longer waits for the disk, which needs the processor too. */
const busyMs = 20
/** Taken before the clock is false. */
const really = anotherWait
/** As many as that are there at most. */
const mostInstances = 5
/** What a person may be told instead of being obeyed. */
const refusals: ReadonlySet<string> = new Set([
  'STATE_CONFLICT',
  'INSTANCE_FAILED',
  'LIMIT_REACHED',
  'TASK_GONE',
  'CLAUDE_MISSING',
  'NOT_FOUND',
])

/**
 * One history of a pool: the pool itself over files, the scripted processes below it, and what a person knows who stands beside it.
 * Its clock is a false one that goes on when it is told to, a millisecond with each look.
 */
export class PoolHistory {
  readonly world = new ScriptedWorld()
  readonly model: PoolModel
  readonly #root: string
  #run!: ScriptedPool
  #lives = 0
  #texts = 0
  #names = 0
  /** How often each instance was put to rest. */
  readonly #rests = new Map<string, number>()

  constructor(root: string) {
    this.#root = root
    this.model = new PoolModel(this.world)
  }

  async open(instances: number): Promise<void> {
    await this.#begin(0)
    for (let index = 0; index < instances; index += 1) await this.make(false)
  }

  get pool(): ScriptedPool['pool'] {
    return this.#run.pool
  }

  get conversations(): ScriptedPool['conversations'] {
    return this.#run.conversations
  }

  /** Does something; a refusal that a person can act on is an answer like any other. A start that waits for memory is left to itself. */
  async attempt(action: () => unknown): Promise<void> {
    try {
      await this.#whileTimeGoesBy(Promise.resolve(action()), () => this.pool.policies.status().waitingForMemory > 0)
    } catch (thrown) {
      if (!refusals.has(toAppError(thrown).code)) throw thrown
    }
  }

  /** One more instance with a conversation of its own. */
  async make(start: boolean): Promise<void> {
    if (this.pool.instances.list().length >= mostInstances) return
    const config = instanceConfigSchema.parse({ name: `i${(this.#names += 1)}`, cwd: this.#root })
    const { id } = await this.pool.instances.create({ ...config, start })
    this.model.conversations.push((await this.conversations.create({ instanceId: id })).id)
  }

  /** Hands in a text of its own. `retries`: how often it may be tried again. */
  async hand(send: (text: string) => Promise<unknown>, retries = 0): Promise<void> {
    const text = this.text()
    if (await this.#inThisLife(send(text))) this.model.accept(text, retries)
  }

  /** Hands in several at once. */
  async handAll(count: number, send: (texts: string[]) => Promise<unknown>): Promise<void> {
    const texts = Array.from({ length: count }, () => this.text())
    if (await this.#inThisLife(send(texts))) for (const text of texts) this.model.accept(text, 0)
  }

  /** From now on its messages wait until somebody goes on there. */
  rest(id: string, doing: Promise<unknown>): Promise<unknown> {
    this.model.rested.add(id)
    this.#rests.set(id, this.#restsOf(id) + 1)
    return doing
  }

  /** Nothing rests there any more once that is done, unless it was put to rest again meanwhile. */
  async goOn(id: string, doing: Promise<unknown>): Promise<void> {
    const rests = this.#restsOf(id)
    if ((await this.#inThisLife(doing)) && rests === this.#restsOf(id)) this.model.rested.delete(id)
  }

  /** Asks, and lets the answer come when it comes. */
  ask(priority: number, timeoutSeconds: number | undefined): void {
    const controller = new AbortController()
    const ask: Ask = { text: this.text(), controller, answer: null, refused: false }
    this.model.asks.push(ask)
    this.model.accept(ask.text, 0)
    this.pool.tasks.ask({ text: ask.text, priority, timeoutSeconds }, controller.signal).then(
      ({ turn }) => (ask.answer = turn.text),
      () => {
        ask.refused = true
        this.model.accepted.delete(ask.text)
      },
    )
  }

  /** Replaces the text of something that waits. */
  async rewrite(id: string, before: string): Promise<void> {
    const text = this.text()
    await this.pool.tasks.update(id, { text })
    this.model.rewritten(before, text)
  }

  /** Time goes by, a second after the other. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      vi.advanceTimersByTime(1_000)
      await turnOfTheLoop()
    }
  }

  /** The app ends and is started again: killed, it leaves the files as they are at that moment. */
  async again(asked: boolean): Promise<void> {
    const before = this.#run
    this.world.closing = asked
    if (asked) await this.#closed(before)
    this.world.closing = false
    copyFolder(this.#folder(this.#lives), this.#folder(this.#lives + 1))
    this.#lives += 1
    if (!asked) {
      this.world.killAll()
      this.world.killed = true
      // What goes on in the dead one has no more effect on anything that is looked at.
      await this.#closed(before).catch(() => {})
      this.world.killed = false
    }
    this.world.killAll()
    this.model.appEnded()
    await this.#begin(this.#lives)
  }

  /** Takes everything away that holds work, and ends what runs until nothing is left. */
  async finish(): Promise<void> {
    this.world.budget = null
    this.world.installed = true
    await this.pool.policies.update({ paused: false, concurrency: null, memoryLimitMb: null })
    this.pool.goOn()
    if (this.pool.instances.list().length === 0) await this.make(false)
    for (const { id } of this.pool.instances.list()) await this.attempt(() => this.pool.instances.start(id))
    this.model.rested.clear()
    await this.#aimAnew()
    await this.settled(
      'everything to end',
      () => {
        for (const { process } of this.world.open) process.end()
        vi.advanceTimersByTime(3_000)
        const open = this.pool.tasks.list({}).map((task) => `${task.state} ${task.kind}: ${task.waitingFor ?? ''}`)
        return [...open, ...this.model.twice()]
      },
      3 * patienceMs,
    )
    await this.settled('all that is told to be so', () => this.faults())
  }

  faults(): string[] {
    return this.model.faults(this.pool, (id) => (this.conversations.has(id) ? this.conversations.get(id).instanceId : null))
  }

  async settled(what: string, faults: () => string[], patience = patienceMs): Promise<void> {
    const began = realMs()
    for (;;) {
      const waited = realMs() - began
      await (waited > busyMs ? really(1) : turnOfTheLoop())
      const found = faults()
      if (found.length === 0) return
      if (waited > patience) throw new Error(`In vain for ${what}: ${found.join('; ')}`)
      vi.advanceTimersByTime(1)
    }
  }

  /** What was accepted and is nowhere: neither was it sent, nor is it in its conversation, nor does it say what became of it. */
  async lost(): Promise<string[]> {
    const said = new Set(this.world.sent)
    for (const { id } of this.conversations.heads()) {
      const { items } = await this.conversations.messages(id, { limit: 500, superseded: true })
      for (const { role, text } of items) if (role === 'user') said.add(text)
    }
    for (const { text } of this.pool.tasks.ended({})) said.add(text)
    return [...this.model.accepted].filter((text) => !said.has(text))
  }

  async close(): Promise<void> {
    await this.#closed(this.#run)
    await rm(this.#root, { recursive: true, force: true })
  }

  /** Work whose only instance was removed is given to any. */
  async #aimAnew(): Promise<void> {
    const there = new Set(this.pool.instances.list().map(({ id }) => id))
    for (const { id, kind, instanceId } of this.pool.tasks.list({}))
      if (kind === 'queue' && instanceId !== null && !there.has(instanceId))
        await this.attempt(() => this.pool.tasks.update(id, { instanceId: null }))
  }

  async #begin(life: number): Promise<void> {
    const opened = openScriptedPool(this.#folder(life), this.world)
    await this.#whileTimeGoesBy(opened)
    this.#run = await opened
  }

  #closed(run: ScriptedPool): Promise<void> {
    return this.#whileTimeGoesBy(run.close())
  }

  /** False when the app has ended before it was done: nobody has heard that it was. */
  async #inThisLife(doing: Promise<unknown>): Promise<boolean> {
    const life = this.#lives
    await doing
    return life === this.#lives
  }

  /** What waits for a timer of its own would wait for ever while nobody looks. */
  async #whileTimeGoesBy<T>(work: Promise<T>, isLeft = () => false): Promise<T | undefined> {
    const began = realMs()
    let under = true
    const over = work.finally(() => (under = false))
    over.catch(() => {})
    while (under) {
      const waited = realMs() - began
      if (waited > busyMs && isLeft()) return undefined
      if (waited > 5 * patienceMs) throw new Error('It never ends.')
      await (waited > busyMs ? really(1) : turnOfTheLoop())
      vi.advanceTimersByTime(1)
    }
    return over
  }

  #restsOf(id: string): number {
    return this.#rests.get(id) ?? 0
  }

  #folder(life: number): string {
    return join(this.#root, String(life))
  }

  /** Nobody has said it yet. */
  text(): string {
    return `prompt ${(this.#texts += 1)}.`
  }
}

/** The clock that nobody has falsified. */
function realMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}
