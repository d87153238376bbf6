import { limitEnd, type Turn, type TurnChoice } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Instance } from '../instances/instance.ts'
import type { Place } from '../gate/place.ts'
import type { Affinity, Pair } from './affinity.ts'
import { goOnWords, promptOf, type SessionLookup } from './continuation.ts'
import type { CheckBudget, Dispatch } from './dispatch.ts'
import type { Gate } from '../gate/gate.ts'
import type { Growth } from './growth.ts'
import type { InstanceSet } from './instance-set.ts'
import type { Leases } from './leases.ts'
import type { PolicyEngine } from './policy-engine.ts'
import type { PlacementInput } from '../queue/placement.ts'
import type { Fit, Grown, QueuePool } from '../queue/queue-pool.ts'
import type { TaskRecord } from '../queue/queue-task.ts'
import { toolsOfTurn } from '../queue/turn-tools.ts'
import { effectsOf } from '../queue/verdict.ts'

export type PoolAdapterDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  dispatch: Dispatch
  policies: PolicyEngine
  affinity: Affinity
  /** True when the memory budget lets one more process in. */
  mayStart: () => boolean
  /** What is made where there is no instance for some work. */
  growth: Growth
  /** Those who wait for a lease are served before work is placed. */
  leases: Pick<Leases, 'serve'>
  sessionHas: SessionLookup
  /** What is kept of the instances has changed. */
  save: () => void
  /** Throws LIMIT_REACHED when a budget is used up. */
  checkBudget: CheckBudget
  assign: (conversationId: string, instanceId: string) => Promise<unknown>
}

/** Starting a process takes a third of a second of a core, so only a few start at the same time. */
const mostStarting = 2

/** What the queue asks of the pool, and has it do. */
export class PoolAdapter implements QueuePool {
  readonly #deps: PoolAdapterDeps

  constructor(deps: PoolAdapterDeps) {
    this.#deps = deps
  }

  situation(): Omit<PlacementInput, 'waiting' | 'last'> {
    const { instances, policies, growth, leases } = this.#deps
    leases.serve()
    const all = instances.all()
    const candidates = all.map((instance) => ({
      id: instance.id,
      name: instance.config.name,
      load: instance.load,
      // Where nobody else could, work wakes it as a message of the user's would.
      rests: instance.work.rests && all.some((other) => other.takesWork && !other.work.rests && other.tenure.lease === null),
      lastUsedAt: instance.use.lastUsedAt,
      takesWork: instance.takesWork,
      running: instance.summary().isRunning,
      occupiedBy: instance.occupied && (instance.occupied.conversationId ?? ''),
      reserved: instance.tenure.kind !== null,
      lease: instance.tenure.lease?.id ?? null,
    }))
    const mayStart = this.#deps.mayStart()
    const firsts = mayStart ? mostStarting - all.filter((instance) => instance.work.starting).length : 0
    return { candidates, policy: policies.policy, growth: Math.min(growth.allowed, firsts), firsts, mayStart }
  }

  get gate(): Gate {
    return this.#deps.policies.gate
  }

  heldBy(): string | null {
    return this.#deps.policies.policy.paused ? 'The queue is paused' : null
  }

  fit(work: TaskRecord): Fit {
    return this.#deps.growth.fit(work)
  }

  lacks(work: Pick<TaskRecord, 'labels' | 'launch'>): string | null {
    return this.#deps.growth.lacks(work)
  }

  /** One that is made would have the account of another. */
  limitOfAll(): string | null {
    const takers = this.#deps.instances.all().filter((instance) => instance.takesWork)
    const limits = takers.map(({ id }) => this.gate.limitOf(id))
    return limits.every((limit) => limit !== null) ? (limits[0]?.words ?? null) : null
  }

  knownTo(work: TaskRecord): string | null {
    const id = this.conversationOf(work)
    if (id === null) return null
    const { instanceId, messageCount } = this.#deps.conversations.get(id)
    return work.conversationIsNew && messageCount === 0 ? null : instanceId
  }

  limitedUntil(): string | null {
    return this.gate.limitedUntil
  }

  forgetLimits(): void {
    this.gate.forgetLimits()
  }

  waitsFor(instanceId: string, lease?: string | null): string {
    const instance = this.#deps.instances.find(instanceId)
    if (instance?.tenure.isLentFrom(lease)) return lentWords(instance)
    const { words } = instance?.occupied ?? {}
    if (instance && words !== undefined) return `${words} to end in ${instance.config.name}`
    return instance?.work.hindrance ?? this.gate.limitOf(instanceId)?.words ?? `${instance?.config.name ?? 'Its instance'} to be free`
  }

  hasLease(lease: string): boolean {
    return this.#deps.instances.all().some(({ tenure }) => tenure.lease?.id === lease)
  }

  isFree(instanceId: string, lease?: string | null): boolean {
    const instance = this.#deps.instances.find(instanceId)
    return (
      instance !== undefined &&
      instance.takesWork &&
      instance.load === 0 &&
      !instance.tenure.isLentFrom(lease) &&
      instance.occupied === null &&
      this.gate.limitOf(instanceId) === null
    )
  }

  hasProcess(instanceId: string): boolean {
    return this.#deps.instances.find(instanceId)?.summary().isRunning ?? false
  }

  reserve(instanceId: string): () => void {
    return this.#deps.instances.find(instanceId)?.work.reserve() ?? (() => undefined)
  }

  wake(instanceId: string): boolean {
    return this.#deps.instances.find(instanceId)?.wake() ?? false
  }

  checkBudget(conversationId: string, instanceId: string): Promise<void> {
    return this.#deps.checkBudget(conversationId, instanceId)
  }

  hasInstance(id: string): boolean {
    return this.#deps.instances.find(id) !== undefined
  }

  grow(work: TaskRecord): Promise<Grown | null> {
    return this.#deps.growth.grow(work)
  }

  /** The conversation that the work names, or that its source and target have there; else a new one. */
  async conversationFor(work: TaskRecord, instanceId: string): Promise<string> {
    const { conversations, affinity, assign } = this.#deps
    if (work.conversationId !== null) {
      if (conversations.get(work.conversationId).instanceId !== instanceId) await assign(work.conversationId, instanceId)
      return work.conversationId
    }
    const known = this.conversationOf(work)
    const pair = pairOf(work)
    const owner = known === null ? null : conversations.get(known).instanceId
    if (known !== null && (owner === instanceId || owner === null)) {
      if (owner === null) await assign(known, instanceId)
      if (pair) await affinity.remember(pair, known)
      return known
    }
    const { id } = await this.#begun(work, instanceId)
    if (work.tags.length > 0) await conversations.setTags(id, work.tags)
    if (pair && work.context !== 'fresh') await affinity.remember(pair, id)
    this.#rememberAsk(work, id)
    return id
  }

  /** A new conversation, or the fork of one. */
  async #begun({ source, target, forkOf, origin }: TaskRecord, instanceId: string): Promise<{ id: string }> {
    const { conversations, sessionHas } = this.#deps
    const isFork = forkOf !== undefined && conversations.get(forkOf).messageCount > 0
    if (isFork) return conversations.fork(forkOf, { instanceId, origin }, sessionHas)
    return conversations.create({ instanceId, source: source ?? undefined, target: target ?? undefined, origin })
  }

  #rememberAsk(work: TaskRecord, conversationId: string): void {
    const instance = this.#askedByName(work)
    if (!instance) return
    askedAs(work, instance).askedIn = conversationId
    this.#deps.save()
  }

  /** The instance that somebody asks by its name and waits for the answer: such questions go on in one conversation. */
  #askedByName({ asked, aim, context, forkOf, source, target }: TaskRecord): Instance | undefined {
    const isPlain = asked && context !== 'fresh' && forkOf === undefined && (source === null || target === null)
    return isPlain ? this.#deps.instances.find(aim) : undefined
  }

  /**
   * A repeated attempt takes the place of the one before, unless something was said after it. Where one has had an effect it is gone on
   * with instead, whatever was said since: nothing is done twice.
   */
  async begin(work: TaskRecord, acceptedAt: number, place: Place): Promise<{ done: Promise<Turn> }> {
    const { conversations, dispatch } = this.#deps
    const { id, turnId, lastTurnId, conversationId, text, images, attachments, priority, attempts, fresh, schema } = work
    const own = fresh === true ? { own: { schema } } : {}
    if (conversationId === null) throw new Error('Work that begins has a conversation.')
    const isNext = lastTurnId !== null && conversations.get(conversationId).lastTurn?.id === lastTurnId
    if (work.hasEffects || (isNext && (await this.#goesOn(conversationId, lastTurnId)))) {
      const handed = { taskId: id, turnId, acceptedAt: performance.now(), choice: choiceOf(work), place, ...own }
      return dispatch.send(conversationId, { text: goOnWords, priority, handed })
    }
    const replaced = isNext ? await promptOf(conversations, conversationId, lastTurnId) : undefined
    const handed = { taskId: id, turnId, acceptedAt: attempts > 1 ? performance.now() : acceptedAt, choice: choiceOf(work), place, ...own }
    return dispatch.send(conversationId, { text, images, attachments, priority, handed, ...(replaced ? { replaces: replaced.id } : {}) })
  }

  /** A turn that met a usage limit when something was done already is gone on with, so that nothing is done twice. */
  async #goesOn(conversationId: string, turnId: string): Promise<boolean> {
    const { lastTurn } = this.#deps.conversations.get(conversationId)
    if (limitEnd(lastTurn?.error) === null) return false
    return effectsOf(await this.toolsOf(conversationId, turnId)).length > 0
  }

  async interrupt(instanceId: string, turnId: string): Promise<void> {
    const instance = this.#deps.instances.find(instanceId)
    const waiting = instance?.tasks().find((task) => task.turnId === turnId && task.state === 'waiting')
    if (waiting) await instance?.cancelTask(waiting.id)
    else if (instance?.turnId === turnId) await instance.interrupt()
  }

  toolsOf(conversationId: string, turnId: string): Promise<string[]> {
    return toolsOfTurn(this.#deps.conversations, conversationId, turnId)
  }

  /** The conversation that work names, or that its source and target have; null: one is yet to be made. */
  conversationOf(work: TaskRecord): string | null {
    const { conversations, affinity } = this.#deps
    if (work.conversationId !== null) return conversations.has(work.conversationId) ? work.conversationId : null
    if (work.context === 'fresh' || work.forkOf !== undefined) return null
    const pair = pairOf(work)
    const asked = this.#askedByName(work)
    const id = pair === null ? (asked ? askedAs(work, asked).askedIn : null) : affinity.conversationOf(pair)
    if (id === null || !conversations.has(id)) return null
    const { state, instanceId } = conversations.get(id)
    return state === 'active' && (asked === undefined || instanceId === asked.id) ? id : null
  }
}

/** Nobody had to choose when the caller named the instance or the conversation. */
function choiceOf({ choice, aim }: TaskRecord): TurnChoice | undefined {
  return choice === null || aim !== null ? undefined : { strategy: choice.strategy, ms: choice.ms, hit: choice.hit ?? null }
}

/** Questions under a lease go on among themselves. */
function askedAs({ lease }: TaskRecord, { tenure }: Instance): { askedIn: string | null } {
  return tenure.lease !== null && tenure.lease.id === lease ? tenure.lease : tenure
}

function lentWords({ config, tenure: { lease } }: Instance): string {
  if (lease === null) return `${config.name} to be free`
  return `${config.name}, leased${lease.by === null ? '' : ` to ${lease.by}`} until ${lease.until.slice(11, 16)} UTC`
}

function pairOf({ source, target }: TaskRecord): Pair | null {
  return source === null || target === null ? null : { source, target }
}
