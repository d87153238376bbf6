import { createHash } from 'node:crypto'
import { AppError } from '../../../shared/app-error.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { InstanceTemplate, PoolPolicy } from '../../../shared/domain/pool.ts'
import type { NewInstance } from '../../../shared/domain/recipe.ts'
import { startsForWork } from '../../../shared/domain/way.ts'
import type { Instance } from '../instances/instance.ts'
import type { Made } from '../instances/tenure.ts'
import { labelWords } from '../queue/label-words.ts'
import type { Fit, Grown } from '../queue/queue-pool.ts'
import type { TaskRecord } from '../queue/queue-task.ts'
import type { InstanceSet } from './instance-set.ts'

/** More instances than this the pool never makes by itself, whatever the policy says. */
const mostMade = 100

/** The configuration of an instance that is made from something shorter. Throws what is wrong with it. */
export type ConfigFor = (template: InstanceTemplate, name: string) => InstanceConfig

export type GrowthDeps = {
  instances: InstanceSet
  policy: () => PoolPolicy
  configFor: ConfigFor
  /** Throws what is wrong with a configuration; answers it with full paths. */
  prepared: (config: InstanceConfig) => Promise<InstanceConfig>
  /** Makes an instance of it, with a turn counted for it before anybody sees it; it starts with its first message. */
  make: (config: InstanceConfig, made: Made) => Promise<{ instance: Instance; release: () => void }>
  /** It was made, and why. */
  onMade: (instance: Instance, reason: string) => void
}

type Work = Pick<TaskRecord, 'labels' | 'launch'>

/** Which instances may take a piece of work, and what is made where there is none. */
export class Growth {
  readonly #deps: GrowthDeps
  /** Names of instances that are being made. */
  readonly #names = new Set<string>()
  /** Kinds that one is being made of. */
  readonly #kinds: string[] = []
  readonly #kindOf = new WeakMap<NewInstance, string>()

  constructor(deps: GrowthDeps) {
    this.#deps = deps
  }

  /** So many instances more does the policy allow. */
  get allowed(): number {
    return Math.min(this.#deps.policy().max ?? mostMade, mostMade) - this.#deps.instances.all().length
  }

  /** So many may be made at all. */
  get room(): number {
    return mostMade - this.#deps.instances.all().length
  }

  /** Which instances may take it, and what may be made for it. */
  fit({ labels, launch }: Work): Fit {
    if (launch !== undefined) return this.#fitOf(this.#kind(launch))
    const source = this.#source(labels)
    const makes = source === null ? ('none' as const) : ('more' as const)
    if (labels === undefined) return { among: null, makes, kind: null }
    const among = this.#everybodys().filter((one) => hasAll(one.config.tags, labels) && one.tenure.lease === null)
    return { among: new Set(among.map(({ id }) => id)), makes, kind: null }
  }

  /** Why no instance that there is takes it, and none is made, for the user to read; null: one does, or will. */
  lacks({ labels, launch }: Work): string | null {
    const all = this.#deps.instances.all()
    const isUsual = labels === undefined && launch === undefined
    const among = isUsual ? null : this.fit({ labels, launch }).among
    const able = among === null ? this.#everybodys() : all.filter(({ id }) => among.has(id))
    const fitting = able.filter(({ tenure }) => tenure.lease === null)
    if (fitting.some((one) => one.takesWork)) return null
    const failed = all.find((one) => one.failure !== null && one.tenure.made !== null && this.#wasMadeFor(one, { labels, launch }))
    if (failed) return `${failed.config.name}, which was made for this, has failed: restart or remove it`
    const mayGrow = launch === undefined ? this.allowed > 0 && this.#source(labels) !== null : this.room > 0
    if (mayGrow) return null
    if (launch !== undefined) return `There are ${all.length} instances, the most there may be: remove one`
    const which = labels === undefined ? '' : ` with ${labelWords(labels)}`
    const leased = this.#leased(labels)
    if (leased !== null) return leased
    if (fitting.length > 0) return `All instances${which} have failed, are on hold or are frozen: resume or restart one`
    if (labels !== undefined && this.#source(labels) !== null) return `No instance has ${labelWords(labels)}, and the pool makes no more`
    return labels === undefined ? 'No instances yet: create one' : `No instance has ${labelWords(labels)}`
  }

  /** Makes one that may take it; null when that is not allowed any more. Throws what is wrong with its configuration. */
  async grow(work: Work): Promise<Grown | null> {
    const { makes, kind } = this.fit(work)
    if (makes === 'none' || (makes === 'first' ? this.room : this.allowed) <= 0) return null
    const { instance, release } = await this.#make(work, kind)
    this.#deps.onMade(instance, makes === 'first' ? 'there was none like it' : 'all others were busy')
    return { instanceId: instance.id, release }
  }

  /** Makes one as the policy's template says, to have enough of them; false when that is not wanted or allowed. */
  async makeMore(): Promise<boolean> {
    const { template } = this.#deps.policy()
    // One that runs for work alone would be no more of those that run.
    if (template === null || startsForWork(template.way) || this.allowed <= 0) return false
    // What is made like one that has failed would fail too.
    if (this.#everybodys().some((one) => one.tenure.made !== null && one.failure !== null)) return false
    const { instance, release } = await this.#make({}, null)
    release()
    this.#deps.onMade(instance, `the pool keeps ${this.#deps.policy().min} running`)
    return true
  }

  /** Throws what is wrong with a configuration that work brings along, or that the policy is to have. */
  async check(template: InstanceTemplate): Promise<void> {
    await this.#deps.prepared(this.#deps.configFor(template, this.#freeName()))
  }

  async #make(work: Work, kind: string | null): Promise<{ instance: Instance; release: () => void }> {
    const name = this.#freeName()
    this.#names.add(name)
    if (kind !== null) this.#kinds.push(kind)
    try {
      return await this.#deps.make(await this.#config(work, name), { kind })
    } finally {
      this.#names.delete(name)
      if (kind !== null) this.#kinds.splice(this.#kinds.indexOf(kind), 1)
    }
  }

  #config({ labels, launch }: Work, name: string): Promise<InstanceConfig> {
    const source = launch ?? this.#source(labels)
    if (source === null)
      throw new AppError('STATE_CONFLICT', 'There is nothing to make an instance like. Create one, or give the pool a template.')
    if ('config' in source) return Promise.resolve({ ...source.config, name, pinned: false, way: undefined })
    return this.#deps.prepared(this.#deps.configFor(source, name))
  }

  #fitOf(kind: string): Fit {
    const alike = this.#deps.instances.all().filter((one) => one.tenure.kind === kind)
    const among = new Set(alike.filter(({ tenure }) => tenure.lease === null).map(({ id }) => id))
    // What is made like one that has failed would fail too.
    if (alike.some(({ failure }) => failure !== null)) return { among, makes: 'none', kind }
    return { among, makes: alike.length === 0 && !this.#kinds.includes(kind) ? 'first' : 'more', kind }
  }

  /** What is made is like it: the policy's template, else an instance; null: nothing is made. */
  #source(labels: readonly string[] | undefined): InstanceTemplate | Instance | null {
    const { template, defaultInstanceId } = this.#deps.policy()
    const wanted = labels ?? []
    const others = this.#everybodys()
    if (template !== null && hasAll(template.tags ?? [], wanted))
      return others.some((one) => one.failure !== null && one.tenure.made !== null) ? null : template
    if (template !== null && labels === undefined) return null
    const usable = others.filter(({ failure, config }) => failure === null && hasAll(config.tags, wanted))
    return usable.find(({ id }) => id === defaultInstanceId) ?? usable[0] ?? null
  }

  /** Until when the first of those is lent that could take it otherwise, for the user to read; null: none is. */
  #leased(labels: readonly string[] | undefined): string | null {
    const lent = this.#everybodys().filter((one) => hasAll(one.config.tags, labels ?? []) && one.tenure.lease !== null)
    const until = lent.map(({ tenure }) => tenure.lease?.until ?? '').toSorted()[0]
    if (until === undefined) return null
    const which = labels === undefined ? '' : ` with ${labelWords(labels)}`
    return `No instance${which} is free: ${lent.length} leased, the first until ${until.slice(11, 16)} UTC`
  }

  #wasMadeFor({ tenure }: Instance, { launch }: Work): boolean {
    return tenure.kind === (launch === undefined ? null : this.#kind(launch))
  }

  /** Those that take work which brings no configuration of its own. */
  #everybodys(): Instance[] {
    return this.#deps.instances.all().filter(({ tenure }) => tenure.kind === null)
  }

  #kind(launch: NewInstance): string {
    const known = this.#kindOf.get(launch) ?? kindOf(launch)
    this.#kindOf.set(launch, known)
    return known
  }

  #freeName(): string {
    const names = new Set(this.#deps.instances.all().map(({ config }) => config.name.toLowerCase()))
    for (let number = 1; ; number += 1) if (!names.has(`pool ${number}`) && !this.#names.has(`pool ${number}`)) return `pool ${number}`
  }
}

/** The same for two configurations that say the same, in whatever order. */
function kindOf(launch: NewInstance): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(launch)))
    .digest('hex')
    .slice(0, 24)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)])
}

function hasAll(tags: readonly string[], labels: readonly string[]): boolean {
  return labels.every((label) => tags.includes(label))
}
