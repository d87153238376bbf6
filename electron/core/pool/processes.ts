import { availableParallelism, totalmem } from 'node:os'
import type { PoolLogEntry, PoolPolicy, PoolStatus } from '../../../shared/domain/pool.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { Instance } from '../instances/instance.ts'
import type { Launch, MemoryClaim } from '../claude/launch.ts'
import type { InstanceSet } from './instance-set.ts'
import { Guests, type Guest, type Stay } from '../processes/guests.ts'
import { MemoryRoom } from '../processes/memory-room.ts'
import { Meter, type Metered } from '../processes/meter.ts'
import { Spares, type SparesDeps } from '../processes/spares.ts'

export type PoolProcessesDeps = {
  instances: InstanceSet
  policy: () => PoolPolicy
  start: SparesDeps['start']
  park: SparesDeps['park']
  /** Where a folder is now, if it was moved; else the folder. */
  follow: (cwd: string) => Promise<string>
  clock: Clock
  /** Something was measured: it may be time to keep house. */
  onMeasured: () => void
  onChange: () => void
  /** Puts a line into the pool's log. */
  note: (entry: Omit<PoolLogEntry, 'at'>) => void
}

export type ProcessFigures = Pick<
  PoolStatus,
  | 'memoryMb'
  | 'memoryLimitMb'
  | 'machineMemoryMb'
  | 'sparesReady'
  | 'hitRate'
  | 'memoryState'
  | 'spareMemoryMb'
  | 'cpuPercent'
  | 'waitingForMemory'
  | 'spares'
  | 'launches'
>

const megabyte = 1_048_576
/** From this share of the memory limit on all processes are measured often. */
const tightShare = 0.7
/** A turn that has no answer after so long waits for the network, not for a processor. */
const startingMs = 1_500

/** The processes of all instances and the spares: what they use, which are kept ready, and when one more may start. */
export class PoolProcesses {
  readonly spares: Spares
  readonly room: MemoryRoom
  /** Processes of nobody's, such as those of side questions. */
  readonly guests = new Guests(() => this.room.pump())
  readonly #deps: PoolProcessesDeps
  readonly #meter: Meter
  #budgetOff = false

  constructor(deps: PoolProcessesDeps) {
    this.#deps = deps
    this.#meter = new Meter({ all: () => this.#metered(), tight: () => this.#tight(), onRound: () => this.#measured() })
    this.room = new MemoryRoom({
      mostStarting: Math.max(2, availableParallelism()),
      limitMb: () => this.memoryLimitMb,
      processes: () => this.#memory(),
      freeable: () => [
        ...this.guests.idleMemory(),
        ...this.spares.memory(),
        ...this.#idle().map((instance) => instance.summary().memoryMb),
      ],
      free: () => this.#free(),
      mayBecomeFree: () =>
        deps.instances.all().some((instance) => instance.work.engaged && instance.summary().isRunning && !instance.summary().pinned),
    })
    this.spares = new Spares({
      start: deps.start,
      park: deps.park,
      clock: deps.clock,
      count: () => deps.policy().spares,
      busy: () => deps.instances.all().some((instance) => instance.work.startingSince(startingMs)),
      hasRoom: () => this.room.hasRoom(),
      onChange: deps.onChange,
      onLost: (why, pauseMs) => this.#spareLost(why, pauseMs),
    })
  }

  /** The memory limit that counts: the lower one of both settings; null also while memory cannot be read. */
  get memoryLimitMb(): number | null {
    if (this.#meter.state === 'unreadable') return null
    const { memoryLimitMb, memoryShare } = this.#deps.policy()
    const share = memoryShare === null ? null : Math.round((memoryShare * totalmem()) / megabyte)
    if (memoryLimitMb === null || share === null) return memoryLimitMb ?? share
    return Math.min(memoryLimitMb, share)
  }

  /** Starts processes for one instance: with a spare where one fits, else when there is memory for one more. */
  launchFor(instance: () => Instance): Launch {
    const enter = async (signal: AbortSignal | undefined, memory: MemoryClaim) =>
      memory === 'taken-over'
        ? this.room.replace()
        : this.room.enter({ signal, granted: memory === 'granted', onWait: () => this.#waits(instance()) })
    const start = async (memory: MemoryClaim, ...[config, listener, signal]: Parameters<SparesDeps['start']>) => {
      const leave = await enter(signal, memory)
      try {
        return await this.#deps.start(config, listener, signal)
      } finally {
        // Not before its owner counts it as a process, or another one would be let in on the same memory.
        setImmediate(leave)
      }
    }
    return async (config, listener, signal, memory = 'waits') => {
      const cwd = await this.#deps.follow(config.cwd)
      return this.spares.launch((...launch) => start(memory, ...launch), cwd === config.cwd ? config : { ...config, cwd }, listener, signal)
    }
  }

  /** Room for a process that belongs to no instance, once there is memory for one. */
  async admit(guest: Guest, signal: AbortSignal): Promise<Stay> {
    const leave = await this.room.enter({ signal, onWait: () => {} })
    const stay = this.guests.add(guest)
    leave()
    return stay
  }

  /** Memory of all processes that were measured; null when none was. */
  readonly usedMb = (): number | null => total(this.#memory())

  /** What one process takes, as far as is known. */
  get processMb(): number {
    return this.room.processMb
  }

  /** To be called whenever what is idle, the policy, or the set of instances has changed. */
  changed(): void {
    this.room.pump()
    this.spares.tend()
  }

  figures(): ProcessFigures {
    const views = this.#deps.instances.all().flatMap((instance) => instance.view().process ?? [])
    const spares = this.spares.rows()
    return {
      memoryMb: this.usedMb(),
      memoryLimitMb: this.memoryLimitMb,
      machineMemoryMb: Math.round(totalmem() / megabyte),
      memoryState: this.#meter.state,
      spareMemoryMb: total(this.spares.memory()),
      cpuPercent: total([...views, ...spares].map(({ cpuPercent }) => cpuPercent)),
      waitingForMemory: this.room.waiting,
      sparesReady: this.spares.ready,
      spares,
      hitRate: this.spares.hitRate,
      launches: this.spares.counts(),
    }
  }

  async close(): Promise<void> {
    this.#meter.close()
    await this.spares.close()
  }

  #metered(): Metered[] {
    const instances = this.#deps.instances.all().map((instance) => ({
      id: instance.id,
      pid: instance.view().process?.pid ?? null,
      working: instance.working,
      measure: () => instance.measure(),
      look: () => instance.look(),
    }))
    return [...instances, ...this.spares.metered(), ...this.guests.metered()]
  }

  /** Of every process that is there, null for one that was not measured yet. */
  #memory(): (number | null)[] {
    const running = this.#deps.instances.all().map((instance) => instance.summary())
    return [
      ...running.filter(({ isRunning }) => isRunning).map(({ memoryMb }) => memoryMb),
      ...this.spares.memory(),
      ...this.guests.memory(),
    ]
  }

  #tight(): boolean {
    const limit = this.memoryLimitMb
    return limit !== null && this.room.expectedMb > limit * tightShare
  }

  #measured(): void {
    const off = this.#meter.state === 'unreadable' && (this.#deps.policy().memoryLimitMb ?? this.#deps.policy().memoryShare) !== null
    if (off !== this.#budgetOff) {
      this.#budgetOff = off
      const reason = off
        ? 'process memory can’t be read, so the memory limit has no effect; everything else works'
        : 'process memory can be read again'
      this.#deps.note({ act: off ? 'budget-off' : 'budget-on', instanceId: null, instanceName: 'The memory limit', reason })
    }
    this.#deps.onMeasured()
    this.changed()
  }

  /** Ends what an idle side question holds, else a spare, else parks the idle instance used longest ago. None of them is taken for anything else from this moment on. */
  async #free(): Promise<boolean> {
    const reason = `all processes together hold ${Math.round(this.room.expectedMb)} MB of ${this.memoryLimitMb ?? 0} MB, and another one has to start`
    const act = this.endable
    if (act !== null) {
      await this.end(act, reason)
      return true
    }
    const [oldest] = this.#idle().toSorted((a, b) => b.summary().idleMs - a.summary().idleMs)
    if (!oldest) return false
    const parked = oldest.sleep()
    this.#deps.note({ act: 'parked', instanceId: oldest.id, instanceName: oldest.config.name, reason })
    await parked
    return true
  }

  /** What goes before an instance is parked: the process of an idle side question first, then a spare; null where there is neither. */
  get endable(): 'aside-ended' | 'spare-ended' | null {
    if (this.guests.idleMemory().length > 0) return 'aside-ended'
    return this.spares.ready > 0 ? 'spare-ended' : null
  }

  /** Ends one of these, if it is still there. */
  async end(act: 'aside-ended' | 'spare-ended', reason: string): Promise<void> {
    const isAside = act === 'aside-ended'
    if (isAside ? this.guests.idleMemory().length === 0 : this.spares.ready === 0) return
    // Begun before anybody else is told, who might count on its memory.
    const ended: Promise<unknown> = isAside ? this.guests.giveUp() : this.spares.giveUp()
    this.#deps.note({ act, instanceId: null, instanceName: isAside ? 'An idle side question' : 'A spare', reason })
    await ended
  }

  #idle(): Instance[] {
    return this.#deps.instances.all().filter((instance) => instance.summary().isIdle && !instance.summary().pinned)
  }

  #waits({ id, config }: Instance): void {
    const reason = `all processes together hold ${Math.round(this.room.expectedMb)} MB of ${this.memoryLimitMb ?? 0} MB, and none is idle`
    this.#deps.note({ act: 'waits', instanceId: id, instanceName: config.name, reason })
  }

  #spareLost(why: string, pauseMs: number): void {
    const reason = `${why.replace(/\.$/, '')}; the next one is tried in ${Math.max(1, Math.round(pauseMs / 1_000))} s`
    this.#deps.note({ act: 'spare-lost', instanceId: null, instanceName: 'A spare', reason })
  }
}

function total(parts: readonly (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null)
  return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0)
}
