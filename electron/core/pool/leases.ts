import { AppError } from '../../../shared/app-error.ts'
import type { Lease } from '../../../shared/domain/lease.ts'
import type { Instance } from '../instances/instance.ts'
import type { Lent } from '../instances/tenure.ts'
import { labelWords } from '../queue/label-words.ts'
import { newId } from '../storage/id.ts'
import type { Growth } from './growth.ts'
import type { InstanceSet } from './instance-set.ts'
import { LeaseLine, type Free, type Wanted } from './lease-line.ts'

/** A clock that was set, or a machine that slept, is noticed after so long. */
const longestWaitMs = 30_000

/** `waitSeconds`: how long to wait for one that is free; none when left out. */
export type LeaseInput = Wanted & { seconds: number; by?: string | undefined; waitSeconds?: number | undefined }

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
  readonly #line: LeaseLine
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: LeasesDeps) {
    this.#deps = deps
    this.#line = new LeaseLine({ find: (wanted) => this.#found(wanted), grow: (wanted) => this.#grown(wanted) })
  }

  /** Those who wait for a lease come before tasks that wait. To be called whenever an instance may be free. */
  serve(): void {
    if (!this.#closed) this.#line.serve()
  }

  /** Goes on with those of the last run that have time left. */
  takeUp(): void {
    this.#arm()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#line.close()
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

  /**
   * Lends an idle instance, made for it where that is allowed. It is on disk when this resolves. Throws STATE_CONFLICT where none is free,
   * nor becomes so in time; `signal` aborts when the caller has gone.
   */
  async lease({ seconds, by, waitSeconds = 0, ...wanted }: LeaseInput, signal?: AbortSignal): Promise<Leased> {
    await this.#check(wanted)
    const waits = waitSeconds > 0
    const free = waits ? await this.#line.wait(wanted, waitSeconds, signal) : (this.#found(wanted) ?? (await this.#grown(wanted)))
    if (!free) throw this.#notFree(wanted, waits ? 'Try again later.' : advice)
    const { instance, release } = free
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
    // Nobody would give it back.
    if (signal?.aborted) this.#end(instance)
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

  async #check({ instanceId, labels, launch }: Wanted): Promise<void> {
    const who = [instanceId, labels, launch].filter((given) => given !== undefined)
    if (who.length > 1)
      throw new AppError('BAD_REQUEST', '“instance”, “labels” and “new” each say which one. Send only one of them.', {
        data: { field: labels === undefined ? 'new' : 'labels' },
      })
    if (instanceId !== undefined) this.#deps.instances.get(instanceId)
    if (launch !== undefined) await this.#deps.growth.check(launch)
  }

  #found({ instanceId, ...work }: Wanted): Free | null {
    const { instances, growth } = this.#deps
    const named = instanceId === undefined ? null : instances.get(instanceId)
    const instance = named === null ? this.#best(growth.fit(work).among) : isIdle(named) ? named : undefined
    return instance ? { instance, release: instance.work.reserve() } : null
  }

  async #grown({ instanceId, ...work }: Wanted): Promise<Free | null> {
    const { growth, instances, mayStart } = this.#deps
    if (instanceId !== undefined || !mayStart()) return null
    const grown = await growth.grow(work)
    return grown && { instance: instances.get(grown.instanceId), release: grown.release }
  }

  /** Why there is none, for the caller to read. */
  #notFree({ instanceId, ...work }: Wanted, next: string): AppError {
    const { growth, mayStart, instances } = this.#deps
    if (instanceId !== undefined) return notFree(`${busyWords(instances.get(instanceId))} ${next}`)
    if (!mayStart()) return notFree(`Every instance is in use, and there is not enough memory for another process. ${next}`)
    const which = work.labels === undefined ? 'No instance' : `No instance with ${labelWords(work.labels)}`
    return notFree(`${growth.lacks(work) ?? `${which} is free`}. ${next}`)
  }

  /** The one that answers soonest, of those that were used longest ago. */
  #best(among: ReadonlySet<string> | null): Instance | undefined {
    const all = this.#deps.instances.all().filter((one) => {
      const fits = among === null ? one.tenure.kind === null : among.has(one.id)
      return fits && isIdle(one) && !one.work.rests
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

function isIdle({ tenure, takesWork, load, occupied }: Instance): boolean {
  return tenure.lease === null && takesWork && load === 0 && occupied === null
}

/** Why an instance cannot be lent now. */
function busyWords({ config: { name }, tenure: { lease }, takesWork }: Instance): string {
  if (lease !== null) return `${name} is leased${lease.by === null ? '' : ` to ${lease.by}`} until ${lease.until}.`
  return takesWork ? `${name} is at work.` : `${name} takes no work now: resume or restart it.`
}

const advice = 'Try again later, or wait with “waitSeconds”.'

function notFree(message: string): AppError {
  return new AppError('STATE_CONFLICT', message)
}
