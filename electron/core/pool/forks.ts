import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { ForkInput } from '../conversations/fork.ts'
import type { Instance } from '../instances/instance.ts'
import type { SessionLookup } from './continuation.ts'
import type { Dispatch } from './dispatch.ts'
import type { InstanceSet } from './instance-set.ts'

export type ForksDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  dispatch: Dispatch
  sessionHas: SessionLookup
  /** Makes an instance like another one; it starts with its first message. */
  make: (config: InstanceConfig) => Promise<Instance>
}

const usualPriority = 5

/** Conversations that go on from a message of another one. */
export class Forks {
  readonly #deps: ForksDeps

  constructor(deps: ForksDeps) {
    this.#deps = deps
  }

  /** A new conversation that goes on from a message, or from the last one, with the same instance unless told otherwise. */
  async fork(id: string, input: ForkInput): Promise<Conversation> {
    const { conversations, instances, sessionHas } = this.#deps
    if (input.instanceId !== undefined) instances.get(input.instanceId)
    return conversations.fork(id, input, sessionHas)
  }

  /** So many new instances, like the one of the conversation, each with a fork of its own; `text` is what each is told first. */
  async start(id: string, input: { messageId?: string | undefined; count: number; text?: string | undefined }): Promise<Conversation[]> {
    const { conversations, instances, dispatch, sessionHas, make } = this.#deps
    const { title, instanceId } = conversations.get(id)
    const like = instances.find(instanceId) ?? instances.all()[0]
    if (!like) throw new AppError('STATE_CONFLICT', 'There is no instance to copy settings from. Create one, then start from this message.')
    const forks: Conversation[] = []
    for (let number = 1; number <= input.count; number += 1) {
      const name = this.#freeName(like.config.name)
      // The conversation first: what cannot be forked makes no instance.
      const fork = await conversations.fork(id, { messageId: input.messageId, title: `${title.slice(0, 100)} · ${name}` }, sessionHas)
      const instance = await make({ ...like.config, name, pinned: false })
      await conversations.setInstance(fork.id, instance.id)
      await instance.open(fork.id)
      if (input.text !== undefined && input.text.trim() !== '') await dispatch.send(fork.id, { text: input.text, priority: usualPriority })
      forks.push(conversations.get(fork.id))
    }
    return forks
  }

  #freeName(like: string): string {
    const base = like.replace(/ \d+$/, '')
    const names = new Set(this.#deps.instances.all().map(({ config }) => config.name.toLowerCase()))
    for (let number = 2; ; number += 1) if (!names.has(`${base} ${number}`.toLowerCase())) return `${base} ${number}`
  }
}
