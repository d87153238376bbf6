import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import { limitEnd, type Turn, type TurnChoice } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Instance } from '../instances/instance.ts'
import type { Place } from '../gate/place.ts'
import type { Affinity, Pair } from './affinity.ts'
import { goOnWords, promptOf } from './continuation.ts'
import type { CheckBudget, Dispatch } from './dispatch.ts'
import type { Gate } from '../gate/gate.ts'
import type { InstanceSet } from './instance-set.ts'
import type { PolicyEngine } from './policy-engine.ts'
import type { PlacementInput } from '../queue/placement.ts'
import type { Grown, QueuePool } from '../queue/queue-pool.ts'
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
  /** Makes an instance like another one; it starts with its first message. */
  make: (config: InstanceConfig) => Promise<{ instance: Instance; release: () => void }>
  /** Throws LIMIT_REACHED when a budget is used up. */
  checkBudget: CheckBudget
  assign: (conversationId: string, instanceId: string) => Promise<unknown>
}

/** Starting a process takes a third of a second of a core, so only a few start at the same time. */
const mostStarting = 2
/** More instances than this the pool never makes by itself, whatever the policy says. */
const mostMade = 100

/** What the queue asks of the pool, and has it do. */
export class PoolAdapter implements QueuePool {
  /** Of instances that are being made. */
  readonly #names = new Set<string>()
  readonly #deps: PoolAdapterDeps

  constructor(deps: PoolAdapterDeps) {
    this.#deps = deps
  }

  situation(): Omit<PlacementInput, 'waiting' | 'last'> {
    const { instances, policies } = this.#deps
    const all = instances.all()
    const candidates = all.map((instance) => ({
      id: instance.id,
      name: instance.config.name,
      load: instance.load,
      // Where nobody else could, work wakes it as a message of the user's would.
      rests: instance.work.rests && all.some((other) => other.takesWork && !other.work.rests),
      lastUsedAt: instance.use.lastUsedAt,
      takesWork: instance.takesWork,
      running: instance.summary().isRunning,
      occupiedBy: instance.occupied && (instance.occupied.conversationId ?? ''),
    }))
    const starting = all.filter((instance) => instance.work.starting).length
    const mayStart = this.#deps.mayStart()
    const growth = mayStart ? Math.min(this.#growth(), mostStarting - starting) : 0
    return { candidates, policy: policies.policy, growth, mayStart }
  }

  get gate(): Gate {
    return this.#deps.policies.gate
  }

  heldBy(): string | null {
    const { policies, instances } = this.#deps
    if (policies.policy.paused) return 'The queue is paused'
    const all = instances.all()
    if (all.length === 0) return 'No instances yet: create one'
    const takers = all.filter((instance) => instance.takesWork)
    if (takers.length === 0 && this.#growth() <= 0) return 'All instances have failed, are on hold or are frozen: resume or restart one'
    return null
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

  waitsFor(instanceId: string): string {
    const instance = this.#deps.instances.find(instanceId)
    const { words } = instance?.occupied ?? {}
    if (instance && words !== undefined) return `${words} to end in ${instance.config.name}`
    return instance?.work.hindrance ?? this.gate.limitOf(instanceId)?.words ?? `${instance?.config.name ?? 'Its instance'} to be free`
  }

  isFree(instanceId: string): boolean {
    const instance = this.#deps.instances.find(instanceId)
    return (
      instance !== undefined &&
      instance.takesWork &&
      instance.load === 0 &&
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

  /** One more, like the default instance or the one that was made first. */
  async grow(): Promise<Grown | null> {
    const { policies, make } = this.#deps
    const like = this.#template
    if (!like || this.#growth() <= 0) return null
    const name = this.#freeName()
    this.#names.add(name)
    const { instance, release } = await make({ ...like.config, name, pinned: false }).finally(() => this.#names.delete(name))
    policies.note({ act: 'made', instanceId: instance.id, instanceName: instance.config.name, reason: 'all others were busy' })
    return { instanceId: instance.id, release }
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
    const { source, target, tags } = work
    const { id } = await conversations.create({ instanceId, source: source ?? undefined, target: target ?? undefined })
    if (tags.length > 0) await conversations.setTags(id, tags)
    if (pair) await affinity.remember(pair, id)
    return id
  }

  /**
   * A repeated attempt takes the place of the one before, unless something was said after it. Where one has had an effect it is gone on
   * with instead, whatever was said since: nothing is done twice.
   */
  async begin(work: TaskRecord, acceptedAt: number, place: Place): Promise<{ done: Promise<Turn> }> {
    const { conversations, dispatch } = this.#deps
    const { id, turnId, lastTurnId, conversationId, text, images, attachments, priority, attempts } = work
    if (conversationId === null) throw new Error('Work that begins has a conversation.')
    const isNext = lastTurnId !== null && conversations.get(conversationId).lastTurn?.id === lastTurnId
    if (work.hasEffects || (isNext && (await this.#goesOn(conversationId, lastTurnId)))) {
      const handed = { taskId: id, turnId, acceptedAt: performance.now(), choice: choiceOf(work), place }
      return dispatch.send(conversationId, { text: goOnWords, priority, handed })
    }
    const replaced = isNext ? await promptOf(conversations, conversationId, lastTurnId) : undefined
    const handed = { taskId: id, turnId, acceptedAt: attempts > 1 ? performance.now() : acceptedAt, choice: choiceOf(work), place }
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

  /** So many instances more does the policy allow. What is made like one that has failed would fail too. */
  #growth(): number {
    const { instances, policies } = this.#deps
    return this.#template === undefined ? 0 : Math.min(policies.policy.max ?? mostMade, mostMade) - instances.all().length
  }

  /** What the pool makes is like it; undefined: there is none that works. */
  get #template(): Instance | undefined {
    const { instances, policies } = this.#deps
    const byDefault = instances.find(policies.policy.defaultInstanceId)
    return byDefault?.failure === null ? byDefault : instances.all().find(({ failure }) => failure === null)
  }

  /** The conversation that work names, or that its source and target have; null: one is yet to be made. */
  conversationOf(work: TaskRecord): string | null {
    const { conversations, affinity } = this.#deps
    if (work.conversationId !== null) return conversations.has(work.conversationId) ? work.conversationId : null
    const pair = pairOf(work)
    const id = pair === null ? null : affinity.conversationOf(pair)
    return id !== null && conversations.has(id) && conversations.get(id).state === 'active' ? id : null
  }

  #freeName(): string {
    const names = new Set(this.#deps.instances.all().map(({ config }) => config.name.toLowerCase()))
    for (let number = 1; ; number += 1) if (!names.has(`pool ${number}`) && !this.#names.has(`pool ${number}`)) return `pool ${number}`
  }
}

/** Nobody had to choose when the caller named the instance or the conversation. */
function choiceOf({ choice, aim }: TaskRecord): TurnChoice | undefined {
  return choice === null || aim !== null ? undefined : { strategy: choice.strategy, ms: choice.ms, hit: choice.hit ?? null }
}

function pairOf({ source, target }: TaskRecord): Pair | null {
  return source === null || target === null ? null : { source, target }
}
