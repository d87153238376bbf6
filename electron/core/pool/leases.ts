import { AppError } from '../../../shared/app-error.ts'
import type { Lease } from '../../../shared/domain/lease.ts'
import type { NewInstance } from '../../../shared/domain/recipe.ts'
import type { Instance } from '../instances/instance.ts'
import type { Lent } from '../instances/tenure.ts'
import { labelWords } from '../queue/label-words.ts'
import { newId } from '../storage/id.ts'
import type { Growth } from './growth.ts'
import type { InstanceSet } from './instance-set.ts'

/** A clock that was set, or a machine that slept, is noticed after so long. */
const longestWaitMs = 30_000

export type LeaseInput = {
  labels?: string[] | undefined
  instanceId?: string | undefined
  launch?: NewInstance | undefined
  seconds: number
  by?: string | undefined
}

/** An instance that somebody has for themselves. */
export type Leased = { leaseId: string; instanceId: string; by: string | null; until: string }

export type LeasesDeps = {
  instances: InstanceSet
  growth: Pick<Growth, 'fit' | 'check' | 'grow' | 'lacks'>
  /** False: memory allows no further process. */
  mayStart: () => boolean
  /** Writes what is kept of the instances. Throws what a full disk throws. */
  save: () => Promise<void>
  saveSoon: () => void
  /** Whom an instance works for has changed. */
  onChange: (instanceId: string) => void
}

/** Lends instances: one that is leased gets work from those alone who have the lease, and messages from people. */
export class Leases {
  readonly #deps: LeasesDeps
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: LeasesDeps) {
    this.#deps = deps
  }

  /** Goes on with those of the last run that have time left. */
  takeUp(): void {
    this.#arm()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  list(): Leased[] {
    return this.#deps.instances.all().flatMap((one) => (one.tenure.lease === null ? [] : [leasedOf(one, one.tenure.lease)]))
  }

  /** True while somebody has it. */
  has(leaseId: string): boolean {
    return this.#holder(leaseId) !== undefined
  }

  /** The instance of a lease. Throws NOT_FOUND for one that is over or never was. */
  get(leaseId: string): Instance {
    const holder = this.#holder(leaseId)
    if (holder) return holder
    throw new AppError('NOT_FOUND', 'This lease has ended, or its instance was removed. Lease one again with POST /pool/lease.', {
      data: { field: 'lease' },
    })
  }

  /** Lends an idle instance, made for it where that is allowed. It is on disk when this resolves. Throws STATE_CONFLICT where none is free. */
  async lease({ seconds, by, ...wanted }: LeaseInput): Promise<Leased> {
    await this.#check(wanted)
    const { instance, release } = await this.#free(wanted)
    const lent: Lent = { id: newId('lease'), by: by ?? null, until: until(seconds), askedIn: null }
    instance.tenure.lend(lent)
    try {
      await this.#deps.save()
    } catch (thrown) {
      instance.tenure.lend(null)
      throw thrown
    } finally {
      release()
    }
    this.#changed(instance)
    return leasedOf(instance, lent)
  }

  /** Has it last so long from now on. Throws NOT_FOUND. */
  async renew(leaseId: string, seconds: number): Promise<Leased> {
    const instance = this.get(leaseId)
    const { lease: before } = instance.tenure
    if (before === null) throw new Error('What a lease is found by has it.')
    const lent = { ...before, until: until(seconds) }
    instance.tenure.lend(lent)
    try {
      await this.#deps.save()
    } catch (thrown) {
      instance.tenure.lend(before)
      throw thrown
    }
    this.#changed(instance)
    return leasedOf(instance, lent)
  }

  /** Ends it before its time: what runs ends as usual. Throws NOT_FOUND. */
  giveBack(leaseId: string): void {
    this.#end(this.get(leaseId))
  }

  #holder(leaseId: string): Instance | undefined {
    return this.#deps.instances.all().find(({ tenure }) => tenure.lease?.id === leaseId)
  }

  async #check({ instanceId, labels, launch }: Omit<LeaseInput, 'seconds' | 'by'>): Promise<void> {
    const who = [instanceId, labels, launch].filter((given) => given !== undefined)
    if (who.length > 1)
      throw new AppError('BAD_REQUEST', '“instance”, “labels” and “new” each say which one. Send only one of them.', {
        data: { field: labels === undefined ? 'new' : 'labels' },
      })
    if (instanceId !== undefined) this.#deps.instances.get(instanceId)
    if (launch !== undefined) await this.#deps.growth.check(launch)
  }

  /** One that is free, with a turn counted for it until that is taken back. */
  async #free({ instanceId, ...work }: Omit<LeaseInput, 'seconds' | 'by'>): Promise<{ instance: Instance; release: () => void }> {
    const { growth, mayStart } = this.#deps
    const found = instanceId === undefined ? this.#best(growth.fit(work).among) : this.#named(instanceId)
    if (found) return { instance: found, release: found.work.reserve() }
    if (!mayStart()) throw notFree('Every instance is in use, and there is not enough memory for another process.')
    const grown = await growth.grow(work)
    if (grown) return { instance: this.#deps.instances.get(grown.instanceId), release: grown.release }
    const why =
      growth.lacks(work) ?? (work.labels === undefined ? 'No instance is free' : `No instance with ${labelWords(work.labels)} is free`)
    throw notFree(`${why}.`, 'Lease again when one is.')
  }

  #named(id: string): Instance {
    const instance = this.#deps.instances.get(id)
    const { name } = instance.config
    const { lease } = instance.tenure
    if (lease !== null) throw notFree(`${name} is leased${lease.by === null ? '' : ` to ${lease.by}`} until ${lease.until}.`)
    if (!instance.takesWork) throw notFree(`${name} takes no work now.`, 'Resume or restart it, or lease another one.')
    if (instance.load > 0 || instance.occupied !== null) throw notFree(`${name} is at work.`)
    return instance
  }

  /** The one that answers soonest, of those that were used longest ago. */
  #best(among: ReadonlySet<string> | null): Instance | undefined {
    const all = this.#deps.instances.all().filter((one) => {
      const fits = among === null ? one.tenure.kind === null : among.has(one.id)
      return fits && one.tenure.lease === null && one.takesWork && one.load === 0 && one.occupied === null && !one.work.rests
    })
    const usable = all.filter((one) => one.summary().isRunning)
    const from = usable.length > 0 || !this.#deps.mayStart() ? usable : all
    return from.toSorted((a, b) => a.use.lastUsedAt - b.use.lastUsedAt)[0]
  }

  #end(instance: Instance): void {
    instance.tenure.lend(null)
    this.#deps.saveSoon()
    this.#changed(instance)
  }

  #changed({ id }: Instance): void {
    this.#deps.onChange(id)
    this.#arm()
  }

  /** Ends those whose time is over, and wakes for the next. */
  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    const lent = this.#deps.instances.all().filter(({ tenure }) => tenure.lent !== null)
    const over = lent.find(({ tenure }) => tenure.lease === null)
    if (over) return this.#end(over)
    const next = Math.min(...lent.map(({ tenure }) => Date.parse(tenure.lent?.until ?? '') - Date.now()))
    if (!Number.isFinite(next)) return
    this.#timer = setTimeout(() => this.#arm(), Math.min(Math.max(next, 0) + 5, longestWaitMs))
    this.#timer.unref()
  }
}

function until(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString()
}

function leasedOf({ id }: Instance, lease: Lease): Leased {
  return { leaseId: lease.id, instanceId: id, by: lease.by, until: lease.until }
}

function notFree(why: string, advice = 'Try again later, or lease another one.'): AppError {
  return new AppError('STATE_CONFLICT', `${why} ${advice}`)
}
