import { stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import type { Knowledge, PoolLogEntry, PoolPolicy, PoolPolicyPatch, PoolStatus } from '../../../shared/domain/pool.ts'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import { poolPolicySchema } from '../../../shared/domain/pool.ts'
import { startsForWork } from '../../../shared/domain/way.ts'
import type { JsonStore } from '../storage/json-store.ts'
import { betweenTurns, housekeeping, type Act } from './housekeeping.ts'
import type { Instance } from '../instances/instance.ts'
import { Gate } from '../gate/gate.ts'
import type { Growth } from './growth.ts'
import type { InstanceSet } from './instance-set.ts'
import type { PoolProcesses } from './processes.ts'

export type PolicyEngineDeps = {
  instances: InstanceSet
  policy: JsonStore<PoolPolicy>
  processes: Pick<
    PoolProcesses,
    'figures' | 'changed' | 'memoryLimitMb' | 'spares' | 'guests' | 'endable' | 'end' | 'usedMb' | 'processMb' | 'room'
  >
  /** What each instance knows of. */
  knowledge: () => Knowledge[]
  /** Throws when there is no `claude` to run; what it answers is not null. */
  locateClaude: () => Promise<unknown>
  /** Work of the queue that waits. */
  queued: () => number
  growth: Growth
  /** Work is open that only this instance may do. */
  isAwaited: (instanceId: string) => boolean
  /** Ends an instance and forgets it. */
  remove: (instanceId: string) => Promise<void>
  /** The policy has changed, or the pool did something. */
  onChange: () => void
}

const tickMs = 5_000
const mostEntries = 200
const megabyte = 1_048_576

/** Acts on the policy: lets turns in, parks and renews what is due, and keeps a log of what it did and why. */
export class PolicyEngine {
  readonly gate: Gate
  readonly #deps: PolicyEngineDeps
  readonly #timer: NodeJS.Timeout
  #log: PoolLogEntry[] = []
  #acting = false
  /** Instances whose folder is being looked for. */
  readonly #lookedFor = new Set<string>()
  /** Why no instance could be made last; null: one could. */
  #notMade: string | null = null

  constructor(deps: PolicyEngineDeps) {
    this.#deps = deps
    this.gate = new Gate({
      limits: () => this.policy,
      mayStart: (promised) => deps.processes.room.mayStart(promised),
      makeRoom: (promised) => deps.processes.room.make(promised),
      account: (id) => JSON.stringify(deps.instances.find(id)?.config.env ?? {}),
    })
    this.#timer = setInterval(() => void this.tidy(), tickMs)
    this.#timer.unref()
  }

  get policy(): PoolPolicy {
    return this.#deps.policy.current()
  }

  status(): PoolStatus {
    const all = this.#deps.instances.all()
    return {
      ...this.#deps.processes.figures(),
      policy: this.policy,
      running: all.filter((instance) => instance.summary().isRunning).length,
      queued: all.reduce((sum, instance) => sum + instance.view().queued, 0) + this.#deps.queued(),
      knowledge: this.#deps.knowledge(),
      log: this.#log,
    }
  }

  /** Changes the policy; it acts at once. Throws BAD_REQUEST for one that contradicts itself. */
  async update(patch: PoolPolicyPatch): Promise<PoolStatus> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
    if (patch.template) await this.#deps.growth.check(patch.template)
    await this.#deps.policy.change((current) => this.#checked(poolPolicySchema.parse({ ...current, ...given })))
    this.gate.changed()
    this.#deps.processes.changed()
    await this.tidy()
    if (given['min'] !== undefined) this.#keepMin((instance) => instance.takesWork)
    this.#deps.onChange()
    return this.status()
  }

  /** Notes something that the pool did by itself. */
  note(entry: Omit<PoolLogEntry, 'at'>): void {
    this.#log = [{ ...entry, at: new Date().toISOString() }, ...this.#log].slice(0, mostEntries)
    this.#deps.onChange()
  }

  /** Does what is due now. */
  async tidy(): Promise<void> {
    if (this.#acting) return
    this.#acting = true
    try {
      for (const act of this.#due()) await this.#do(act)
      await this.mend()
      this.#mendFolders()
      await this.#removeUnused()
      await this.#makeMissing()
      this.#keepMin((instance) => instance.work.mayBeStarted)
    } finally {
      this.#acting = false
    }
  }

  /** Has instances that failed for want of `claude` take messages again, once there is one. Never throws. */
  async mend(): Promise<void> {
    const failed = this.#deps.instances.all().filter(({ work }) => work.lacksClaude)
    if (failed.length === 0 || (await this.#deps.locateClaude().catch(() => null)) === null) return
    for (const instance of failed) if (instance.work.lacksClaude) instance.recover()
  }

  /** Has instances that failed because their folder was gone take work again once it is back. A disk that does not answer holds nothing up. */
  #mendFolders(): void {
    for (const instance of this.#deps.instances.all()) {
      if (!instance.work.lacksFolder || this.#lookedFor.has(instance.id)) continue
      this.#lookedFor.add(instance.id)
      void isFolder(instance.config.cwd).then((isBack) => {
        this.#lookedFor.delete(instance.id)
        if (isBack && instance.work.lacksFolder) instance.recover()
      })
    }
  }

  /** Removes what the pool made and nobody has used for long, those used longest ago first. */
  async #removeUnused(): Promise<void> {
    const { instances, isAwaited, remove } = this.#deps
    const seconds = this.policy.removeUnusedSeconds
    if (seconds === null) return
    const due = instances
      .all()
      .filter((one) => one.tenure.made !== null && one.tenure.lease === null && !one.config.pinned && one.unusedMs >= seconds * 1_000)
    for (const one of due.toSorted((a, b) => b.unusedMs - a.unusedMs)) {
      if (isAwaited(one.id) || (one.tenure.kind === null && this.#startable().length <= this.policy.min)) continue
      // Refused where a message waits: then it is in use after all.
      const removed = await remove(one.id).then(
        () => true,
        () => false,
      )
      if (removed)
        this.note({ act: 'removed', instanceId: null, instanceName: one.config.name, reason: `nobody had used it for ${seconds} s` })
    }
  }

  /** Makes instances while there are fewer than the policy wants to run. */
  async #makeMissing(): Promise<void> {
    const { growth, processes } = this.#deps
    try {
      while (this.#startable().length < this.policy.min && processes.room.hasRoom()) if (!(await growth.makeMore())) return
      this.#notMade = null
    } catch (thrown) {
      const { message } = toAppError(thrown)
      if (message === this.#notMade) return
      this.#notMade = message
      this.note({ act: 'not-made', instanceId: null, instanceName: 'An instance', reason: message.replace(/\.$/, '') })
    }
  }

  /** Those that run, or may be started. */
  #startable(): Instance[] {
    const all = this.#deps.instances.all().filter(({ failure }) => failure === null)
    return all.filter(({ work, config }) => work.engaged || (work.mayBeStarted && !startsForWork(config.way)))
  }

  /** Starts those that are kept alive, and others that may be started while fewer run than the policy wants. */
  #keepMin(mayStart: (instance: Instance) => boolean): void {
    const { instances, processes } = this.#deps
    const all = instances.all()
    const up = all.filter((instance) => instance.work.starting || instance.summary().isRunning).length
    const missing = Math.max(0, this.policy.min - up)
    const down = all.filter((one) => !one.work.starting && !one.summary().isRunning && !startsForWork(one.config.way) && mayStart(one))
    const kept = down.filter((one) => one.config.way === 'kept-alive' && one.work.mayBeStarted)
    const others = down.filter((one) => !kept.includes(one)).slice(0, Math.max(0, missing - kept.length))
    for (const instance of [...kept, ...others]) if (processes.room.hasRoom()) void instance.start()
  }

  /** To be awaited at the end of every turn, before the next one of the instance begins. */
  async betweenTurns(instanceId: string): Promise<void> {
    const instance = this.#deps.instances.find(instanceId)
    if (!instance) return
    const { memoryLimitMb, usedMb, endable } = this.#deps.processes
    const act = betweenTurns(instance.summary(), { policy: this.policy, usedMb: usedMb() ?? 0, memoryLimitMb })
    if (act === null) return
    if (act.act === 'parked' && endable !== null) return this.#do({ act: endable, reason: act.reason })
    this.note({ act: act.act, instanceId: act.id, instanceName: instance.config.name, reason: act.reason })
    if (act.act === 'parked') await instance.giveBack()
    else await instance.renew()
  }

  close(): void {
    clearInterval(this.#timer)
    this.gate.close()
  }

  #due(): Act[] {
    const { processes } = this.#deps
    const instances = this.#deps.instances.all().map((instance) => instance.summary())
    const { spares, guests, memoryLimitMb } = processes
    const asides = { idle: guests.idleMemory(), busyMb: guests.busyMb() }
    return housekeeping({ instances, policy: this.policy, spares: spares.memory(), asides, memoryLimitMb })
  }

  async #do(act: Act): Promise<void> {
    const { instances, processes } = this.#deps
    if (!('id' in act)) return processes.end(act.act, act.reason)
    const instance = instances.find(act.id)
    // Between the look and the act a message may have come.
    if (!instance?.summary().isIdle) return
    if (act.act === 'parked') await instance.sleep()
    else await instance.renew()
    this.note({ act: act.act, instanceId: act.id, instanceName: instance.config.name, reason: act.reason })
  }

  #checked(policy: PoolPolicy): PoolPolicy {
    const { min, max, memoryLimitMb, defaultInstanceId } = policy
    if (max !== null && min > max) throw refused('min', `The minimum (${min}) is above the maximum (${max}). Lower one or raise the other.`)
    if (memoryLimitMb !== null && memoryLimitMb * megabyte > totalmem()) {
      throw refused('memoryLimitMb', `This machine has ${Math.round(totalmem() / megabyte)} MB. Choose a limit below that.`)
    }
    const leastMb = Math.round(Math.max(1, min) * this.#deps.processes.processMb)
    if (memoryLimitMb !== null && memoryLimitMb < leastMb) {
      const what = min > 1 ? `The minimum of ${min} running instances takes` : 'One instance takes'
      throw refused('memoryLimitMb', `${what} about ${leastMb} MB. Choose a limit above that${min > 1 ? ', or lower the minimum' : ''}.`)
    }
    if (defaultInstanceId !== null && !this.#deps.instances.find(defaultInstanceId)) {
      throw refused('defaultInstanceId', 'This instance doesn’t exist, so it can’t be the default. Choose an existing one.')
    }
    return policy
  }
}

function refused(field: string, message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field } })
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isDirectory() === true
}
