import { AppError } from '../../../shared/app-error.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { Image } from '../../../shared/domain/message.ts'
import type { Answer, Choice } from '../../../shared/domain/pool.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Instance } from '../instances/instance.ts'
import type { Affinity, Pair } from './affinity.ts'
import { chooseInstance, type Candidate } from './choose.ts'
import type { Dispatch, Sent } from './dispatch.ts'
import type { InstanceSet } from './instance-set.ts'
import type { PoolKeeper } from './keeper.ts'

export type AskInput = {
  text: string
  images?: Image[] | undefined
  source?: string | undefined
  target?: string | undefined
  instanceId?: string | undefined
  conversationId?: string | undefined
  tags?: string[] | undefined
  priority: number
  timeoutSeconds?: number | undefined
}

export type AskingDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  dispatch: Dispatch
  keeper: PoolKeeper
  affinity: Affinity
  /** Makes an instance like another one; it starts with its first message. */
  make: (config: InstanceConfig) => Promise<Instance>
}

/** Work that names no instance: the pool picks one, makes one where it may, and says why. */
export class Asking {
  readonly #deps: AskingDeps
  #last: string | null = null

  constructor(deps: AskingDeps) {
    this.#deps = deps
  }

  /** Asks and waits for the turn's end. A turn that fails is not a failed call. */
  async ask(input: AskInput): Promise<Answer> {
    const { instance, conversationId, choice, sent } = await this.#hand(input)
    const timer = input.timeoutSeconds === undefined ? undefined : setTimeout(() => void instance.interrupt(), input.timeoutSeconds * 1_000)
    const turn = await sent.done.finally(() => clearTimeout(timer))
    return { text: turn.text, instanceId: turn.instanceId ?? instance.id, conversationId, turn, choice }
  }

  /** Hands work in without waiting for its turn; it is on the disk when this resolves. */
  async submit(input: AskInput): Promise<{ task: Task; choice: Choice }> {
    const { sent, choice } = await this.#hand(input)
    return { task: sent.task, choice }
  }

  async #hand(input: AskInput): Promise<{ instance: Instance; conversationId: string; choice: Choice; sent: Sent }> {
    const began = performance.now()
    const { instance, strategy, reason } = await this.#pick(input)
    const choice: Choice = { instanceId: instance.id, strategy, reason, ms: Math.round((performance.now() - began) * 100) / 100 }
    const conversationId = await this.#conversation(input, instance)
    const { text, images, priority } = input
    return { instance, conversationId, choice, sent: await this.#deps.dispatch.send(conversationId, { text, images, priority }) }
  }

  async #pick(input: AskInput): Promise<{ instance: Instance; strategy: Choice['strategy']; reason: string }> {
    const { instances, keeper } = this.#deps
    const { strategy } = keeper.policy
    if (input.instanceId !== undefined) return { instance: instances.get(input.instanceId), strategy, reason: 'you chose it' }
    const known = this.#knownInstance(input)
    const chosen = chooseInstance({ candidates: instances.all().map(candidateOf), policy: keeper.policy, known, last: this.#last })
    if (!chosen) {
      throw new AppError(
        'STATE_CONFLICT',
        'No instance takes work: all have failed or are paused, or there is none. Create, resume or restart one.',
      )
    }
    const instance = instances.get(chosen.id)
    const grown = instance.load > 0 && chosen.id !== known ? await this.#grow(instance) : null
    this.#last = (grown ?? instance).id
    return grown ? { instance: grown, strategy, reason: `all were busy, so ${grown.config.name} was made` } : { ...chosen, instance }
  }

  /** One more, like the default or the chosen one, when all are busy and the policy allows it. */
  async #grow(like: Instance): Promise<Instance | null> {
    const { instances, keeper, make } = this.#deps
    const { max, defaultInstanceId } = keeper.policy
    const limit = keeper.memoryLimitMb
    const full = max !== null && instances.all().length >= max
    if (full || (limit !== null && (keeper.usedMb() ?? 0) >= limit)) return null
    const { config } = instances.find(defaultInstanceId) ?? like
    const instance = await make({ ...config, name: this.#freeName(), pinned: false })
    keeper.note({ act: 'made', instanceId: instance.id, instanceName: instance.config.name, reason: 'all others were busy' })
    return instance
  }

  #freeName(): string {
    const names = new Set(this.#deps.instances.all().map(({ config }) => config.name.toLowerCase()))
    for (let number = 1; ; number += 1) if (!names.has(`pool ${number}`)) return `pool ${number}`
  }

  #knownInstance(input: AskInput): string | null {
    const id = this.#knownConversation(input)
    return id === null ? null : this.#deps.conversations.get(id).instanceId
  }

  #knownConversation(input: AskInput): string | null {
    const { conversations, affinity } = this.#deps
    if (input.conversationId !== undefined) return conversations.get(input.conversationId).id
    const pair = pairOf(input)
    const id = pair === null ? null : affinity.conversationOf(pair)
    return id !== null && conversations.has(id) && conversations.get(id).state === 'active' ? id : null
  }

  /** The pair's conversation when the chosen instance has it, else a new one. */
  async #conversation(input: AskInput, instance: Instance): Promise<string> {
    const { conversations, affinity } = this.#deps
    const known = this.#knownConversation(input)
    if (known !== null && (input.conversationId !== undefined || conversations.get(known).instanceId === instance.id)) return known
    const { source, target, tags } = input
    const { id } = await conversations.create({ instanceId: instance.id, source, target })
    if (tags !== undefined && tags.length > 0) await conversations.setTags(id, tags)
    const pair = pairOf(input)
    if (pair) await affinity.remember(pair, id)
    return id
  }
}

function pairOf({ source, target }: AskInput): Pair | null {
  return source === undefined || target === undefined ? null : { source, target }
}

function candidateOf(instance: Instance): Candidate {
  return {
    id: instance.id,
    name: instance.config.name,
    load: instance.load,
    lastUsedAt: instance.lastUsedAt,
    takesWork: instance.takesWork,
  }
}
