import type { LaunchCounts, MissReason, Spare } from '../../../shared/domain/spare.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { ClaudeListener } from '../claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig, ParkedClaude, ParkedConfig } from '../claude/claude-process.ts'
import { launchKey, type Launch } from '../claude/launch.ts'
import { parkedConfigOf, parkedKey, summaryOf } from './launch-kinds.ts'
import { LaunchTally } from './launch-tally.ts'
import type { Metered } from './meter.ts'
import { SpareSet, type SpareSetDeps } from './spare-set.ts'

export type SparesDeps = {
  /** Starts a process. Throws when it cannot. */
  start: (config: LaunchConfig, listener: ClaudeListener, signal?: AbortSignal) => Promise<ClaudeProcess>
  /** Starts one that takes its folder later. Throws when it cannot. */
  park: (config: ParkedConfig, listener: ClaudeListener) => Promise<ParkedClaude>
  /** How many to keep ready for each way of launching. */
  count: () => number
  /** True while a turn is starting: readying a process takes a third of a second of a core, and turns go first. */
  busy: () => boolean
  /** True when the memory budget lets one more process in without anybody having to go. */
  hasRoom: () => boolean
  clock: Clock
  onChange: () => void
  /** One died or could not be started, and how long nobody tries again. */
  onLost: (why: string, pauseMs: number) => void
}

/** Ways of launching that spares are kept for; the one used longest ago is given up first. */
const mostKinds = 4
const mostParkedKinds = 2
/** How soon after a claim, or while turns are starting, the next one is thought of. */
const soonMs = 250
const laterMs = 2_000
/** Looks whether what the spares know has changed, and whether they are too old: not all that may change is noticed. */
const lookMs = 20_000
const maxAgeMs = 15 * 60_000
const mostRefusals = 200

/**
 * Processes that are ready before anybody needs them: for ways of launching that were seen before, and parked ones that take any
 * folder. A claim costs nothing where there is one; where there is none, or it refuses, the launch goes its usual way.
 */
export class Spares {
  readonly #deps: SparesDeps
  readonly #sets = new Map<string, SpareSet>()
  readonly #parked = new Map<string, SpareSet<ParkedClaude>>()
  readonly #tally = new LaunchTally()
  /** Folders and settings that a parked process has refused. */
  readonly #refused = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: SparesDeps) {
    this.#deps = deps
  }

  get ready(): number {
    return this.#all().reduce((sum, set) => sum + set.ready, 0)
  }

  /** Launches that a spare could have served, and how many one did; null before the first. */
  get hitRate(): number | null {
    return this.#tally.hitRate
  }

  counts(): LaunchCounts {
    return this.#tally.counts()
  }

  rows(): Spare[] {
    return this.#all().flatMap((set) => set.rows())
  }

  metered(): Metered[] {
    return this.#all().flatMap((set) => set.metered())
  }

  /** Memory of each one that is there or about to be, in MB; null where it was not measured. */
  memory(): (number | null)[] {
    return this.#all().flatMap((set) => [...set.memory(), ...(set.starting ? [null] : [])])
  }

  /** Launches with a spare where one fits, else with `start`. A session that goes on needs a process of its own. */
  async launch(start: SparesDeps['start'], ...[config, listener, signal]: Parameters<Launch>): ReturnType<Launch> {
    if (config.own !== undefined)
      return { process: await start(config, listener, signal), origin: config.resume === undefined ? 'cold' : 'resumed' }
    if (config.resume !== undefined) return { process: await start(config, listener, signal), origin: 'resumed' }
    if (this.#deps.count() === 0) {
      this.expect(config)
      return { process: await start(config, listener, signal), origin: 'cold' }
    }
    const miss = this.#missReason(config)
    const spare = await this.expect(config).take()
    if (spare && spare !== 'outdated') {
      this.#tally.hit('folder')
      spare.relay.adopt(listener)
      this.#changed()
      return { process: spare.process, origin: 'spare' }
    }
    const claimed = await this.#claim(config, listener)
    if (claimed.process) return { process: claimed.process, origin: 'spare' }
    this.#tally.miss(claimed.refused ? 'refused' : (spare ?? miss))
    this.#changed()
    return { process: await start(config, listener, signal), origin: 'cold' }
  }

  /** This way of launching is likely to be wanted; it is now the one used last. */
  expect(config: LaunchConfig): SpareSet {
    const { resume: _resume, forkAt: _forkAt, ...fresh } = config
    const parked = parkedConfigOf(fresh)
    if (parked) this.#parkedSet(parked)
    if (this.#deps.count() > 0) this.#later(soonMs)
    return cachedSet(this.#sets, launchKey(fresh), mostKinds, () =>
      this.#set({
        kind: 'folder',
        folder: fresh.cwd,
        summary: summaryOf(fresh),
        start: (listener) => this.#primed(fresh, listener),
      }),
    )
  }

  /** Gives up those for ways of launching that nobody has any more. */
  keepOnly(configs: readonly LaunchConfig[]): void {
    const keys = new Set(configs.map(launchKey))
    for (const [key, set] of this.#sets) {
      if (keys.has(key)) continue
      this.#sets.delete(key)
      void set.close()
    }
  }

  /** Ends what is too many, starts what is missing, one at a time, and comes back while something is. */
  tend(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    const count = this.#deps.count()
    const ended = this.#all().map((set) => set.trim(count, maxAgeMs))
    if (ended.some((number) => number > 0)) this.#deps.onChange()
    const missing = this.#all().filter((set) => set.ready < count)
    if (missing.length === 0) return this.ready > 0 ? this.#later(lookMs, () => this.#refresh()) : undefined
    if (this.#all().some(({ starting }) => starting) || this.#deps.busy()) return this.#later(soonMs)
    const due = missing.find(({ pauseMs }) => pauseMs === 0)
    if (!due || !this.#deps.hasRoom()) return this.#later(laterMs)
    return void due.fill().then(() => this.tend())
  }

  /** Ends one to free memory, of the kind used longest ago; answers what it held in MB, or null when there is none. */
  async giveUp(): Promise<number | null> {
    // Found at once: whoever counts on its memory must not find it again.
    const set = this.#all().findLast(({ ready }) => ready > 0)
    return set === undefined ? null : set.giveUp()
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await Promise.all(this.#all().map((set) => set.close()))
  }

  async #primed(config: LaunchConfig, listener: ClaudeListener): Promise<ClaudeProcess> {
    const process = await this.#deps.start(config, listener)
    await process.prime()
    return process
  }

  async #claim(config: LaunchConfig, listener: ClaudeListener): Promise<{ process: ClaudeProcess | null; refused: boolean }> {
    const parked = parkedConfigOf(config)
    if (!parked) return { process: null, refused: false }
    const key = launchKey(config)
    if (this.#refused.has(key)) return { process: null, refused: true }
    const spare = await this.#parked.get(parkedKey(parked))?.take()
    if (!spare || spare === 'outdated') return { process: null, refused: false }
    this.#changed()
    try {
      await spare.process.claim(config)
    } catch {
      this.#refused.add(key)
      for (const oldest of this.#refused) if (this.#refused.size > mostRefusals) this.#refused.delete(oldest)
      void spare.process.stop()
      return { process: null, refused: true }
    }
    this.#tally.hit('any-folder')
    spare.relay.adopt(listener)
    return { process: spare.process, refused: false }
  }

  /** To be asked before the set is touched. */
  #missReason(config: LaunchConfig): MissReason {
    const set = this.#sets.get(launchKey(config))
    if (!set) return 'new-kind'
    if (set.failing) return 'failing'
    return set.starting || this.#deps.hasRoom() ? 'not-ready' : 'no-memory'
  }

  #parkedSet(config: ParkedConfig): void {
    const { park } = this.#deps
    const summary = summaryOf({ ...config, ...(config.mayBypass ? { permissionMode: 'bypassPermissions' } : {}) })
    cachedSet(this.#parked, parkedKey(config), mostParkedKinds, () =>
      this.#set({ kind: 'any-folder', folder: null, summary, start: (listener) => park(config, listener) }),
    )
  }

  #set<P extends ClaudeProcess>(words: Pick<SpareSetDeps<P>, 'kind' | 'folder' | 'summary' | 'start'>): SpareSet<P> {
    const { clock, onChange } = this.#deps
    const set: SpareSet<P> = new SpareSet({
      ...words,
      clock,
      onChange,
      onLost: (why) => {
        this.#deps.onLost(why, set.pauseMs)
        this.#later(soonMs)
      },
    })
    return set
  }

  /** The one used last first; those for a folder before those for any. */
  #all(): SpareSet[] {
    return [...[...this.#sets.values()].toReversed(), ...[...this.#parked.values()].toReversed()]
  }

  #changed(): void {
    this.#deps.onChange()
    this.#later(soonMs)
  }

  async #refresh(): Promise<void> {
    const ended = await Promise.all(this.#all().map((set) => set.refresh().catch(() => 0)))
    if (ended.some((number) => number > 0)) this.#deps.onChange()
    this.tend()
  }

  #later(ms: number, act: () => unknown = () => this.tend()): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    this.#timer = setTimeout(act, ms)
    this.#timer.unref()
  }
}

/** The set of a key, made when it is new, now the one used last; the one used longest ago goes when there are too many. */
function cachedSet<S extends Pick<SpareSet, 'close'>>(sets: Map<string, S>, key: string, most: number, make: () => S): S {
  const set = sets.get(key) ?? make()
  sets.delete(key)
  sets.set(key, set)
  for (const [oldKey, old] of sets) {
    if (sets.size <= most) break
    sets.delete(oldKey)
    void old.close()
  }
  return set
}
