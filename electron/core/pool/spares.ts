import type { ClaudeExit, ClaudeListener } from '../claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from '../claude/claude-process.ts'
import { launchKey, type Launch } from '../instances/process-holder.ts'

export type SparesDeps = {
  /** Starts a process. Throws when it cannot. */
  start: (config: LaunchConfig, listener: ClaudeListener, signal?: AbortSignal) => Promise<ClaudeProcess>
  /** How many to keep ready for each way of launching. */
  count: () => number
  /** True while a turn is starting: readying a process takes a third of a second of a core, and turns go first. */
  busy: () => boolean
  onChange: () => void
}

type Spare = { process: ClaudeProcess; relay: Relay }
type Shelf = { config: LaunchConfig; ready: Spare[]; starting: number; failures: number; notBefore: number }

/** Ways of launching that spares are kept for; the one used longest ago is given up first. */
const mostKinds = 4
const tickMs = 1_000
const longestPauseMs = 60_000

/**
 * Processes that are ready before anybody needs them, for launches that were seen before. A claim costs nothing where
 * there is one; where there is none, or it died, the launch goes its usual way.
 */
export class Spares {
  readonly #deps: SparesDeps
  readonly #shelves = new Map<string, Shelf>()
  readonly #timer: NodeJS.Timeout
  #claims = 0
  #hits = 0
  #closed = false

  constructor(deps: SparesDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => this.tend(), tickMs)
    this.#timer.unref()
  }

  get ready(): number {
    return [...this.#shelves.values()].reduce((sum, { ready }) => sum + ready.length, 0)
  }

  /** Launches that a spare could have served, and how many one did; null before the first. */
  get hitRate(): number | null {
    return this.#claims === 0 ? null : this.#hits / this.#claims
  }

  /** Launches with a spare where one fits. A session that goes on needs a process of its own. */
  readonly launch: Launch = async (config, listener, signal) => {
    if (config.resume !== undefined) return { process: await this.#deps.start(config, listener, signal), origin: 'resumed' }
    const shelf = this.#shelfFor(config)
    if (this.#deps.count() > 0) this.#claims += 1
    const spare = shelf.ready.shift()
    if (!spare) return { process: await this.#deps.start(config, listener, signal), origin: 'cold' }
    this.#hits += 1
    spare.relay.adopt(listener)
    this.#deps.onChange()
    return { process: spare.process, origin: 'spare' }
  }

  /** Starts what is missing, one at a time, and ends what is too many. */
  tend(): void {
    const count = this.#closed ? 0 : this.#deps.count()
    for (const shelf of this.#shelves.values()) {
      for (const { process } of shelf.ready.splice(count)) void process.stop()
      const missing = count - shelf.ready.length - shelf.starting
      if (missing <= 0 || this.#deps.busy() || performance.now() < shelf.notBefore) continue
      void this.#start(shelf)
      return
    }
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    const all = [...this.#shelves.values()].flatMap(({ ready }) => ready.splice(0))
    await Promise.all(all.map(({ process }) => process.stop()))
  }

  /** The shelf of a way of launching, now the one used last. */
  #shelfFor(config: LaunchConfig): Shelf {
    const key = launchKey(config)
    const shelf = this.#shelves.get(key) ?? { config, ready: [], starting: 0, failures: 0, notBefore: 0 }
    this.#shelves.delete(key)
    this.#shelves.set(key, shelf)
    for (const [oldKey, old] of this.#shelves) {
      if (this.#shelves.size <= mostKinds) break
      this.#shelves.delete(oldKey)
      for (const { process } of old.ready.splice(0)) void process.stop()
    }
    return shelf
  }

  async #start(shelf: Shelf): Promise<void> {
    shelf.starting += 1
    const relay = new Relay(() => this.#lost(shelf, relay))
    try {
      const process = await this.#deps.start(shelf.config, relay)
      const wanted = !this.#closed && [...this.#shelves.values()].includes(shelf) && shelf.ready.length < this.#deps.count()
      if (!wanted) return void process.stop()
      shelf.failures = 0
      shelf.ready.push({ process, relay })
      this.#deps.onChange()
    } catch {
      this.#pause(shelf)
    } finally {
      shelf.starting -= 1
    }
    return undefined
  }

  /** One that died on the shelf is replaced, after a pause that grows. */
  #lost(shelf: Shelf, relay: Relay): void {
    shelf.ready = shelf.ready.filter((spare) => spare.relay !== relay)
    this.#pause(shelf)
    this.#deps.onChange()
  }

  #pause(shelf: Shelf): void {
    shelf.failures += 1
    shelf.notBefore = performance.now() + Math.min(longestPauseMs, 1_000 * 2 ** (shelf.failures - 1))
  }
}

/** Stands in as the listener of a process until somebody adopts it. */
class Relay implements ClaudeListener {
  readonly #onLost: () => void
  #target: ClaudeListener | null = null
  #early: ClaudeExit | null = null

  constructor(onLost: () => void) {
    this.#onLost = onLost
  }

  adopt(target: ClaudeListener): void {
    this.#target = target
    if (this.#early) target.onExit(this.#early)
  }

  readonly onEvent: ClaudeListener['onEvent'] = (event) => this.#target?.onEvent(event)

  readonly onPermission: ClaudeListener['onPermission'] = async (question) =>
    (await this.#target?.onPermission(question)) ?? { behavior: 'deny', message: 'Nobody uses this process yet.', interrupt: true }

  readonly onExit: ClaudeListener['onExit'] = (exit) => {
    if (this.#target) return this.#target.onExit(exit)
    this.#early = exit
    return this.#onLost()
  }
}
